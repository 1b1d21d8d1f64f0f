import { assign, setup, transition } from 'xstate';
import type { Phase, Stage } from '../api/status.ts';

/** What moves: the part of the status that the machine owns. */
export interface Progress {
  readonly phase: Phase;
  readonly canaryWeight: number;
  readonly failedChecks: number;
  readonly iterations: number;
  /** Index of the plan's step to be done next. */
  readonly step: number;
  /** The traffic that the routes must carry. */
  readonly traffic: { readonly canary: number; readonly mirror: boolean };
  /** Why the run is being rolled back. */
  readonly failure: string | undefined;
  /** The phase that asking for approval interrupted. */
  readonly askedFrom: Phase | undefined;
  /** Counts runs. */
  readonly number: number;
}

/** What happened; each is a fact that was observed, not a wish. */
export type MachineEvent =
  /** The spec names another target: a new beginning. */
  | { readonly type: 'retargeted' }
  | { readonly type: 'primaryReady' }
  | { readonly type: 'tookOver' }
  | { readonly type: 'approvalRefused' }
  | { readonly type: 'changeWithdrawn' }
  | { readonly type: 'runStarted' }
  | { readonly type: 'revisionChanged' }
  | { readonly type: 'canaryReady' }
  | { readonly type: 'skipAsked' }
  | { readonly type: 'checkFailed' }
  | {
      readonly type: 'advanced';
      readonly canary: number;
      readonly mirror: boolean;
      readonly weight: number;
      readonly iterations: number;
    }
  | { readonly type: 'promotionRefused' }
  | { readonly type: 'planDone' }
  /** A revision goes right over a primary that a promotion has broken. */
  | { readonly type: 'promotedOver' }
  | { readonly type: 'primaryPromoted' }
  | { readonly type: 'returnStepped'; readonly canary: number }
  | { readonly type: 'trafficReturned' }
  | { readonly type: 'drained' }
  | { readonly type: 'runFailed'; readonly why: string }
  | { readonly type: 'rolledBack' }
  /** `canary`: percent of the traffic that the copy that serves gets. */
  | { readonly type: 'promotionFailed'; readonly why: string; readonly canary: 0 | 100 }
  | { readonly type: 'primaryDied'; readonly why: string }
  | { readonly type: 'deleted' };

const noTraffic = { canary: 0, mirror: false } as const;
const fresh = {
  canaryWeight: 0,
  failedChecks: 0,
  iterations: 0,
  step: 0,
  traffic: noTraffic,
  failure: undefined,
} as const;

const failing = { target: 'rollingBack', actions: 'rememberFailure' } as const;
const restarting = { target: 'starting', actions: 'startRun' } as const;
const renamed = { target: 'creating', actions: 'begin', reenter: true } as const;
const overriding = { target: 'promoting', actions: 'promoteOver' } as const;
const leaving = { target: 'leaving', actions: 'terminate' } as const;

/**
 * The life of a Canary. States are stages, events are facts; the actions only compute the next `Progress`. Nothing here
 * waits or acts: `decide` finds out what happened, this says where that leads, `desired` says what the world must look
 * like there.
 */
