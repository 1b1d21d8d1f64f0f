import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Phase, type Stage, stages } from '../api/status.ts';
import { type MachineEvent, type Progress, step } from './machine.ts';
import { phaseIn } from './testing/scene.ts';

type EventType = MachineEvent['type'];

const events: { readonly [T in EventType]: Extract<MachineEvent, { readonly type: T }> } = {
  retargeted: { type: 'retargeted' },
  primaryReady: { type: 'primaryReady' },
  tookOver: { type: 'tookOver' },
  approvalRefused: { type: 'approvalRefused' },
  changeWithdrawn: { type: 'changeWithdrawn' },
  runStarted: { type: 'runStarted' },
  revisionChanged: { type: 'revisionChanged' },
  canaryReady: { type: 'canaryReady' },
  skipAsked: { type: 'skipAsked' },
  checkFailed: { type: 'checkFailed' },
  advanced: { type: 'advanced', canary: 20, mirror: false, weight: 20, iterations: 0 },
  promotionRefused: { type: 'promotionRefused' },
  planDone: { type: 'planDone' },
  promotedOver: { type: 'promotedOver' },
  primaryPromoted: { type: 'primaryPromoted' },
  returnStepped: { type: 'returnStepped', canary: 5 },
  trafficReturned: { type: 'trafficReturned' },
  drained: { type: 'drained' },
  runFailed: { type: 'runFailed', why: '3 failed checks' },
  rolledBack: { type: 'rolledBack' },
  promotionFailed: { type: 'promotionFailed', why: 'no quota', canary: 100 },
  primaryDied: { type: 'primaryDied', why: 'all nodes gone' },
  deleted: { type: 'deleted' },
};
const eventTypes = Object.keys(events) as EventType[];

type Answers = { readonly [T in EventType]?: readonly [Stage, Phase] };

const over = { promotedOver: ['promoting', 'Promoting'] } as const;
const left = { deleted: ['leaving', 'Terminating'], retargeted: ['creating', 'Initializing'] } as const;
const restarted = { revisionChanged: ['starting', 'Progressing'] } as const;
const begun = { runStarted: ['starting', 'Progressing'] } as const;
const succeeded = { drained: ['idle', 'Succeeded'] } as const;
const stranded = { promotionFailed: ['stranded', 'Failed'] } as const;
const broken = { primaryDied: ['stranded', 'Failed'] } as const;
const failed = (phase: Phase) => ({ runFailed: ['rollingBack', phase] }) as const;

/** Every answer there is; an event that isn't listed is refused. */
const answers: Readonly<Record<Stage, Answers>> = {
  creating: { ...left, primaryReady: ['takingOver', 'Initializing'] },
  takingOver: { ...left, tookOver: ['idle', 'Initialized'] },
  idle: { ...left, ...begun, ...over, approvalRefused: ['asking', 'Waiting'] },
  asking: { ...left, ...begun, ...over, ...failed('Waiting'), changeWithdrawn: ['idle', 'Succeeded'] },
  starting: {
    ...left,
    ...restarted,
    ...failed('Progressing'),
    canaryReady: ['analysing', 'Progressing'],
    skipAsked: ['skipping', 'Progressing'],
  },
  analysing: {
    ...left,
    ...restarted,
    ...failed('Progressing'),
    ...broken,
    checkFailed: ['analysing', 'Progressing'],
    advanced: ['analysing', 'Progressing'],
    promotionRefused: ['holding', 'WaitingPromotion'],
    planDone: ['promoting', 'Promoting'],
    skipAsked: ['skipping', 'Progressing'],
  },
  holding: {
    ...left,
    ...restarted,
    ...failed('WaitingPromotion'),
    ...broken,
    checkFailed: ['holding', 'WaitingPromotion'],
    advanced: ['holding', 'WaitingPromotion'],
    planDone: ['promoting', 'Promoting'],
    skipAsked: ['skipping', 'WaitingPromotion'],
  },
  promoting: {
    ...left,
    ...restarted,
    ...stranded,
    ...failed('Promoting'),
    primaryPromoted: ['returning', 'Promoting'],
  },
  returning: {
    ...left,
    ...restarted,
    ...stranded,
    returnStepped: ['returning', 'Promoting'],
    trafficReturned: ['draining', 'Finalising'],
  },
  draining: { ...left, ...stranded, ...succeeded },
  skipping: { ...left, ...restarted, ...succeeded },
  rollingBack: { ...left, rolledBack: ['idle', 'Failed'] },
  stranded: { ...left, ...begun, ...failed('Failed'), ...over },
  leaving: {},
};

function progressIn(stage: Stage, more: Partial<Progress> = {}): Progress {
  return {
    phase: phaseIn[stage],
    canaryWeight: 10,
    failedChecks: 2,
    iterations: 4,
    step: 1,
    traffic: { canary: 10, mirror: true },
    failure: undefined,
    askedFrom: stage === 'asking' ? 'Succeeded' : undefined,
    number: 7,
    ...more,
  };
}

const rows = stages.flatMap((stage) => eventTypes.map((type) => ({ stage, type, answer: answers[stage][type] })));
const accepted = rows.flatMap(({ stage, type, answer }) =>
  answer ? [{ stage, type, to: answer[0], phase: answer[1] }] : [],
);
const refused = rows.filter(({ answer }) => !answer);

