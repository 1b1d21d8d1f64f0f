import { describe, expect, test } from 'vitest';
import type { CalledHook } from '../../src/api/canary.ts';
import { callHook } from '../../src/canary/analysis/hooks.ts';
import { AT, INTERVAL_MS, outcome, statusIn, steps } from '../../src/canary/testing/scene.ts';
import { dig } from '../../src/kube/object.ts';
import { memoryHttp } from '../../src/runtime/testing/memory-http.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import type { Stage } from '../replay/stage.ts';
import { analysis, canary, hook, iterated, target } from './manifests.ts';
import { image, type Played, play, until } from './play.ts';

const refused = { kind: 'hook', ok: false, error: 'not now' } as const;
const gated = (type: string, more = {}) => ({
  analysis: steps({ webhooks: [{ name: 'qa', type, url: 'http://gate.test' }], ...more }),
});

describe('webhooks and gates', () => {
  test('trap 2: a rollback hook is heard while a rollout waits for approval (improved: the docs say so, the reference does not ask)', async () => {
    const webhooks = [hook('qa', 'confirm-rollout'), hook('stop', 'rollback')];
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ webhooks }) })],
      hooks: { qa: { status: 403 }, stop: { status: 403 } },
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Waiting'),
        { hook: { stop: { status: 200 } } },
        until('Failed'),
        { sleep: 15 },
      ],
    });
    expect(seen.phases()).toEqual(['Initializing', 'Initialized', 'Waiting', 'Failed']);
    expect(dig(seen.last('Deployment', 'web'), 'spec', 'replicas')).toBe(0);
    expect(seen.alerts()).toContain('Rolling back manual webhook invoked');
  });

  test.each([
    [200, true],
    [202, true],
    [203, true],
    [204, true],
    [299, true],
    [301, false],
    [304, false],
    [404, false],
    [500, false],
  ])('trap 4: an answer %i counts as success: %s (improved: the reference stops at 202)', async (status, ok) => {
    const clock = new VirtualClock();
    const called: CalledHook = {
      name: 'qa',
      type: 'rollout',
      url: 'http://gate.test',
      timeoutMs: 10_000,
      retries: 0,
      expiryMs: undefined,
      disableTLS: false,
      muteAlert: false,
      metadata: {},
    };
    const message = { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '' };
    expect(await callHook(called, message, { http: memoryHttp([status]), clock })).toMatchObject({ ok });
  });

  test('trap 5: what a receiver answers with a 500 is kept in the evidence (improved: the reference drops it; the event stays as it is)', async () => {
    const webhooks = [hook('load', 'rollout')];
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ webhooks }) })],
      hooks: { load: { status: 500, body: 'no database' } },
      timeline: [until('Initialized'), image('web:2'), until('Failed')],
    });
    expect(seen.eventsWith('external check load failed POST').at(0)).toMatch(/giving up after 1 attempt\(s\)$/);
    expect(JSON.stringify(dig(seen.status(), 'evidence'))).toContain('HTTP 500: no database');
    expect(JSON.stringify(seen.recording.alerts)).toContain('HTTP 500: no database');
  });

  test.each([
    ['a weighted canary', {}, { canaryWeight: 30 }, { step: 3 }],
    [
      'a Blue/Green test',
      { stepWeight: undefined, maxWeight: undefined, iterations: 4 },
      { iterations: 4 },
      { step: 4 },
    ],
  ])(
    'trap 6: while %s waits for promotion, status keeps its weight and iterations (improved: the reference writes 0 and N-1)',
    (_, more, numbers, run) => {
      const status = statusIn('analysing', numbers, run);
      const held = outcome({ status, spec: gated('confirm-promotion', more) }, { 'hook/confirm-promotion/0': refused });
      expect(held).toMatchObject({ phase: 'WaitingPromotion', status: numbers });
    },
  );

  test('trap 7: an approved Blue/Green promotion is not asked about again (improved: a gate that closes in between leaves all traffic on the canary)', async () => {
    const webhooks = [hook('qa', 'confirm-promotion')];
    const seen = await play({
      objects: [target(), canary({ analysis: iterated(1, { webhooks }) })],
      hooks: { qa: { sequence: [{ status: 200 }, { status: 403 }] } },
      timeline: [until('Initialized'), image('web:2'), until('Succeeded')],
    });
    expect(seen.calls('qa')).toBe(1);
    expect(seen.weights()).toEqual([0, 100, 0]);
  });

  test('trap 23: a slow receiver of events delays no step, a paused Canary says so once per interval (improved: events are queued; kept: their number)', async () => {
    const sink = hook('sink', 'event', { timeout: '1m' });
    const steady = (delay: number) => ({
      objects: [target(), canary({ analysis: analysis({ stepWeight: 10, webhooks: [sink] }) })],
      hooks: { sink: { delay } },
    });
    const timeline = [until('Initialized'), image('web:2'), until('Succeeded')];
    const toTheLast = async ({ clock }: Stage) => clock.advance(600_000);
    const fast = await play({ ...steady(0), timeline });
    const slow = await play({ ...steady(20), timeline, afterwards: toTheLast });
    expect(stepsOf(fast)).toBe(40_000);
    expect(stepsOf(slow)).toBe(40_000);

    const suspending = [until('Initialized'), { patch: suspended }, { sleep: 42 }];
    const resting = await play({ objects: [target(), canary()], timeline: suspending });
    const said = resting.eventsWith('skipping canary run as object is suspended').length;
    expect(said).toBeGreaterThanOrEqual(4);
    expect(said).toBeLessThanOrEqual(5);
  });

  test('trap 33: a traffic increase that is refused is alerted once per hold (improved: the reference alerts each interval)', () => {
    const setup = { status: statusIn('analysing'), spec: gated('confirm-traffic-increase') };
    const answers = { 'hook/confirm-traffic-increase/0': refused };
    const first = outcome(setup, answers);
    const second = outcome({ ...setup, status: first.status, at: AT + INTERVAL_MS }, answers);
    expect([first.alerts, second.alerts]).toEqual([['Canary traffic increase is waiting for approval.'], []]);
    expect(second.say).toEqual(first.say);
  });
});

const suspended = { kind: 'Canary', name: 'shop', patch: { spec: { suspend: true } } };

/** Milliseconds from the first step to the last. */
function stepsOf(seen: Played): number {
  const at = (weight: number) => {
    const first = seen.versions('Canary', 'shop').find((object) => dig(object, 'status', 'canaryWeight') === weight);
    return Date.parse(String(dig(first, 'status', 'lastTransitionTime')));
  };
  return at(50) - at(10);
}
