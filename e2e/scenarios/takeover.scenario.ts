import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import type { Left } from '../lab/leave.ts';
import { TakenOver } from '../lab/taken-over.ts';

/** Not even its primary was complete. */
const initialising = [
  { name: 'unseen', recording: 'weight-istio', write: 2, found: '' },
  { name: 'begun', recording: 'weight-istio', write: 3, found: 'Initializing' },
  { name: 'half-made', recording: 'weight-istio', write: 7, found: 'Initializing' },
  { name: 'all-made', recording: 'weight-istio', write: 11, found: 'Initializing' },
];

/** Nothing was being released. */
const idle = [
  { name: 'initialized', recording: 'weight-istio', write: 12, found: 'Initialized' },
  { name: 'succeeded', recording: 'weight-istio', write: 27, found: 'Succeeded' },
  { name: 'failed', recording: 'fail-success-rate-istio', write: 23, found: 'Failed' },
  { name: 'by-header', recording: 'ab-istio', write: 25, found: 'Succeeded' },
  { name: 'blue', recording: 'bg-kubernetes', write: 9, found: 'Initialized' },
  { name: 'by-route', recording: 'weight-gatewayapi-v1', write: 10, found: 'Initialized' },
  { name: 'by-ingress', recording: 'weight-nginx', write: 11, found: 'Initialized' },
  { name: 'sticky', recording: 'affinity-istio', write: 25, found: 'Succeeded' },
  { name: 'on-nodes', recording: 'daemonset-istio', write: 12, found: 'Initialized', kind: 'DaemonSet' },
  { name: 'tuned', recording: 'config-change-configmap', write: 37, found: 'Succeeded' },
  { name: 'hooked', recording: 'hook-all-types', write: 23, found: 'Succeeded' },
];

const weights = ['weight 20', 'weight 40', 'weight 60'];
const two = ['weight 30', 'weight 60'];
const iterations = ['iteration 1/3', 'iteration 2/3', 'iteration 3/3'];

/**
 * In the middle of a run. Nobody else can compute the reference's hashes, so that it can't be known whether the target is
 * still what was being analysed: the run starts over, once, from the primary.
 */
const running = [
  { name: 'started', recording: 'weight-istio', write: 15, shares: [0, 20, 40, 60, 0], advances: weights },
  { name: 'routed', recording: 'weight-istio', write: 18, shares: [40, 0, 20, 40, 60, 0], advances: weights },
  { name: 'weighted', recording: 'weight-istio', write: 19, shares: [40, 0, 20, 40, 60, 0], advances: weights },
  { name: 'copied', recording: 'weight-istio', write: 22, shares: [60, 0, 20, 40, 60, 0], advances: weights },
  {
    name: 'mirrored',
    recording: 'mirror-istio-weight',
    write: 16,
    shares: ['0 mirrored', 0, '0 mirrored', 20, 40, 60, 0],
    advances: ['weight 0', ...weights],
  },
  { name: 'headers', recording: 'ab-istio', write: 18, shares: [100, 0, 100, 0], advances: iterations },
  { name: 'bluegreen', recording: 'bg-kubernetes', write: 14, shares: [], advances: iterations },
  {
    name: 'bg-mirrored',
    recording: 'mirror-istio-bg',
    write: 17,
    shares: ['0 mirrored', 0, '0 mirrored', 100, 0],
    advances: iterations,
  },
  { name: 'bg-switched', recording: 'bg-istio', write: 20, shares: [100, 0, 100, 0], advances: iterations },
  {
    name: 'http-route',
    recording: 'weight-gatewayapi-v1',
    write: 17,
    shares: [40, 0, 20, 40, 60, 0],
    advances: weights,
  },
  { name: 'ingress', recording: 'weight-nginx', write: 18, shares: [40, 0, 20, 40, 60, 0], advances: weights },
  {
    name: 'daemons',
    recording: 'daemonset-istio',
    write: 17,
    shares: [30, 0, 30, 60, 0],
    advances: two,
    kind: 'DaemonSet',
  },
];

/** What the primary has taken over is brought to its end. */
const ending = [
  { name: 'promoting', recording: 'weight-istio', write: 23, shares: [60, 0] },
  { name: 'ab-promoting', recording: 'ab-istio', write: 21, shares: [100, 0] },
  { name: 'bg-promoting', recording: 'bg-kubernetes', write: 18, shares: [] },
  { name: 'returning', recording: 'promotion-steps-istio', write: 23, shares: [10, 0] },
  { name: 'finalising', recording: 'weight-istio', write: 25, shares: [0] },
  { name: 'drained', recording: 'weight-istio', write: 26, shares: [0] },
  { name: 'ab-finalising', recording: 'ab-istio', write: 23, shares: [0] },
  { name: 'bg-finalising', recording: 'bg-kubernetes', write: 19, shares: [] },
  { name: 'hook-finalising', recording: 'hook-all-types', write: 22, shares: [0] },
];