export const canaryMachine = setup({
  types: { context: {} as Progress, events: {} as MachineEvent, input: {} as Progress },
  actions: {
    begin: assign({ phase: 'Initializing', ...fresh, askedFrom: undefined }),
    initialise: assign({ phase: 'Initialized', ...fresh }),
    askFrom: assign({ phase: 'Waiting', askedFrom: ({ context }) => context.phase }),
    withdraw: assign({ phase: ({ context }) => context.askedFrom ?? 'Initialized', askedFrom: undefined }),
    startRun: assign({
      phase: 'Progressing',
      ...fresh,
      askedFrom: undefined,
      number: ({ context }) => context.number + 1,
    }),
    countFailure: assign({ failedChecks: ({ context }) => context.failedChecks + 1 }),
    advance: assign(({ context, event }) =>
      event.type === 'advanced'
        ? {
            canaryWeight: event.weight,
            iterations: event.iterations,
            step: context.step + 1,
            traffic: { canary: event.canary, mirror: event.mirror },
          }
        : {},
    ),
    hold: assign({ phase: 'WaitingPromotion' }),
    promote: assign({ phase: 'Promoting' }),
    promoteOver: assign({
      phase: 'Promoting',
      failure: undefined,
      askedFrom: undefined,
      number: ({ context }) => context.number + 1,
    }),
    // The weight that status shows follows when the traffic is back; until then it is the last one that was measured.
    stepBack: assign(({ event }) =>
      event.type === 'returnStepped'
        ? {
            traffic: { canary: event.canary, mirror: false },
            ...(event.canary > 0 ? { canaryWeight: event.canary } : {}),
          }
        : {},
    ),
    // Nobody is sent to a target that goes to zero
    endTraffic: assign({ canaryWeight: 0, iterations: 0, traffic: noTraffic }),
    finalise: assign({ phase: 'Finalising', canaryWeight: 0, iterations: 0, traffic: noTraffic }),
    succeed: assign({ phase: 'Succeeded', canaryWeight: 0, iterations: 0, traffic: noTraffic, step: 0 }),
    rememberFailure: assign(({ event }) =>
      event.type === 'runFailed' ? { failure: event.why, traffic: noTraffic } : {},
    ),
    fail: assign({ phase: 'Failed', ...fresh }),
    strand: assign(({ event }) =>
      event.type === 'promotionFailed'
        ? {
            phase: 'Failed' as const,
            ...fresh,
            canaryWeight: event.canary,
            traffic: { canary: event.canary, mirror: false },
            failure: event.why,
          }
        : {},
    ),
    // What traffic the canary has is the only one that is answered
    keepTraffic: assign(({ context, event }) =>
      event.type === 'primaryDied'
        ? {
            ...fresh,
            phase: 'Failed' as const,
            canaryWeight: context.canaryWeight,
            traffic: context.traffic,
            failure: event.why,
          }
        : {},
    ),
    terminate: assign({ phase: 'Terminating', ...fresh }),
  },
}).createMachine({
  id: 'canary',
  initial: 'creating',
  context: ({ input }) => input,
  states: {
    creating: { on: { primaryReady: 'takingOver', retargeted: renamed, deleted: leaving } },
    takingOver: { on: { tookOver: { target: 'idle', actions: 'initialise' }, retargeted: renamed, deleted: leaving } },
    idle: {
      on: {
        approvalRefused: { target: 'asking', actions: 'askFrom' },
        runStarted: restarting,
        promotedOver: overriding,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    asking: {
      on: {
        runStarted: restarting,
        promotedOver: overriding,
        changeWithdrawn: { target: 'idle', actions: 'withdraw' },
        runFailed: failing,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    starting: {
      on: {
        canaryReady: 'analysing',
        skipAsked: { target: 'skipping', actions: 'endTraffic' },
        revisionChanged: restarting,
        runFailed: failing,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    analysing: {
      on: {
        checkFailed: { actions: 'countFailure' },
        advanced: { actions: 'advance' },
        promotionRefused: { target: 'holding', actions: 'hold' },
        planDone: { target: 'promoting', actions: 'promote' },
        skipAsked: { target: 'skipping', actions: 'endTraffic' },
        revisionChanged: restarting,
        primaryDied: { target: 'stranded', actions: 'keepTraffic' },
        runFailed: failing,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    holding: {
      on: {
        checkFailed: { actions: 'countFailure' },
        advanced: { actions: 'advance' },
        planDone: { target: 'promoting', actions: 'promote' },
        skipAsked: { target: 'skipping', actions: 'endTraffic' },
        revisionChanged: restarting,
        primaryDied: { target: 'stranded', actions: 'keepTraffic' },
        runFailed: failing,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    promoting: {
      on: {
        primaryPromoted: 'returning',
        revisionChanged: restarting,
        runFailed: failing,
        promotionFailed: { target: 'stranded', actions: 'strand' },
        retargeted: renamed,
        deleted: leaving,
      },
    },
    returning: {
      on: {
        returnStepped: { actions: 'stepBack' },
        trafficReturned: { target: 'draining', actions: 'finalise' },
        promotionFailed: { target: 'stranded', actions: 'strand' },
        revisionChanged: restarting,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    draining: {
      on: {
        drained: { target: 'idle', actions: 'succeed' },
        promotionFailed: { target: 'stranded', actions: 'strand' },
        retargeted: renamed,
        deleted: leaving,
      },
    },
    skipping: {
      on: {
        drained: { target: 'idle', actions: 'succeed' },
        revisionChanged: restarting,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    rollingBack: {
      on: { rolledBack: { target: 'idle', actions: 'fail' }, retargeted: renamed, deleted: leaving },
    },
    // While the primary is broken, traffic stays on the canary and the next revision is promoted over it.
    stranded: {
      on: {
        runStarted: restarting,
        promotedOver: overriding,
        // The canary is lost as well
        runFailed: failing,
        retargeted: renamed,
        deleted: leaving,
      },
    },
    leaving: {},
  },
});

/**
 * Where an event leads from a stage. Pure.
 * @throws Error when the stage has no answer to the event: a defect of the caller.
 */
export function step(stage: Stage, progress: Progress, event: MachineEvent): { stage: Stage; progress: Progress } {
  const present = canaryMachine.resolveState({ value: stage, context: progress });
  if (!present.can(event)) throw new Error(`the stage ${stage} has no answer to ${event.type}`);
  const [next] = transition(canaryMachine, present, event);
  return { stage: next.value, progress: next.context };
}
