import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition } from '../api/status.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from '../kube/object.ts';
import { decide } from './decide.ts';
import { desired } from './desired.ts';
import type { ConfigSight, Scene } from './observation.ts';
import type { Answer } from './question.ts';
import { progressOf } from './status.ts';
import {
  AT,
  alertTexts,
  asked,
  decideOn,
  decisionOf,
  deployment,
  eventTexts,
  INTERVAL_MS,
  outcome,
  renderOptions,
  revisionOf,
  type SceneSetup,
  sceneOf,
  statusIn,
  steps,
} from './testing/scene.ts';

const none = new Map<string, Answer>();
const metrics = [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }];
const measuring = { analysis: steps({ metrics }) };
const empty = { canaryWeight: 0, failedChecks: 0, iterations: 0 };
const bad: Answer = { kind: 'metric', verdict: 'fail', message: 'too low', value: '50', bound: '>= 99', gauge: 50 };
const good: Answer = { kind: 'metric', verdict: 'pass', value: '100', bound: '>= 99', gauge: 100 };

function refusedReady(message: string): Condition {
  return {
    type: 'Ready',
    status: 'False',
    reason: 'FieldMissing',
    message,
    lastTransitionTime: '2026-05-04T09:00:00Z',
  };
}

describe('a spec that can’t work', () => {
  const refusals = [
    { reason: 'FieldMissing', field: 'spec.a', message: 'spec.a is missing' },
    { reason: 'ValueUnknown', field: 'spec.b', message: 'spec.b is unknown' },
  ];
  const refuse = (conditions: readonly Condition[]) => {
    const seen = sceneOf({
      status: statusIn('analysing', { canaryWeight: 20, conditions }),
      metadata: { generation: 4 },
    });
    return decisionOf(decide({ kind: 'refused', seen, refusals }, none, renderOptions));
  };

  test('is said by condition and event, and the world is left alone', () => {
    const decision = refuse([]);
    expect(decision.hold).toBe(true);
    expect(eventTexts(decision.say)).toEqual(['spec.a is missing; spec.b is unknown']);
    expect(decision.status.conditions).toMatchObject([
      {
        type: 'Ready',
        status: 'False',
        reason: 'FieldMissing',
        observedGeneration: 4,
        lastTransitionTime: '2026-05-04T10:00:00Z',
      },
      { type: 'Stalled', status: 'True', reason: 'FieldMissing' },
    ]);
  });

  test('leaves the run where it was', () => {
    expect(refuse([]).status).toMatchObject({ phase: 'Progressing', canaryWeight: 20, run: { stage: 'analysing' } });
  });

  test('writes nothing when the same was said before', () => {
    const conditions = [refusedReady('spec.a is missing; spec.b is unknown')];
    expect(refuse(conditions).status.conditions).toBe(conditions);
  });

  test('says anew what else is wrong, refused since the first time', () => {
    expect(refuse([refusedReady('other')]).status.conditions).toMatchObject([
      { message: 'spec.a is missing; spec.b is unknown', lastTransitionTime: '2026-05-04T09:00:00Z' },
      { type: 'Stalled', lastTransitionTime: '2026-05-04T10:00:00Z' },
    ]);
  });

  test('that was mended takes its condition away and then goes on where it was, not earlier than planned', () => {
    const notBefore = new Date(AT + 30_000).toISOString();
    const status = statusIn(
      'analysing',
      { canaryWeight: 20, conditions: [refusedReady('other')] },
      { step: 2, notBefore },
    );
    const decision = decisionOf(decideOn({ status }));
    expect(decision.hold).toBe(true);
    expect(decision.status.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
      'Ready=Unknown',
      'Promoted=Unknown',
      'Reconciling=True',
    ]);
    expect(decision.status).toMatchObject({ canaryWeight: 20, run: { stage: 'analysing', step: 2, notBefore } });
  });

  test('that was mended without a planned time goes on at once', () => {
    const status = statusIn('idle', { conditions: [refusedReady('other')] });
    expect(decisionOf(decideOn({ status })).next).toEqual({ why: 'the spec was mended' });
  });
});

