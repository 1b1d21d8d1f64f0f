import { describe, expect, test } from 'vitest';
import type { CanaryStatus, Stage } from '../../api/status.ts';
import { stillObeyed } from '../obeyed.ts';
import type { Answer } from '../question.ts';
import { AT, asked, copied, decideOn, INTERVAL_MS, outcome, revisionOf, statusIn, steps } from '../testing/scene.ts';

const by = 'by=alice; at=2026-05-04T09:59:00Z';
const commanding = (word: string, more = '') => ({
  metadata: { annotations: { 'sluice.dev/command': `${word}; ${by}${more}` } },
});
const gated = (type: string, state?: string) => ({
  spec: { analysis: steps({ webhooks: [{ name: 'qa', type }] }) },
  ...(state === undefined ? {} : { metadata: { annotations: { 'gate.sluice.dev/qa': state } } }),
});
const failed = statusIn('idle', { phase: 'Failed', lastAppliedSpec: revisionOf('web:2') });
const pausedRun = { metadata: { annotations: { 'sluice.dev/pause': `pause; ${by}` } } };
const no: Answer = { kind: 'hook', ok: false, error: 'no' };

describe('abort', () => {
  test.each(['asking', 'starting', 'analysing', 'holding'] as const)('while %s takes everything back', (stage) => {
    const setup = { status: statusIn(stage, {}, { askedFrom: 'Succeeded' }), target: { image: 'web:2' } };
    expect(outcome({ ...setup, ...commanding('abort') })).toMatchObject({
      stage: 'rollingBack',
      say: ['Rolling back shop.test aborted by alice at 2026-05-04T09:59:00Z'],
      alerts: ['Rolling back, aborted by alice at 2026-05-04T09:59:00Z'],
      status: { run: { failure: 'aborted by alice at 2026-05-04T09:59:00Z' } },
    });
  });

  test('is obeyed once', () => {
    const { metadata } = commanding('abort');
    const obeyed = stillObeyed(statusIn('idle'), ['sluice.dev/command'], metadata.annotations);
    const status = statusIn('idle', { lastAppliedSpec: revisionOf('web:1') }, { obeyed });
    expect(outcome({ status, target: { image: 'web:1' }, metadata })).toMatchObject({ stage: 'idle', say: [] });
  });

  test('that comes too late says so', () => {
    const late = outcome({ status: statusIn('promoting'), target: { image: 'web:2' }, ...commanding('abort') });
    expect(late).toMatchObject({
      stage: 'promoting',
      say: ['Command to shop.test has no effect: there is no release to abort in phase Promoting'],
    });
    expect(late.status.run?.obeyed).toHaveLength(1);
  });
});

describe('promote', () => {
  test('leaves out what remains of the analysis', () => {
    const setup = { status: statusIn('analysing'), target: { image: 'web:2' }, ...commanding('promote') };
    expect(outcome(setup)).toMatchObject({
      stage: 'promoting',
      say: ['Copying web.test template spec to web-primary.test'],
    });
    expect(outcome(setup).status.evidence?.at(-1)?.decision).toBe(
      'promote: asked for by alice at 2026-05-04T09:59:00Z',
    );
  });

  test('waits for a canary that is ready', () => {
    const setup = { status: statusIn('analysing'), target: { image: 'web:2', available: 0 }, ...commanding('promote') };
    expect(outcome(setup)).toMatchObject({ stage: 'analysing', next: { why: 'waiting for the canary to get ready' } });
  });

  test('starts a run that waits for approval, and stays in force until its end', () => {
    const setup = { status: statusIn('asking'), target: { image: 'web:3' }, ...gated('confirm-rollout') };
    const asking = commanding('promote', `; revision=${revisionOf('web:2')}`);
    const started = outcome({ ...setup, ...asking });
    expect(started).toMatchObject({ stage: 'starting', phase: 'Progressing' });
    const analysing = outcome({ ...setup, ...asking, status: started.status });
    expect(analysing.stage).toBe('analysing');
    expect(outcome({ ...setup, ...asking, status: analysing.status })).toMatchObject({ stage: 'promoting' });
  });

  test('goes before a pause', () => {
    const annotations = { ...pausedRun.metadata.annotations, ...commanding('promote').metadata.annotations };
    const setup = { status: statusIn('starting'), target: { image: 'web:2' }, metadata: { annotations } };
    expect(outcome(setup).stage).toBe('analysing');
  });

  test('meant for another revision has no effect', () => {
    const setup = { status: statusIn('analysing'), target: { image: 'web:2' } };
    expect(outcome({ ...setup, ...commanding('promote', '; revision=0123') })).toMatchObject({
      stage: 'analysing',
      say: ['Command to shop.test has no effect: promote was meant for another revision'],
    });
    expect(outcome({ ...setup, ...commanding('promote', `; revision=${revisionOf('web:2')}`) }).stage).toBe(
      'promoting',
    );
  });
});