const done = 'Canary analysis completed successfully, promotion finished.';
const begins = ['New revision detected! Restarting analysis for N', 'Starting canary analysis for N'];
const ends = ['Copying N template spec to P', 'Routing all traffic to primary', 'Promotion completed! Scaling down N'];

/** While nobody looked, the target got a revision that was never measured. */
const overtaken = {
  name: 'overtaken',
  recording: 'weight-istio',
  write: 23,
  change: (object: KubeObject): KubeObject => {
    if (object.kind !== 'Deployment' || object.metadata.name !== 'overtaken') return object;
    return JSON.parse(JSON.stringify(object).replace('overtaken:2.0.0', 'overtaken:3.0.0')) as KubeObject;
  },
};
const waiting = { name: 'waiting', recording: 'gate-confirm-rollout', write: 14 };
const held = { name: 'held', recording: 'gate-confirm-promotion', write: 18 };
const bad = { name: 'bad', recording: 'fail-success-rate-istio', write: 19 };
/** Of fields that no controller of ours sets. */
const touched = {
  name: 'touched',
  recording: 'weight-istio',
  write: 19,
  change: (object: KubeObject): KubeObject => {
    const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, 'example.com/team': 'web' } };
    const isApex = object.kind === 'Service' && object.metadata.name === 'touched';
    const spec = { ...(object['spec'] as object), ...(isApex ? { sessionAffinity: 'ClientIP' } : {}) };
    return ['Canary', 'Deployment'].includes(object.kind) ? { ...object, metadata } : { ...object, spec };
  },
};
/** Its primary broke while it took over the revision, and the traffic was sent to the target. */
const stranded = {
  name: 'stranded',
  recording: 'weight-istio',
  write: 23,
  status: { phase: 'Failed', canaryWeight: 100 },
  change: (object: KubeObject): KubeObject => {
    const text = JSON.stringify(object);
    if (object.kind === 'VirtualService') {
      return JSON.parse(text.replace('"weight":40', '"weight":0').replace('"weight":60', '"weight":100')) as KubeObject;
    }
    if (object.kind !== 'Deployment' || object.metadata.name !== 'stranded-primary') return object;
    const broken = text.replace('"containers":', '"nodeSelector":{"example.com/there":"none"},"containers":');
    return JSON.parse(broken.replace('"replicas":2', '"replicas":2,"progressDeadlineSeconds":1')) as KubeObject;
  },
};
const terminating = { name: 'terminating', recording: 'delete-revert-istio', write: 15, deleted: true };
const reverted = { name: 'reverted', recording: 'delete-revert-kubernetes', write: 14, deleted: true };
const unnoticed = { name: 'unnoticed', recording: 'delete-revert-istio', write: 13, deleted: true };

const everything: readonly Left[] = [
  ...initialising,
  ...idle,
  ...running,
  ...ending,
  ...[overtaken, waiting, held, bad, touched, stranded, terminating, reverted, unnoticed],
];

let taken: TakenOver;
beforeAll(async () => {
  taken = await TakenOver.prepare(everything);
  const { hooks, metrics } = taken.lab.receivers;
  for (const closed of ['waiting-gate', 'held-gate', 'hooked-abort', 'hook-finalising-abort']) hooks[closed] = 403;
  metrics.push({ match: /^vector\(1\)$/, value: 1 }, { match: /\bbad\b/, value: 42 });
  taken.start();
});
afterAll(() => taken?.lab.close());

describe('a Canary that the reference controller was initialising', () => {
  test.each(initialising)('is initialised where that stood: $name', async ({ name, found }) => {
    await taken.lab.phase(name, 'Initialized');
    expect(taken.phases(name)).toEqual(found === '' ? ['', 'Initializing', 'Initialized'] : [found, 'Initialized']);
    expect(taken.shares(name)).toEqual([0]);
    expect(taken.lab.replicas(name)).toBe(0);
    expect(taken.tag(`${name}-primary`)).toBe('1.0.0');
    await taken.lab.until('it was told', () => taken.alerts(name).length > 0 && taken.events(name).length > 1);
    expect(taken.events(name)).toEqual(['all the metrics providers are available!', 'Initialization done! N']);
    expect(taken.alerts(name)).toEqual(['New Deployment detected, initialization completed.']);
  });
});