describe('the first status', () => {
  test('is written before the world is touched', () => {
    const decision = decisionOf(decideOn({ status: empty, primary: undefined }));
    expect(decision).toMatchObject({ hold: true, status: { phase: 'Initializing', run: { stage: 'creating' } } });
  });

  test('is written even when the target is missing', () => {
    const seen = sceneOf({ status: empty });
    const verdict = decide(
      { kind: 'blocked', seen, canary: seen.canary, mesh: seen.mesh, why: 'no target' },
      none,
      renderOptions,
    );
    expect(decisionOf(verdict)).toMatchObject({ hold: true, status: { phase: 'Initializing' } });
  });
});

describe('what holds everything', () => {
  test('a suspended Canary moves nothing, and says so', () => {
    const status = statusIn('analysing');
    const decision = decisionOf(decideOn({ spec: { suspend: true }, status }));
    expect(decision).toMatchObject({ hold: true, next: { why: 'suspended by spec.suspend' } });
    expect(decision.status).toBe(status);
    expect(eventTexts(decision.say)).toEqual(['skipping canary run as object is suspended']);
  });

  test('a missing target is said, and nothing moves', () => {
    const seen = sceneOf();
    const decision = decisionOf(
      decide({ kind: 'blocked', seen, canary: seen.canary, mesh: seen.mesh, why: 'no target' }, none, renderOptions),
    );
    expect(decision).toMatchObject({ hold: true, next: { why: 'no target' } });
    expect(eventTexts(decision.say)).toEqual(['no target']);
  });

  test('a Canary that is deleted while its target is missing is quiet', () => {
    const seen = sceneOf({ metadata: { deletionTimestamp: '2026-05-04T10:00:00Z' } });
    const decision = decisionOf(
      decide({ kind: 'blocked', seen, canary: seen.canary, mesh: seen.mesh, why: 'no target' }, none, renderOptions),
    );
    expect(decision).toMatchObject({ hold: true, say: [], next: { why: 'being deleted' } });
  });

  test('a route that can’t be made stops a Canary at rest, and says so', () => {
    const setup = { status: statusIn('idle'), target: { image: 'web:3' }, impossible: 'no gateway' };
    const decision = decisionOf(decideOn(setup));
    expect(decision.status).toBe(setup.status);
    expect(eventTexts(decision.say)).toEqual(['no gateway']);
  });

  test('a route that can’t be made stops no run from starting over', () => {
    const setup = { status: statusIn('analysing'), target: { image: 'web:3' }, impossible: 'no gateway' };
    expect(decisionOf(decideOn(setup)).status.run?.stage).toBe('starting');
  });

  test('a route that can’t be made lets no run advance', () => {
    const setup = { status: statusIn('analysing'), impossible: 'no gateway' };
    const decision = decisionOf(decideOn(setup));
    expect(decision.next.why).toBe('waiting for the routes to stand');
    expect(eventTexts(decision.say)).toEqual(['no gateway']);
  });
});