describe('skip', () => {
  test('does the next step without its checks and before its time', () => {
    const notBefore = new Date(AT + INTERVAL_MS).toISOString();
    const status = statusIn(
      'analysing',
      { canaryWeight: 10 },
      { step: 1, traffic: { canary: 10, mirror: false }, notBefore },
    );
    expect(outcome({ status, target: { image: 'web:2' }, ...commanding('skip') })).toMatchObject({
      stage: 'analysing',
      status: { canaryWeight: 20 },
      say: ['Advance shop.test canary weight 20'],
      next: { at: AT + INTERVAL_MS },
    });
  });

  test('lets a waiting run begin', () => {
    const setup = { status: statusIn('asking'), target: { image: 'web:3' }, ...commanding('skip') };
    expect(outcome(setup)).toMatchObject({ stage: 'starting', status: { run: { obeyed: [expect.any(String)] } } });
  });
});

describe('retry', () => {
  test('runs the failed revision again', () => {
    expect(outcome({ status: failed, target: { image: 'web:2' }, ...commanding('retry') })).toMatchObject({
      stage: 'starting',
      phase: 'Progressing',
      say: ['New revision detected! Scaling up web.test'],
    });
  });

  describe('of a revision that has traffic since the primary broke', () => {
    const status = statusIn('stranded', { canaryWeight: 10 }, { traffic: { canary: 10, mirror: false } });
    const setup = { status, target: { image: 'web:2' }, ...commanding('retry') };

    test('promotes over a primary that is still broken', () => {
      expect(outcome({ ...setup, primary: { available: 0, gaveUp: true } }).stage).toBe('promoting');
    });

    test('measures it again once the primary is healthy', () => {
      expect(outcome(setup)).toMatchObject({
        stage: 'starting',
        say: ['New revision detected! Scaling up web.test'],
        status: { canaryWeight: 0, run: { obeyed: [expect.any(String)] } },
      });
    });
  });

  test('without a failure says so', () => {
    const status = statusIn('idle', { lastAppliedSpec: revisionOf('web:1') });
    expect(outcome({ status, target: { image: 'web:1' }, ...commanding('retry') }).say).toEqual([
      'Command to shop.test has no effect: there is no failed release to retry in phase Initialized',
    ]);
  });
});

