import fc from 'fast-check';
import { commands } from '../../../api/steering.ts';
import type { Cue, Deed, Edit, HookScript, MetricScript, Revision, Scene, Story, Strategy } from './story.ts';
import { losable } from './story.ts';

const seconds = fc.constantFrom(4, 20, 70);

const strategies: fc.Arbitrary<Strategy> = fc.oneof(
  fc.record({
    kind: fc.constant('linear' as const),
    stepWeight: fc.constantFrom(5, 10, 20, 30, 50, 100),
    maxWeight: fc.constantFrom(20, 50, 60, 100),
  }),
  fc.record({
    kind: fc.constant('list' as const),
    stepWeights: fc
      .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
      .map((weights) => weights.sort((a, b) => a - b)),
  }),
  fc.record({ kind: fc.constantFrom('ab' as const, 'blueGreen' as const), iterations: fc.integer({ min: 1, max: 4 }) }),
);

const policies = {
  noData: fc.constantFrom('fail' as const, 'fail' as const, 'wait' as const, 'pass' as const, 'skip' as const),
};
const roles = { role: fc.constantFrom('usual' as const, 'usual' as const, 'critical' as const, 'dryRun' as const) };

const metrics: fc.Arbitrary<MetricScript> = fc.record({
  ...policies,
  ...roles,
  form: fc.constantFrom('builtin', 'inline', 'template'),
  verdicts: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('pass' as const) },
      { weight: 1, arbitrary: fc.constantFrom('fail', 'noData', 'error') },
    ),
    { maxLength: 8 },
  ),
});

const hooks: fc.Arbitrary<HookScript> = fc.record({
  type: fc.constantFrom(
    'confirm-rollout',
    'pre-rollout',
    'rollout',
    'confirm-traffic-increase',
    'confirm-promotion',
    'rollback',
    'post-rollout',
  ),
  retries: fc.constantFrom(0, 0, 1, 2),
  answers: fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant('no' as const) },
      { weight: 2, arbitrary: fc.constant('yes' as const) },
      { weight: 1, arbitrary: fc.constantFrom('broken', 'lost') },
    ),
    { maxLength: 4 },
  ),
});

const life = fc.oneof(
  { weight: 5, arbitrary: fc.constant('prompt' as const) },
  { weight: 1, arbitrary: fc.constant('slow' as const) },
  { weight: 1, arbitrary: fc.constant('dead' as const) },
);
const revisions: fc.Arbitrary<Revision> = fc.record({ canary: life, primary: life });

const edits: fc.Arbitrary<Edit> = fc.record(
  {
    strategy: strategies,
    threshold: fc.integer({ min: 1, max: 3 }),
    intervalSeconds: fc.constantFrom(10, 30, 60),
    skipAnalysis: fc.boolean(),
    metricsKept: fc.integer({ min: 0, max: 2 }),
  },
  { requiredKeys: [] },
);

const side = fc.constantFrom('canary' as const, 'primary' as const);
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'release' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'revert' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'config' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('outage' as const),
      side,
      seconds: fc.oneof({ weight: 3, arbitrary: seconds }, { weight: 1, arbitrary: fc.constant(undefined) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), edit: edits }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('suspend' as const, 'spoil' as const, 'pause' as const), seconds }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('scale' as const), side, replicas: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'delete' as const }, { kind: 'reroute' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      word: fc.constantFrom(...commands),
      named: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('loss' as const), of: fc.constantFrom(...losable) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reapply' as const), seconds, release: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('recreate' as const), afterMs: fc.constantFrom(100, 3_000, 20_000) }),
  },
);

/** Without those that put a new beginning where the controller happens to be. */
const calmDeeds = deeds.filter(({ kind }) => kind !== 'reapply' && kind !== 'recreate');

/** Cues from whose instant on the Canary waits for something: a process that dies there decides nothing else. */
const calmCues: fc.Arbitrary<Cue> = fc.record({
  stage: fc.constantFrom('idle', 'idle', 'starting', 'analysing', 'analysing', 'holding', 'asking'),
  step: fc.integer({ min: 0, max: 4 }),
  afterMs: fc.constant(100),
});
const wildCues: fc.Arbitrary<Cue> = fc.record({
  stage: fc.constantFrom(
    'creating',
    'idle',
    'starting',
    'analysing',
    'analysing',
    'holding',
    'asking',
    'promoting',
    'returning',
    'draining',
    'stranded',
    'rollingBack',
  ),
  step: fc.integer({ min: 0, max: 4 }),
  afterMs: fc.constantFrom(0, 100, 2_500, 11_000, 61_000),
  atOnce: fc.boolean(),
});

const opening: Scene = { cue: { stage: 'idle', step: 0, afterMs: 100 }, deed: { kind: 'release' } };

const base = {
  provider: fc.constantFrom('istio' as const, 'gatewayapi:v1' as const, 'nginx' as const, 'kubernetes' as const),
  target: fc.constantFrom('Deployment' as const, 'Deployment' as const, 'DaemonSet' as const, 'StatefulSet' as const),
  strategy: strategies,
  mirror: fc.boolean(),
  affinity: fc.boolean(),
  intervalSeconds: fc.constantFrom(10, 30, 60),
  threshold: fc.integer({ min: 1, max: 4 }),
  readyThreshold: fc.constantFrom(100, 50),
  returnStep: fc.constantFrom(0, 0, 30, 50),
  skipAnalysis: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  measureAll: fc.boolean(),
  failFast: fc.boolean(),
  revertOnDeletion: fc.boolean(),
  replicas: fc.integer({ min: 0, max: 3 }),
  autoscaled: fc.boolean(),
  adopted: fc.boolean(),
  configs: fc.integer({ min: 0, max: 2 }),
  gateway: fc.constantFrom('prompt' as const, 'prompt' as const, 'slow' as const, 'silent' as const),
  metrics: fc.array(metrics, { maxLength: 3 }),
  hooks: fc.array(hooks, { maxLength: 3 }),
  revisions: fc.array(revisions, { minLength: 1, maxLength: 3 }),
  faults: fc.array(
    fc.record({
      write: fc.integer({ min: 1, max: 50 }),
      kind: fc.constantFrom('conflict' as const, 'refused' as const, 'unavailable' as const, 'lost' as const),
    }),
    { maxLength: 3 },
  ),
  death: fc.option(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    { nil: undefined },
  ),
};

/** Stories in which nobody acts while the controller is in the midst of something: they end the same however it dies. */
export const calmStories: fc.Arbitrary<Story> = fc
  .record({ ...base, scenes: scenesOf(calmCues, calmDeeds), lagMs: fc.constant(0) })
  .map(possible);

/** Stories in which users act at any time, and the controller hears of it late. */
export const wildStories: fc.Arbitrary<Story> = fc
  .record({ ...base, scenes: scenesOf(wildCues, deeds), lagMs: fc.constantFrom(0, 30, 400) })
  .map(possible);

function scenesOf(cues: fc.Arbitrary<Cue>, does: fc.Arbitrary<Deed>): fc.Arbitrary<readonly Scene[]> {
  return fc.array(fc.record({ cue: cues, deed: does }), { maxLength: 4 }).map((scenes) => [opening, ...scenes]);
}

/** Without what the provider or the kind of target doesn't have. */
function possible(story: Story): Story {
  const meshed = story.provider === 'istio' || story.provider === 'gatewayapi:v1';
  return {
    ...story,
    mirror: story.mirror && meshed,
    affinity: story.affinity && meshed && story.strategy.kind !== 'ab',
    autoscaled: story.autoscaled && story.target === 'Deployment',
  };
}
