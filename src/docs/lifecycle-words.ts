import type { Stage } from '../api/status.ts';
import type { MachineEvent } from '../canary/machine.ts';

/** What the cluster has to look like in each stage, and what ends it, for readers. */
export const stageWords: Readonly<Record<Stage, { readonly wanted: string; readonly ends: string }>> = {
  creating: {
    wanted:
      'The primary with its copies of configs, and the Services of both sides. Target and routes are as the user left them.',
    ends: 'the primary is ready',
  },
  takingOver: {
    wanted: 'The public Service leads to the primary and the routes give it everything; then the target goes to zero.',
    ends: 'all of that was seen',
  },
  idle: {
    wanted: 'All traffic on the primary. What somebody else changed in routes or Services is put back.',
    ends: 'the target or a tracked config changed',
  },
  asking: {
    wanted: 'As in `idle`.',
    ends: 'the `confirm-rollout` hooks agree, or the change was taken back',
  },
  starting: {
    wanted: 'The target is scaled up and gets no traffic.',
    ends: 'its pods are ready and the `pre-rollout` hooks pass',
  },
  analysing: {
    wanted: 'The target runs and gets the traffic of the step that status names.',
    ends: 'the last step passed its checks, or too many checks failed',
  },
  holding: {
    wanted: 'As in the last step.',
    ends: 'the `confirm-promotion` hooks agree, or the release fails',
  },
  promoting: {
    wanted: 'The primary and its copies of configs have the new revision. Traffic stays where it is.',
    ends: 'the primary is ready with it',
  },
  returning: {
    wanted: 'Traffic goes back to the primary, in steps of `stepWeightPromotion` if it is set.',
    ends: 'all traffic is back',
  },
  draining: {
    wanted: 'All traffic on the primary; then the target goes to zero.',
    ends: 'that was seen',
  },
  skipping: {
    wanted: 'The primary has the new revision and all traffic; then the target goes to zero. No checks.',
    ends: 'that was seen',
  },
  rollingBack: {
    wanted: 'All traffic on the primary; then the target goes to zero.',
    ends: 'that was seen',
  },
  stranded: {
    wanted: 'A promotion failed: all traffic stays on the healthy target.',
    ends: 'there is another revision that may begin, or the same one is promoted again, or the target is lost as well',
  },
  leaving: {
    wanted: 'Target, Service and routes as the user had them: the target first, and traffic only when it is ready.',
    ends: 'that was seen, and the finalizer is gone',
  },
};

/** What was seen when an event happens: `short` for arrows, `long` as a sentence. */
export const eventWords: Readonly<Record<MachineEvent['type'], { readonly short: string; readonly long: string }>> = {
  retargeted: {
    short: 'another target',
    long: 'The spec names another target, which is taken in hand from the beginning.',
  },
  primaryReady: { short: 'primary ready', long: 'The new primary is ready.' },
  tookOver: { short: 'primary serves', long: 'The primary serves, and the target is at zero.' },
  approvalRefused: { short: 'rollout not approved', long: 'A `confirm-rollout` hook said no.' },
  changeWithdrawn: { short: 'change taken back', long: 'Target and configs are again as they were promoted.' },
  runStarted: { short: 'change approved', long: 'The target or a tracked config changed, and nobody objects.' },
  revisionChanged: {
    short: 'changed again',
    long: 'The target or a tracked config changed or went missing in the middle of a run.',
  },
  canaryReady: { short: 'canary ready', long: 'The pods of the target are ready and the `pre-rollout` hooks passed.' },
  skipAsked: { short: 'analysis skipped', long: '`skipAnalysis` is on.' },
  checkFailed: { short: 'check failed', long: 'A check failed, and the threshold is not reached.' },
  advanced: { short: 'step passed', long: 'The checks passed, and the next step has its traffic.' },
  promotionRefused: { short: 'promotion not approved', long: 'A `confirm-promotion` hook said no.' },
  planDone: { short: 'all steps passed', long: 'The last step passed its checks, and promotion is approved.' },
  promotedOver: {
    short: 'put over a broken primary',
    long: 'A promotion has broken the primary, and a revision goes right over it.',
  },
  primaryPromoted: { short: 'primary updated', long: 'The primary is ready with the new revision.' },
  returnStepped: { short: 'traffic stepped back', long: 'A part of the traffic went back to the primary.' },
  trafficReturned: { short: 'traffic back', long: 'All traffic is back on the primary.' },
  drained: { short: 'target at zero', long: 'The target is at zero.' },
  runFailed: {
    short: 'run failed',
    long: 'Too many checks failed, the deadline passed, or a `rollback` hook asked for it.',
  },
  rolledBack: { short: 'taken back', long: 'All traffic is on the primary, and the target is at zero.' },
  promotionFailed: { short: 'promotion failed', long: 'The primary did not get ready with the new revision.' },
  primaryDied: {
    short: 'primary broke',
    long: 'The primary stayed unready past its deadline in the midst of a run, and the canary serves what it has.',
  },
  deleted: { short: 'deleted', long: 'The Canary is being deleted, with `revertOnDeletion`.' },
};