describe('configs', () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'settings' };
  const content: KubeObject = { ...ref, metadata: { name: 'settings', namespace: 'test' }, data: { a: '1' } };
  const sight = (more: Partial<ConfigSight>): ConfigSight => ({
    key: 'configmap/settings',
    ref,
    optional: false,
    exists: true,
    content: undefined,
    ...more,
  });
  const at = (config: ConfigSight, answers: Readonly<Record<string, Answer>> = {}) =>
    decideOn({ configs: [config], tracksConfigs: true, status: statusIn('idle') }, answers);
  const id = 'config/configmap/settings';

  test('one that is missing holds everything, and says which', () => {
    const decision = decisionOf(at(sight({ exists: false })));
    expect(decision.hold).toBe(true);
    expect(eventTexts(decision.say)[0]).toContain('configmaps "settings" not found');
  });

  test('one that a new revision misses takes all traffic back first: its pods may never come up', () => {
    const running = { traffic: { canary: 20, mirror: false } };
    const status = statusIn('analysing', { canaryWeight: 20, lastAppliedSpec: revisionOf('web:1') }, running);
    const { stage, status: next, say } = outcome({ status, configs: [sight({ exists: false })] });
    expect([stage, next.run?.traffic.canary]).toEqual(['starting', 0]);
    expect(say).toEqual([expect.stringContaining('not found')]);
  });

  test('one that is missing but optional holds nothing', () => {
    expect(decisionOf(at(sight({ exists: false, optional: true }))).hold).toBeUndefined();
  });

  test('one that wasn’t read is asked for', () => {
    expect(asked(at(sight({})))).toEqual([id]);
  });

  test('one that can’t be read holds everything', () => {
    const decision = decisionOf(at(sight({}), { [id]: { kind: 'config', error: 'forbidden' } }));
    expect(decision).toMatchObject({ hold: true, next: { why: 'waiting for configmap/settings: forbidden' } });
  });

  test('one that was read at another version waits for the cache', () => {
    const decision = decisionOf(at(sight({}), { [id]: { kind: 'config' } }));
    expect(decision).toMatchObject({ hold: true, next: { why: 'waiting for the cache to catch up' } });
  });

  test('one that changed begins a run', () => {
    const status = statusIn('idle', { trackedConfigs: { 'configmap/settings': '0000000000000000' } });
    const decision = decisionOf(decideOn({ configs: [sight({ content })], tracksConfigs: true, status }));
    expect(decision.status.run?.stage).toBe('starting');
  });
});