describe('a restart that lost what was obeyed', () => {
  const lastTransitionTime = new Date(AT - INTERVAL_MS).toISOString();
  const lost = (stage: Stage, more: Partial<CanaryStatus> = {}) =>
    statusIn(stage, { lastTransitionTime, ...more }, { derived: true });
  const bare = (word: string) => ({ metadata: { annotations: { 'sluice.dev/command': word } } });

  test('does not repeat a command that names no revision, and says so once', () => {
    const setup = { status: lost('analysing'), target: { image: 'web:2' }, ...bare('promote') };
    const first = outcome(setup);
    expect(first).toMatchObject({
      stage: 'analysing',
      say: ['Command to shop.test has no effect: promote may have been obeyed already; ask again with a later at'],
    });
    expect(first.status.run).not.toHaveProperty('derived');
    expect(outcome({ ...setup, status: first.status }).status.canaryWeight).toBe(10);
  });

  test('obeys one that names the revision, or was said after the last decision', () => {
    const setup = { status: lost('analysing'), target: { image: 'web:2' } };
    const named = { metadata: { annotations: { 'sluice.dev/command': `promote; revision=${revisionOf('web:2')}` } } };
    expect(outcome({ ...setup, ...named }).stage).toBe('promoting');
    expect(outcome({ ...setup, ...bare(`promote; at=${new Date(AT).toISOString()}`) }).stage).toBe('promoting');
  });

  test('keeps a command that has to wait', () => {
    const named = { metadata: { annotations: { 'sluice.dev/command': `promote; revision=${revisionOf('web:2')}` } } };
    const setup = { target: { image: 'web:2' }, ...named };
    const ready = outcome({ ...setup, status: lost('starting') });
    expect(ready.stage).toBe('analysing');
    expect(outcome({ ...setup, status: ready.status }).stage).toBe('promoting');
  });

  test('does not count an approval that may be used up', () => {
    const setup = { target: { image: 'web:2' }, ...gated('confirm-traffic-increase', 'approved') };
    const held = outcome({ ...setup, status: lost('analysing') });
    expect(held.status).toMatchObject({ canaryWeight: 0, run: { held: ['confirm-traffic-increase/qa'] } });
    const later = { ...setup, status: held.status, at: AT + INTERVAL_MS };
    expect(outcome(later).status.canaryWeight).toBe(0);
    expect(outcome({ ...later, ...gated('confirm-traffic-increase', `approved; ${by}`) }).status.canaryWeight).toBe(10);
  });
});

test('a word that is no command is told once', () => {
  const setup = { status: statusIn('analysing'), target: { image: 'web:2' }, ...commanding('explode') };
  expect(outcome(setup)).toMatchObject({
    stage: 'analysing',
    say: ['Command to shop.test has no effect: "explode" is none of promote, abort, skip, retry'],
  });
});

describe('a pause', () => {
  const who = 'alice at 2026-05-04T09:59:00Z';

  test('is noted once, and keeps the run where it is', () => {
    const setup = {
      status: statusIn('analysing', { canaryWeight: 10 }, { step: 1 }),
      target: { image: 'web:2' },
      ...pausedRun,
    };
    const paused = outcome(setup);
    expect(paused).toMatchObject({
      stage: 'analysing',
      say: [`Paused shop.test by ${who}`],
      status: { failedChecks: 0 },
    });
    const later = outcome({ ...setup, status: paused.status });
    expect(later).toMatchObject({ say: [], next: { why: `paused by ${who}` } });
    expect(later.status).toBe(paused.status);
  });

  test('that ends lets the run go on', () => {
    const status = statusIn('analysing', {}, { held: ['pause'] });
    const resumed = outcome({ status, target: { image: 'web:2' } });
    expect(resumed).toMatchObject({ say: ['Resumed shop.test'], status: { run: { stage: 'analysing' } } });
    expect(resumed.status.run).not.toHaveProperty('held');
  });

  test.each(['idle', 'asking'] as const)('holds a change that was seen while %s', (stage) => {
    const setup = { status: statusIn(stage), target: { image: 'web:3' }, ...pausedRun };
    expect(outcome(setup)).toMatchObject({ stage, say: [`Paused shop.test by ${who}`] });
  });

  test('does not hold a promotion that has begun', () => {
    const setup = copied(statusIn('promoting'), { target: { image: 'web:2' } });
    expect(outcome({ ...setup, ...pausedRun }).stage).toBe('returning');
  });
});

