import type { Deed, Story } from './story.ts';

const plain: Story = {
  provider: 'istio',
  target: 'Deployment',
  strategy: { kind: 'linear', stepWeight: 30, maxWeight: 60 },
  mirror: false,
  affinity: false,
  intervalSeconds: 10,
  threshold: 2,
  readyThreshold: 100,
  returnStep: 0,
  skipAnalysis: false,
  measureAll: false,
  failFast: false,
  revertOnDeletion: false,
  replicas: 2,
  autoscaled: false,
  adopted: true,
  configs: 1,
  gateway: 'prompt',
  metrics: [{ form: 'builtin', verdicts: [], noData: 'fail', role: 'usual' }],
  hooks: [],
  revisions: [{ canary: 'prompt', primary: 'prompt' }],
  scenes: [],
  lagMs: 0,
  faults: [],
  death: undefined,
};

const onceIdle = (deed: Deed) => ({ cue: { stage: 'idle' as const, step: 0, afterMs: 100 }, deed });
const release = onceIdle({ kind: 'release' });

/** A story, with the phase in which it ends, for each way that a release can take. */
export const turningPoints: readonly { readonly name: string; readonly story: Story; readonly phase: string }[] = [
  { name: 'a promotion by weights', phase: 'Succeeded', story: { ...plain, scenes: [release] } },
  {
    name: 'a return of the traffic in steps, with session affinity',
    phase: 'Succeeded',
    story: { ...plain, affinity: true, returnStep: 30, scenes: [release] },
  },
  {
    name: 'Blue/Green with mirrored traffic behind a gateway that reports late',
    phase: 'Succeeded',
    story: {
      ...plain,
      provider: 'gatewayapi:v1',
      gateway: 'slow',
      mirror: true,
      strategy: { kind: 'blueGreen', iterations: 2 },
      scenes: [release],
    },
  },
  {
    name: 'failed checks that take the run back',
    phase: 'Failed',
    story: {
      ...plain,
      metrics: [{ form: 'inline', verdicts: ['pass', 'fail', 'noData', 'error'], noData: 'fail', role: 'usual' }],
      scenes: [release],
    },
  },
  {
    name: 'a promotion that breaks the primary, and the next revision over it',
    phase: 'Succeeded',
    story: {
      ...plain,
      revisions: [
        { canary: 'prompt', primary: 'dead' },
        { canary: 'prompt', primary: 'prompt' },
      ],
      scenes: [release, { cue: { stage: 'stranded', step: 0, afterMs: 100 }, deed: { kind: 'release' } }],
    },
  },
  {
    name: 'analysis that is skipped in mid-run',
    phase: 'Succeeded',
    story: {
      ...plain,
      scenes: [
        release,
        { cue: { stage: 'analysing', step: 2, afterMs: 100 }, deed: { kind: 'edit', edit: { skipAnalysis: true } } },
      ],
    },
  },
  {
    name: 'gates that are closed at first',
    phase: 'Succeeded',
    story: {
      ...plain,
      hooks: [
        { type: 'confirm-rollout', retries: 0, answers: ['no', 'no'] },
        { type: 'confirm-promotion', retries: 1, answers: ['lost', 'no'] },
      ],
      scenes: [release],
    },
  },
  {
    name: 'deletion that gives everything back',
    phase: 'gone',
    story: {
      ...plain,
      provider: 'gatewayapi:v1',
      revertOnDeletion: true,
      scenes: [release, onceIdle({ kind: 'delete' })],
    },
  },
];