describe('a run', () => {
  test('begins with a new revision', () => {
    const decision = decisionOf(decideOn({ status: statusIn('idle'), target: { image: 'web:3', replicas: 0 } }));
    expect(decision.status).toMatchObject({
      phase: 'Progressing',
      lastAppliedSpec: revisionOf('web:3'),
      run: { stage: 'starting', number: 2, steps: 4 },
    });
    expect(eventTexts(decision.say)).toEqual(['New revision detected! Scaling up web.test']);
  });

  test('starts over on another revision, from zero', () => {
    const status = statusIn(
      'analysing',
      { canaryWeight: 20, failedChecks: 2 },
      { step: 2, traffic: { canary: 20, mirror: false } },
    );
    const decision = decisionOf(decideOn({ status, target: { image: 'web:3' } }));
    expect(decision.status).toMatchObject({
      canaryWeight: 0,
      failedChecks: 0,
      lastAppliedSpec: revisionOf('web:3'),
      run: { stage: 'starting', step: 0, number: 2, traffic: { canary: 0 } },
    });
    expect(eventTexts(decision.say)).toEqual(['New revision detected! Restarting analysis for web.test']);
  });

  test('starts over when the target goes back to the promoted revision', () => {
    const decision = decisionOf(decideOn({ status: statusIn('analysing'), target: { image: 'web:1' } }));
    expect(decision.status).toMatchObject({ lastAppliedSpec: revisionOf('web:1'), run: { stage: 'starting' } });
  });

  test('forgets approvals when it starts over', () => {
    const status = statusIn('holding', {}, { approved: ['qa'], step: 3 });
    expect(decisionOf(decideOn({ status, target: { image: 'web:3' } })).status.run).not.toHaveProperty('approved');
  });

  test('advances when its checks pass and looks again in one interval', () => {
    const status = statusIn('analysing', { canaryWeight: 10 }, { step: 1 });
    expect(asked(decideOn({ spec: measuring, status }))).toEqual(['metric/0/builtin']);
    const decision = decisionOf(decideOn({ spec: measuring, status }, { 'metric/0/builtin': good }));
    expect(decision.status).toMatchObject({ canaryWeight: 20, run: { step: 2, traffic: { canary: 20 } } });
    expect(decision.next.at).toBe(AT + INTERVAL_MS);
    expect(eventTexts(decision.say)).toEqual(['Advance shop.test canary weight 20']);
  });

  test('asks nothing before its time', () => {
    const status = statusIn('analysing', { canaryWeight: 10 }, { step: 1, notBefore: new Date(AT + 1).toISOString() });
    const decision = decisionOf(decideOn({ spec: measuring, status }));
    expect(decision.status).toBe(status);
    expect(decision.next.at).toBe(AT + 1);
  });

  test('counts a failed check and stays on its step', () => {
    const status = statusIn('analysing', { canaryWeight: 10 }, { step: 1 });
    const decision = decisionOf(decideOn({ spec: measuring, status }, { 'metric/0/builtin': bad }));
    expect(decision.status).toMatchObject({ failedChecks: 1, canaryWeight: 10, run: { stage: 'analysing', step: 1 } });
  });

  test('rolls back in the decision in which the threshold is reached', () => {
    const status = statusIn(
      'analysing',
      { canaryWeight: 20, failedChecks: 2 },
      { step: 2, traffic: { canary: 20, mirror: false } },
    );
    const decision = decisionOf(decideOn({ spec: measuring, status }, { 'metric/0/builtin': bad }));
    expect(decision.status.run).toMatchObject({
      stage: 'rollingBack',
      traffic: { canary: 0 },
      failure: '3 failed checks; the last one: request-success-rate: 50, bound: >= 99',
    });
    expect(eventTexts(decision.say)).toEqual(['too low', 'Rolling back shop.test failed checks threshold reached 3']);
    expect(alertTexts(decision.say)).toEqual(['Failed checks threshold reached 3']);
    expect(decision.status.evidence?.at(-1)).toMatchObject({
      decision: 'roll back: 3 failed checks; the last one: request-success-rate: 50, bound: >= 99',
      checks: [{ verdict: 'fail' }],
    });
  });

  test('rolls back before its time when the threshold was lowered', () => {
    const status = statusIn(
      'analysing',
      { failedChecks: 3 },
      { step: 1, notBefore: new Date(AT + 1_000).toISOString() },
    );
    expect(decisionOf(decideOn({ status })).status.run?.stage).toBe('rollingBack');
  });

  test('waits a whole interval more when the data plane hasn’t taken over its routes', () => {
    const decision = decisionOf(
      decideOn({ status: statusIn('analysing'), settled: { settled: false, waiting: 'not programmed' } }),
    );
    expect(eventTexts(decision.say)).toEqual(['not programmed']);
    expect(decision.status.run).toMatchObject({ stage: 'analysing', step: 0 });
    expect(decision.next.at).toBe(AT + INTERVAL_MS);
  });

  test.each<readonly [string, SceneSetup]>([
    ['canary', { target: { gaveUp: true } }],
    ['primary', { primary: { gaveUp: true } }],
  ])('rolls back when its %s gave up', (_, setup) => {
    const decision = decisionOf(decideOn({ ...setup, status: statusIn('analysing') }));
    expect(decision.status.run?.stage).toBe('rollingBack');
    expect(alertTexts(decision.say)[0]).toMatch(/^Progress deadline exceeded/);
  });

  test('rolls back when its plan was shortened under it', () => {
    const decision = decisionOf(decideOn({ status: statusIn('analysing', {}, { step: 9 }) }));
    expect(decision.status.run?.failure).toBe('the plan was shortened while it was walked');
  });

  test('skips its analysis when the spec says so', () => {
    const decision = decisionOf(decideOn({ spec: { skipAnalysis: true }, status: statusIn('starting') }));
    expect(decision.status.run?.stage).toBe('skipping');
  });
});