describe('a run of the reference controller', () => {
  test.each(running)(
    'starts over once and is promoted: $name',
    async ({ name, shares, advances, kind = 'Deployment' }) => {
      await taken.lab.phase(name, 'Succeeded');
      expect(taken.phases(name)).toEqual(['Progressing', 'Promoting', 'Finalising', 'Succeeded']);
      expect(taken.shares(name)).toEqual(shares);
      expect(taken.tag(`${name}-primary`, kind)).toBe('2.0.0');
      const routed = shares.length === 0 ? ends.filter((text) => !text.startsWith('Routing')) : ends;
      await taken.lab.until('the end was told', () => taken.alerts(name).length > 0);
      const said = taken.events(name).filter((text) => !text.endsWith('all traffic to canary'));
      expect(said).toEqual([...begins, ...advances.map((each) => `Advance N canary ${each}`), ...routed]);
      expect(taken.alerts(name)).toEqual([done]);
    },
  );

  test('that fails again is rolled back, and its revision isn’t promoted', async () => {
    await taken.lab.phase(bad.name, 'Failed');
    expect(taken.shares(bad.name)).toEqual([30, 0, 30, 0]);
    expect(taken.tag('bad-primary')).toBe('1.0.0');
    await taken.lab.until('the target is at zero', () => taken.lab.replicas('bad') === 0);
    await taken.lab.until('the team was told', () => taken.alerts('bad').length > 0);
    expect(taken.alerts('bad')).toEqual(['Failed checks threshold reached 3']);
    const { lastAppliedSpec, lastPromotedSpec } = taken.lab.status('bad');
    expect(lastAppliedSpec).not.toBe(lastPromotedSpec);
    expect(lastPromotedSpec).toBe(dig(taken.found('Canary', 'bad'), 'status', 'lastPromotedSpec'));
  });

  test('that waits to be promoted asks its gate again, and goes on when it opens', async () => {
    await taken.lab.until('it waits again', () => taken.phases(held.name).length === 3);
    taken.lab.receivers.hooks['held-gate'] = 200;
    await taken.lab.phase(held.name, 'Succeeded');
    expect(taken.phases(held.name).slice(0, 3)).toEqual(['WaitingPromotion', 'Progressing', 'WaitingPromotion']);
    expect(taken.shares(held.name)).toEqual([60, 0, 60, 0]);
    expect(taken.tag('held-primary')).toBe('2.0.0');
  });

  test.each(ending)('that the primary has taken over is brought to its end: $name', async ({ name, shares }) => {
    await taken.lab.phase(name, 'Succeeded');
    const found = dig(taken.found('Canary', name), 'status', 'phase');
    expect(taken.phases(name)).toEqual([...new Set([found, 'Finalising', 'Succeeded'])]);
    expect(taken.shares(name)).toEqual(shares);
    expect(taken.lab.replicas(name)).toBe(0);
    await taken.lab.until('the end was told', () => taken.alerts(name).length > 0);
    expect(taken.alerts(name)).toEqual([done]);
    expect(taken.events(name)).toContain('Promotion completed! Scaling down N');
    expect(taken.events(name).filter((text) => /canary weight|iteration|Copying|New revision/.test(text))).toEqual([]);
    // A promotion is only known to be ours by its mark on the primary
    const marked = found === 'Promoting' ? [`Deployment/${name}-primary`] : [];
    const mayChange = [`Deployment/${name}`, `VirtualService/${name}`, ...marked];
    expect(taken.changed(name).filter((object) => !mayChange.includes(object))).toEqual([]);
  });

  test('that was promoting starts over when the target was changed meanwhile', async () => {
    await taken.lab.phase('overtaken', 'Succeeded');
    expect(taken.phases('overtaken')).toEqual(['Promoting', 'Progressing', 'Promoting', 'Finalising', 'Succeeded']);
    expect(taken.shares('overtaken')).toEqual([60, 0, 20, 40, 60, 0]);
    expect(taken.tag('overtaken-primary')).toBe('3.0.0');
  });

  test('that ends has its hooks called once', async () => {
    await taken.lab.until('the last hook was called', () => taken.calls('hook-finalising')['after'] !== undefined);
    expect(taken.calls('hook-finalising')).toEqual({ after: 1 });
  });
});

test('what others set in objects is left alone by a take-over and by the run after it', async () => {
  await taken.lab.phase('touched', 'Succeeded');
  const annotations = (object: KubeObject | undefined) => object?.metadata.annotations;
  expect(annotations(taken.lab.cluster.get(taken.lab.canary('touched')))).toMatchObject({ 'example.com/team': 'web' });
  expect(annotations(taken.lab.cluster.get(taken.lab.deployment('touched')))).toMatchObject({
    'example.com/team': 'web',
  });
  const apex = { apiVersion: 'v1', kind: 'Service', namespace: taken.lab.namespace, name: 'touched' };
  expect(dig(taken.lab.cluster.get(apex), 'spec', 'sessionAffinity')).toBe('ClientIP');
});

