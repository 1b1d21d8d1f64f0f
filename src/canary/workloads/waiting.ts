import type { Readiness, ReadinessRule } from './contract.ts';

/** Not ready yet, and no deadline runs. */
export function unfinished(detail: string): Readiness {
  return { ready: false, why: `waiting for rollout to finish: ${detail}`, permanent: false };
}

/** Not ready yet; for good once the rule's deadline has passed since the given instant. */
export function unfinishedSince(since: number, detail: string, rule: ReadinessRule): Readiness {
  const why = `waiting for rollout to finish: ${detail}`;
  const deadlineAt = since + rule.deadlineMs;
  if (rule.now >= deadlineAt) return { ready: false, why, permanent: true };
  return { ready: false, why, permanent: false, deadlineAt };
}

/** The wait of a kind that has no condition of its own: the deadline counts from when the wait began. */
export function overdue(detail: string, rule: ReadinessRule): Readiness {
  const waiting = unfinishedSince(rule.waitingSince, detail, rule);
  if (waiting.ready || !waiting.permanent) return waiting;
  return { ...waiting, why: `exceeded its progressDeadlineSeconds: ${rule.deadlineMs / 1000}` };
}
