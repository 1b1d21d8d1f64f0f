import { describe, expect, test } from 'vitest';
import { parseCanary } from '../../src/api/parse-canary.ts';
import { options } from '../../src/api/testing/canary-manifest.ts';
import { dig } from '../../src/kube/object.ts';
import { jsonAnswer } from '../../src/sandbox/api/exchange.ts';
import type { Stage } from '../replay/stage.ts';
import { analysis, canary, hook, target } from './manifests.ts';
import { failing, image, patch, play, until } from './play.ts';

const refusal = (seen: Awaited<ReturnType<typeof play>>, name = 'shop') => {
  const conditions = dig(seen.status(name), 'conditions') as readonly {
    type: string;
    status: string;
    message: string;
  }[];
  return conditions.find(({ type, status }) => type === 'Stalled' && status === 'True')?.message;
};

describe('one Canary, one worker', () => {
  test.each([
    ['duplicates', { stepWeights: [10, 10, 20] }],
    ['descending weights', { stepWeights: [20, 10] }],
    ['no weights at all', { stepWeights: [] }],
    ['a step of 0', { stepWeight: 0 }],
    ['no iterations', { iterations: 0 }],
  ])('trap 9: steps that never end are refused: %s (improved: the reference stalls for ever)', (_, more) => {
    const parsed = parseCanary(canary({ analysis: { interval: '10s', threshold: 2, ...more } }), options);
    expect(parsed.ok ? [] : parsed.refusals.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/^Steps(NeverEnd|Unordered)$/),
    );
  });

  test.each([
    [
      'the next greater one follows',
      { stepWeight: null, maxWeight: null, stepWeights: [5, 15, 25, 50] },
      [0, 20, 40, 50, 0],
    ],
    ['without a greater one it is promoted', { maxWeight: 10 }, [0, 20, 40, 0]],
  ])(
    'trap 9: from a weight that is none of the steps any more, %s (improved: the reference jumps to 100)',
    async (_, change, weights) => {
      const seen = await play({
        objects: [target(), canary({ analysis: analysis({ stepWeight: 20, maxWeight: 60 }) })],
        timeline: [
          until('Initialized'),
          image('web:2'),
          until('Progressing', { canaryWeight: 40 }),
          patch('Canary', 'shop', { spec: { analysis: change } }),
          until('Succeeded'),
        ],
      });
      expect(seen.weights()).toEqual(weights);
    },
  );

  test('trap 11: a spec that cannot work blocks the Canary, is told by condition and goes on when mended (improved: the reference logs it and goes on with it)', async () => {
    const cookies = (primaryCookieName: string) => ({
      spec: { analysis: { sessionAffinity: { cookieName: 'side', primaryCookieName } } },
    });
    const broken = {
      timeline: [until('Initialized'), patch('Canary', 'shop', cookies('side')), image('web:2'), { sleep: 25 }],
    };
    const seen = await play({ ...broken, objects: [target(), canary()] });
    expect(seen.phases()).toEqual(['Initializing', 'Initialized']);
    expect(refusal(seen)).toContain('primaryCookieName');
    expect(seen.eventsWith('primaryCookieName').length).toBeGreaterThan(0);

    const timeline = [...broken.timeline, patch('Canary', 'shop', cookies('other')), until('Progressing')];
    const mended = await play({ objects: [target(), canary()], timeline });
    expect(refusal(mended)).toBeUndefined();
  });

  test('trap 11: the first status is written again when it could not be (improved: the reference waits until the spec changes)', async () => {
    let refused = 0;
    const seen = await play({
      objects: [target(), canary()],
      disturb: ({ server }) => {
        server.intercept(({ method, path }) => {
          if (method !== 'PATCH' || !path.includes('/canaries/shop/status') || refused === 2) return undefined;
          refused += 1;
          return jsonAnswer(500, {
            kind: 'Status',
            status: 'Failure',
            code: 500,
            reason: 'InternalError',
            message: 'no',
          });
        });
      },
      timeline: [until('Initialized')],
    });
    expect(refused).toBe(2);
    expect(seen.phases()).toEqual(['Initializing', 'Initialized']);
  });

  test('trap 13: an interval that changes while a check is under way starts no second worker (improved: the reference runs two jobs for a while)', async () => {
    let [open, most] = [0, 0];
    const counting = ({ mock }: Stage) => {
      const ask = mock.request.bind(mock);
      mock.request = async (request) => {
        if (!request.url.endsWith('/hook/load')) return ask(request);
        most = Math.max(most, ++open);
        return ask(request).finally(() => {
          open -= 1;
        });
      };
    };
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ stepWeight: 10, webhooks: [hook('load', 'rollout')] }) })],
      hooks: { load: { delay: 8 } },
      disturb: counting,
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Progressing', { canaryWeight: 10 }),
        { sleep: 10 },
        patch('Canary', 'shop', { spec: { analysis: { interval: '11s' } } }),
        until('Progressing', { canaryWeight: 20 }),
        { sleep: 13 },
        patch('Canary', 'shop', { spec: { analysis: { interval: '10s' } } }),
        until('Succeeded'),
      ],
    });
    expect(most).toBe(1);
    expect(seen.weights()).toEqual([0, 10, 20, 30, 40, 50, 0]);
  });

  test('trap 14: a Canary that failed is written once and then left alone (improved: the reference rewrites its status each interval)', async () => {
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ threshold: 1 }) })],
      metrics: failing,
      timeline: [until('Initialized'), image('web:2'), until('Failed')],
      afterwards: async ({ clock, server }) => {
        await clock.advance(10_000);
        const before = server.revision();
        await clock.advance(120_000);
        expect(server.revision()).toBe(before);
      },
    });
    expect(seen.phases().at(-1)).toBe('Failed');
  });

  test('trap 30: of two Canaries on one target the younger is refused by condition (improved: the reference logs a line and runs both)', async () => {
    const seen = await play({
      objects: [target(), canary()],
      timeline: [until('Initialized'), { apply: [canary({}, 'again')] }, { sleep: 15 }],
    });
    expect(refusal(seen, 'again')).toContain('canary shop.test is already in charge of this target');
    expect(seen.phases('again')).toEqual([]);
    expect(refusal(seen)).toBeUndefined();
  });

  test('trap 30: a Deployment and a DaemonSet of one name are two targets (improved: to the reference they are one)', async () => {
    const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' };
    const other = canary({ targetRef, provider: 'kubernetes', service: { name: 'agent', port: 80 } }, 'agent');
    const seen = await play({
      objects: [target(), target({ kind: 'DaemonSet' }), canary({ provider: 'kubernetes' }), other],
      timeline: [{ sleep: 30 }],
    });
    expect([seen.phases('shop').at(-1), seen.phases('agent').at(-1)]).toEqual(['Initialized', 'Initialized']);
  });
});
