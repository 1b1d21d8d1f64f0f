import type { CanaryStatus, Condition, Phase } from './status.ts';

/**
 * The list with `condition` in the place of the one of its type. Returns the same list when status, reason and message
 * are as they were. `lastUpdateTime` becomes `now`; `lastTransitionTime` moves only with the status (Flagger
 * compatibility). `now` is an RFC 3339 time.
 */
export function setCondition(
  conditions: readonly Condition[],
  condition: Condition,
  now: string,
): readonly Condition[] {
  const previous = conditions.find(({ type }) => type === condition.type);
  if (previous && says(previous) === says(condition)) return conditions;
  const kept = previous?.status === condition.status ? previous.lastTransitionTime : undefined;
  const next: Condition = { ...condition, lastUpdateTime: now, lastTransitionTime: kept ?? now };
  return previous ? conditions.map((item) => (item === previous ? next : item)) : [...conditions, next];
}

function says({ status, reason, message, observedGeneration }: Condition): string {
  return JSON.stringify([status, reason, message, observedGeneration]);
}

type Promoted = readonly [status: Condition['status'], message: (kind: string) => string];

const starting: Promoted = ['Unknown', (kind) => `New ${kind} detected, starting initialization.`];
const waiting: Promoted = ['Unknown', () => 'Waiting for approval.'];

/** What the condition `Promoted` says in each phase; scripts wait for it and people read it (Flagger compatibility). */
const promoted: Readonly<Record<Phase, Promoted>> = {
  Initializing: starting,
  Initialized: ['True', (kind) => `${kind} initialization completed.`],
  Waiting: waiting,
  Progressing: ['Unknown', () => 'New revision detected, progressing canary analysis.'],
  WaitingPromotion: waiting,
  Promoting: ['Unknown', () => 'Canary analysis completed, starting primary rolling update.'],
  Finalising: ['Unknown', () => 'Canary analysis completed, routing all traffic to primary.'],
  Succeeded: ['True', () => 'Canary analysis completed successfully, promotion finished.'],
  Failed: ['False', (kind) => `Canary analysis failed, ${kind} scaled to zero.`],
  Terminating: starting,
  Terminated: starting,
};

/** The condition `Promoted` of a phase, without times. `kind` is that of the target. */
export function promotedCondition(phase: Phase, kind: string): Condition {
  const [status, message] = promoted[phase];
  return { type: 'Promoted', status, reason: phase, message: message(kind) };
}

/** What was wrong with the spec when it was last looked at; `undefined` when it was accepted. */
export function refusalIn({ conditions = [] }: Pick<CanaryStatus, 'conditions'>): Condition | undefined {
  return conditions.find(({ type, status, reason }) => type === 'Ready' && status === 'False' && reason !== FAILED);
}

const FAILED = 'Failed' satisfies Phase;

/**
 * The conditions that every tool understands (Kubernetes kstatus): `Ready` always; `Reconciling` while something is under way;
 * `Stalled` when nothing goes on without somebody. The latter two are absent otherwise.
 */
export function generalConditions(phase: Phase, kind: string, cause: string | undefined): readonly Condition[] {
  const { message } = promotedCondition(phase, kind);
  switch (phase) {
    case 'Initialized':
    case 'Succeeded':
      return [{ type: 'Ready', status: 'True', reason: phase, message }];
    case 'Failed': {
      const told = cause === undefined ? message : `the last release failed: ${cause}`;
      return [
        { type: 'Ready', status: 'False', reason: FAILED, message: told },
        { type: 'Stalled', status: 'True', reason: FAILED, message: 'waiting for a new revision' },
      ];
    }
    default:
      return [
        { type: 'Ready', status: 'Unknown', reason: phase, message },
        { type: 'Reconciling', status: 'True', reason: phase, message },
      ];
  }
}

/** The list with these general conditions, and without those of a moment before. */
export function setGeneral(
  conditions: readonly Condition[],
  general: readonly Condition[],
  now: string,
): readonly Condition[] {
  const gone = ['Reconciling', 'Stalled'].filter((type) => !general.some((each) => each.type === type));
  const kept = conditions.filter(({ type }) => !gone.includes(type));
  return general.reduce<readonly Condition[]>((list, condition) => setCondition(list, condition, now), kept);
}