test('a promotion that failed on a broken primary keeps its traffic where it is, until the next release', async () => {
  await taken.lab.until('it is known', () => taken.lab.status('stranded')['run'] !== undefined);
  await taken.lab.phase('weighted', 'Succeeded');
  expect(taken.phases('stranded')).toEqual(['Failed']);
  expect(taken.shares('stranded')).toEqual([100]);
  expect(taken.changed('stranded')).toEqual([]);
  await setTag('Deployment', 'stranded', '3.0.0');
  await taken.lab.phase('stranded', 'Succeeded');
  expect(taken.shares('stranded')).toEqual([100, 0]);
  expect(taken.tag('stranded-primary')).toBe('3.0.0');
});

test('a Canary that waits for approval waits on in silence, and runs when its gate opens', async () => {
  await taken.lab.until('its gate was asked twice', () => (taken.calls('waiting')['gate'] ?? 0) >= 2);
  expect(taken.phases('waiting')).toEqual(['Waiting']);
  expect([...taken.events('waiting'), ...taken.alerts('waiting'), ...taken.changed('waiting')]).toEqual([]);
  taken.lab.receivers.hooks['waiting-gate'] = 200;
  await taken.lab.phase('waiting', 'Succeeded');
  expect(taken.shares('waiting')).toEqual([0, 60, 0]);
  expect(taken.tag('waiting-primary')).toBe('2.0.0');
});

describe('a Canary that is being deleted', () => {
  test.each([terminating, reverted, unnoticed])('gives everything back and goes: $name', async ({ name }) => {
    await taken.lab.until(`${name} is gone`, () => taken.lab.cluster.get(taken.lab.canary(name)) === undefined);
    expect(taken.phases(name).at(-1)).toBe('Terminating');
    expect(taken.lab.replicas(name)).toBe(2);
    await taken.lab.until('it was told', () => taken.events(name).includes('Terminated canary N'));
    const begun = name === 'unnoticed' ? ['Terminating canary N'] : [];
    expect(taken.events(name)).toEqual([...begun, 'Terminated canary N']);
  });

  test('leaves a Service of the user’s with the target', () => {
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: taken.lab.namespace, name: reverted.name };
    expect(dig(taken.lab.cluster.get(ref), 'spec', 'selector')).toEqual({ app: reverted.name });
  });
});

// Last, so that a write or an event that nobody asked for had all the time of the others to happen
describe('a Canary that rests', () => {
  test.each(idle)('is taken over without a word or a write: $name', async ({ name, found }) => {
    await taken.lab.until('it is known', () => taken.lab.status(name)['run'] !== undefined);
    expect(taken.phases(name)).toEqual([found]);
    expect(taken.changed(name)).toEqual([]);
    expect([...taken.events(name), ...taken.alerts(name)]).toEqual([]);
    expect(taken.calls(name)).toEqual({});
    const before = dig(taken.found('Canary', name), 'status') as Record<string, unknown>;
    const { lastAppliedSpec, lastPromotedSpec, lastTransitionTime: _, conditions, ...kept } = before;
    const after = taken.lab.status(name);
    expect(after).toMatchObject(kept);
    expect(after['conditions']).toEqual(expect.arrayContaining(conditions as unknown[]));
    expect(after['lastAppliedSpec'] === after['lastPromotedSpec']).toBe(lastAppliedSpec === lastPromotedSpec);
  });
});

describe('the next release of a Canary that rested', () => {
  beforeAll(async () => {
    for (const rests of idle) {
      const { name } = rests;
      if (name === 'tuned') await taken.lab.cluster.patch(configMap('tuned-env'), { data: { color: 'green' } });
      else await setTag('kind' in rests ? rests.kind : 'Deployment', name, '3.0.0');
    }
  });

  test.each(idle)('is one run: $name', async (rests) => {
    const { name, found } = rests;
    const phases = [found, 'Progressing', 'Promoting', 'Finalising', 'Succeeded'];
    await taken.lab.until('it is promoted', () => taken.phases(name).length >= phases.length);
    expect(taken.phases(name)).toEqual(phases);
    const { run, lastAppliedSpec, lastPromotedSpec } = taken.lab.status(name);
    expect(dig(run, 'number')).toBe(1);
    expect(lastAppliedSpec).toBe(lastPromotedSpec);
    const promoted = dig(taken.lab.cluster.get(configMap('tuned-env-primary')), 'data', 'color');
    if (name === 'tuned') expect(promoted).toBe('green');
    else expect(taken.tag(`${name}-primary`, 'kind' in rests ? rests.kind : 'Deployment')).toBe('3.0.0');
  });
});

function configMap(name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace: taken.lab.namespace, name };
}

function setTag(kind: string, name: string, tag: string): Promise<KubeObject> {
  const ref = { apiVersion: 'apps/v1', kind, namespace: taken.lab.namespace, name };
  const containers = [{ name: `${name}d`, image: `${name}:${tag}` }];
  return taken.lab.cluster.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' });
}