describe('every stage and event', () => {
  test.each(accepted)('$type leads from $stage to $to, shown as $phase', ({ stage, type, to, phase }) => {
    const next = step(stage, progressIn(stage), events[type]);
    expect([next.stage, next.progress.phase]).toEqual([to, phase]);
  });

  test.each(refused)('$stage has no answer to $type', ({ stage, type }) => {
    expect(() => step(stage, progressIn(stage), events[type])).toThrow(`the stage ${stage} has no answer to ${type}`);
  });
});

describe('counters', () => {
  const still = { canary: 0, mirror: false };
  const rewound = { canaryWeight: 0, failedChecks: 0, iterations: 0, step: 0, traffic: still, failure: undefined };
  test.each<readonly [string, Stage, EventType, Partial<Progress>]>([
    ['a run that starts begins at zero and is counted', 'idle', 'runStarted', { ...rewound, number: 8 }],
    ['a run that starts over begins at zero and is counted', 'holding', 'revisionChanged', { ...rewound, number: 8 }],
    [
      'a failed check adds one and moves no traffic',
      'analysing',
      'checkFailed',
      { failedChecks: 3, canaryWeight: 10, step: 1 },
    ],
    [
      'an advance takes the next step and keeps failed checks',
      'analysing',
      'advanced',
      { step: 2, canaryWeight: 20, iterations: 0, failedChecks: 2, traffic: { canary: 20, mirror: false } },
    ],
    ['a promotion keeps the weight that was measured', 'analysing', 'planDone', { canaryWeight: 10, number: 7 }],
    [
      'a step back lowers traffic and shown weight',
      'returning',
      'returnStepped',
      { canaryWeight: 5, traffic: { canary: 5, mirror: false } },
    ],
    [
      'a failed run sends all traffic to the primary',
      'analysing',
      'runFailed',
      { traffic: still, failure: '3 failed checks' },
    ],
    ['a rolled back run ends at zero', 'rollingBack', 'rolledBack', { ...rewound, number: 7 }],
    [
      'a success shows no weight but the failed checks of its run',
      'draining',
      'drained',
      { canaryWeight: 0, failedChecks: 2, step: 0 },
    ],
    [
      'a broken primary gets no traffic: all of it is on the canary',
      'promoting',
      'promotionFailed',
      { canaryWeight: 100, traffic: { canary: 100, mirror: false }, failure: 'no quota' },
    ],
    [
      'promoting over a broken primary is a run of its own',
      'stranded',
      'promotedOver',
      { number: 8, failure: undefined },
    ],
    [
      'a withdrawn change forgets what it interrupted',
      'asking',
      'changeWithdrawn',
      { askedFrom: undefined, number: 7 },
    ],
    ['a question remembers what it interrupted', 'idle', 'approvalRefused', { askedFrom: 'Initialized' }],
  ])('%s', (_, stage, type, expected) => {
    expect(step(stage, progressIn(stage), events[type]).progress).toMatchObject(expected);
  });

  test('the last step back takes the traffic; the weight that is shown follows with the end of the return', () => {
    const back = step('returning', progressIn('returning'), { type: 'returnStepped', canary: 0 });
    expect(back.progress).toMatchObject({ traffic: still, canaryWeight: 10 });
    expect(step('returning', back.progress, events.trafficReturned).progress.canaryWeight).toBe(0);
  });

  test('a change withdrawn from nowhere falls back to Initialized', () => {
    const next = step('asking', progressIn('asking', { askedFrom: undefined }), events.changeWithdrawn);
    expect(next.progress.phase).toBe('Initialized');
  });
});

describe('any sequence of events', () => {
  const percent = fc.integer({ min: 0, max: 100 });
  const anyEvent = fc.oneof(
    fc.constantFrom(...Object.values(events)),
    fc.record({
      type: fc.constant('advanced' as const),
      canary: percent,
      mirror: fc.boolean(),
      weight: percent,
      iterations: fc.nat(20),
    }),
    fc.record({ type: fc.constant('returnStepped' as const), canary: percent }),
  );

  test('keeps weights in 0..100 and counters from falling below zero, and a failed run sends nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stages), fc.array(anyEvent, { maxLength: 40 }), (start, sequence) => {
        let stage: Stage = start;
        let progress = progressIn(start);
        for (const event of sequence) {
          if (!answers[stage][event.type]) continue;
          ({ stage, progress } = step(stage, progress, event));
          for (const weight of [progress.canaryWeight, progress.traffic.canary]) {
            expect(weight).toBeGreaterThanOrEqual(0);
            expect(weight).toBeLessThanOrEqual(100);
          }
          expect(Math.min(progress.failedChecks, progress.iterations, progress.step)).toBeGreaterThanOrEqual(0);
          if (event.type === 'runFailed') expect(progress.traffic).toEqual({ canary: 0, mirror: false });
        }
      }),
    );
  });

  test('never lowers the number of the run', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stages), fc.array(anyEvent, { maxLength: 40 }), (start, sequence) => {
        let stage: Stage = start;
        let progress = progressIn(start);
        for (const event of sequence) {
          if (!answers[stage][event.type]) continue;
          const before = progress.number;
          ({ stage, progress } = step(stage, progress, event));
          expect(progress.number).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});