test('a canary gets more traffic only when it and its primary are ready and its routes stand', () => {
  const look = fc.record({
    replicas: fc.integer({ min: 0, max: 3 }),
    available: fc.integer({ min: 0, max: 3 }),
    gaveUp: fc.boolean(),
  });
  const world = fc.record({
    target: look,
    primary: look,
    stands: fc.boolean(),
    settled: fc.constantFrom({ settled: true } as const, { settled: false, waiting: 'no' } as const),
    step: fc.integer({ min: 0, max: 3 }),
    stage: fc.constantFrom('starting' as const, 'analysing' as const, 'holding' as const),
    metric: fc.constantFrom(good, bad),
  });
  const ready = ({ replicas, available, gaveUp }: { replicas: number; available: number; gaveUp: boolean }) =>
    replicas > 0 && available >= replicas && !gaveUp;
  fc.assert(
    fc.property(world, ({ target, primary, stands, settled, step, stage, metric }) => {
      const status = statusIn(stage, {}, { step });
      const setup = { spec: measuring, target, primary, stands, settled, status };
      const { run } = decisionOf(decideOn(setup, { 'metric/0/builtin': metric })).status;
      const moved = (run?.step ?? 0) > step || run?.stage === 'promoting';
      const may = ready(target) && ready(primary) && stands && settled.settled && (step === 0 || metric === good);
      expect(moved).toBe(stage !== 'starting' && may);
    }),
    { numRuns: 500 },
  );
});

describe('a primary that is missing while the target has a template that nobody promoted', () => {
  const promoted = dig(deployment('web', { image: 'web:1' }), 'spec', 'template') as JsonObject;
  const alone = (promotedTemplate: NonNullable<Scene['promotedTemplate']>, more: SceneSetup = {}) => ({
    primary: undefined,
    promotedTemplate,
    ...more,
  });
  const madeFrom = (setup: SceneSetup) => {
    const { objects } = desired(sceneOf(setup), 'analysing', progressOf(statusIn('analysing')), renderOptions);
    const primary = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web-primary');
    return {
      image: dig(primary, 'spec', 'template', 'spec', 'containers', 0, 'image'),
      copies: objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
      env: dig(primary, 'spec', 'template', 'spec', 'containers', 0, 'envFrom'),
    };
  };

  test('is looked for in the history of the target first', () => {
    expect(asked(decideOn(alone('unasked')))).toEqual(['history']);
  });

  test('is made as it was promoted, and said', () => {
    expect(madeFrom(alone(promoted)).image).toBe('web:1');
    expect(outcome(alone(promoted)).say).toContain(
      'Deployment web-primary.test is missing: it is made again as it was promoted, out of the history of its target',
    );
  });

  test('reads the copies of its configs as they are, where there are any', () => {
    const envFrom = ['kept', 'gone'].map((name) => ({ configMapRef: { name } }));
    const withConfigs = JSON.parse(
      JSON.stringify(promoted).replace('"image"', `"envFrom":${JSON.stringify(envFrom)},"image"`),
    );
    const live = (ref: ObjectRef) =>
      ref.name === 'kept-primary' ? { ...ref, metadata: { name: ref.name } } : undefined;
    const made = madeFrom(alone(withConfigs, { live }));
    expect(made.env).toEqual(['kept-primary', 'gone'].map((name) => ({ configMapRef: { name } })));
    expect(made.copies).toEqual([]);
  });

  test('that no history remembers is made as the target is now, and what that means is said', () => {
    expect(madeFrom(alone('unknown')).image).toBe('web:2');
    expect(outcome(alone('unknown')).say).toContainEqual(expect.stringContaining('may never have been released'));
  });
});

describe('deletion', () => {
  const deleted = { deletionTimestamp: '2026-05-04T10:00:00Z' };

  test('leaves the world as it is, unless the spec asks to give it back', () => {
    const status = statusIn('idle');
    expect(decisionOf(decideOn({ metadata: deleted, status }))).toMatchObject({
      status,
      next: { why: 'being deleted' },
    });
  });

  test('with revertOnDeletion begins to give everything back, also of a suspended Canary', () => {
    const spec = { revertOnDeletion: true, suspend: true };
    const decision = decisionOf(decideOn({ spec, metadata: deleted, status: statusIn('analysing') }));
    expect(decision.status).toMatchObject({ phase: 'Terminating', run: { stage: 'leaving' } });
    expect(eventTexts(decision.say)).toEqual(['Terminating canary shop.test']);
  });
});