describe('a gate without an address', () => {
  test.each([undefined, 'closed', 'ajar'])('that says %s is closed, and nobody is called', (state) => {
    const setup = { status: statusIn('idle'), target: { image: 'web:3' }, ...gated('confirm-rollout', state) };
    expect(asked(decideOn(setup))).toEqual([]);
    expect(outcome(setup)).toMatchObject({ stage: 'asking', alerts: ['Canary is waiting for approval.'] });
  });

  test('that is opened lets the run go on at once, and says who opened it', () => {
    const notBefore = new Date(AT + INTERVAL_MS).toISOString();
    const status = statusIn('asking', {}, { notBefore, held: ['confirm-rollout/qa'] });
    const setup = { status, target: { image: 'web:3' } };
    expect(outcome({ ...setup, ...gated('confirm-rollout', 'closed') })).toMatchObject({ stage: 'asking', say: [] });
    expect(outcome({ ...setup, ...gated('confirm-rollout', `open; ${by}`) })).toMatchObject({
      stage: 'starting',
      say: [
        'Confirm-rollout check qa passed by alice at 2026-05-04T09:59:00Z',
        'New revision detected! Scaling up web.test',
      ],
    });
  });

  test('an approval lets one step through', () => {
    const setup = { status: statusIn('analysing'), target: { image: 'web:2' } };
    const approved = gated('confirm-traffic-increase', `approved; ${by}`);
    const first = outcome({ ...setup, ...approved });
    expect(first).toMatchObject({ status: { canaryWeight: 10, run: { obeyed: [expect.any(String)] } } });
    const later = { ...setup, at: AT + INTERVAL_MS, status: first.status };
    expect(outcome({ ...later, ...approved })).toMatchObject({
      status: { canaryWeight: 10, failedChecks: 0, run: { held: ['confirm-traffic-increase/qa'] } },
    });
    expect(outcome({ ...later, ...gated('confirm-traffic-increase', 'approved; at=later') }).status.canaryWeight).toBe(
      20,
    );
  });

  test('is opened by an approval of its own, although another gate used up the same word', () => {
    const webhooks = [
      { name: 'qa', type: 'confirm-rollout' },
      { name: 'security', type: 'confirm-promotion' },
    ];
    const annotations = { 'gate.sluice.dev/qa': 'approved', 'gate.sluice.dev/security': 'approved' };
    const setup = { spec: { analysis: steps({ webhooks }) }, metadata: { annotations } };
    const begun = outcome({ ...setup, status: statusIn('idle'), target: { image: 'web:3' } });
    expect(begun).toMatchObject({ stage: 'starting', status: { run: { obeyed: [expect.any(String)] } } });
    const status = statusIn('analysing', {}, { step: 3, obeyed: begun.status.run?.obeyed ?? [] });
    expect(outcome({ ...setup, status, target: { image: 'web:2' } }).stage).toBe('promoting');
  });

  test('of a hook with an address is asked over HTTP all the same', () => {
    const webhooks = [{ name: 'qa', type: 'confirm-rollout', url: 'http://gate.test' }];
    const setup = {
      status: statusIn('idle'),
      target: { image: 'web:3' },
      spec: { analysis: steps({ webhooks }) },
      metadata: { annotations: { 'gate.sluice.dev/qa': 'open' } },
    };
    expect(asked(decideOn(setup))).toEqual(['hook/confirm-rollout/0']);
    expect(outcome(setup, { 'hook/confirm-rollout/0': no }).stage).toBe('asking');
  });
});

describe('a gate that expires', () => {
  const shut = (type: string, heldSince: string) => ({
    spec: { analysis: steps({ webhooks: [{ name: 'qa', type, expiry: '10m' }] }) },
    held: { held: [`${type}/qa`], heldSince },
  });
  const longAgo = new Date(AT - 600_000).toISOString();
  const lately = new Date(AT - 500_000).toISOString();

  test.each([
    { stage: 'asking' as const, type: 'confirm-rollout', image: 'web:3' },
    { stage: 'analysing' as const, type: 'confirm-traffic-increase', image: 'web:2' },
    { stage: 'holding' as const, type: 'confirm-promotion', image: 'web:2' },
  ])('turns the change down while $stage', ({ stage, type, image }) => {
    const at = (since: string) => {
      const { spec, held } = shut(type, since);
      return outcome({ status: statusIn(stage, {}, { step: 3, ...held }), target: { image }, spec });
    };
    expect(at(lately)).toMatchObject({ stage, status: { run: { heldSince: lately } } });
    expect(at(longAgo)).toMatchObject({
      stage: 'rollingBack',
      say: ['Rolling back shop.test qa did not approve within 600s'],
      alerts: ['Rolling back, qa did not approve within 600s'],
    });
  });
});
