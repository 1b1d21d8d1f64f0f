import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import type { DeploymentRule } from './deployment-rule.ts';

/** Pods of all ReplicaSets of a Deployment together. */
export interface PodCounts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

export interface StatusInput {
  readonly deployment: KubeObject;
  readonly rule: DeploymentRule;
  readonly counts: PodCounts;
  /** The ReplicaSet of the present template; absent while a paused Deployment has none. */
  readonly current: { readonly name: string; readonly created: boolean } | undefined;
  /** Doesn't wait for the deadline. */
  readonly givesUp: boolean;
  readonly nowMs: number;
}

export interface StatusOutcome {
  readonly status: JsonObject;
  /** When the progress deadline runs out, if it runs and nothing else happens before. */
  readonly deadlineAtMs: number | undefined;
}

interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The complete status of a Deployment with the conditions that Kubernetes writes. Zero counts are left out, as there. */
export function deploymentStatus(input: StatusInput): StatusOutcome {
  const { deployment, rule, counts, nowMs } = input;
  const progressing = rule.progressDeadlineMs === undefined ? undefined : progress(input);
  const available = condition(deployment, 'Available', availability(rule, counts), nowMs);
  const conditions = progressing ? [available, progressing] : [available];
  const numbers = {
    replicas: counts.replicas,
    updatedReplicas: counts.updated,
    readyReplicas: counts.ready,
    availableReplicas: counts.available,
    unavailableReplicas: Math.max(rule.replicas - counts.available, counts.replicas - counts.available, 0),
  };
  const counted = Object.entries(numbers).filter(([, value]) => value !== 0);
  const observedGeneration = deployment.metadata.generation ?? 0;
  const status = { observedGeneration, ...Object.fromEntries(counted), conditions };
  return { status, deadlineAtMs: deadlineOf(progressing, rule) };
}

function availability(rule: DeploymentRule, counts: PodCounts): Verdict {
  return counts.available >= rule.replicas - rule.maxUnavailable
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** What happened to the rollout since the last status, from the strongest statement to the weakest. */
function progress(input: StatusInput): JsonObject | undefined {
  const { deployment, rule, counts, current, nowMs } = input;
  const before = conditionOf(deployment, 'Progressing');
  const say = (verdict: Verdict) => condition(deployment, 'Progressing', verdict, nowMs);
  if (rule.paused) return say(verdictOf('Unknown', 'DeploymentPaused', 'Deployment is paused'));
  if (!current) return before;
  const set = `ReplicaSet "${current.name}"`;
  // a rollout that is done stays done, whatever becomes of its pods later
  if (!current.created && before?.['reason'] === DONE && counts.replicas === counts.updated) return before;
  if (isComplete(rule, counts)) return say(verdictOf('True', DONE, `${set} has successfully progressed.`));
  if (input.givesUp) return say(verdictOf('False', TIMED_OUT, `${set} has timed out progressing.`));
  if (current.created) {
    return say(verdictOf('True', 'NewReplicaSetCreated', `Created new replica set "${current.name}"`));
  }
  if (!before || before['reason'] === 'DeploymentPaused') {
    return say(verdictOf('True', 'FoundNewReplicaSet', `Found new replica set "${current.name}"`));
  }
  if (hasMoved(deployment, counts)) {
    return renewed(say(verdictOf('True', 'ReplicaSetUpdated', `${set} is progressing.`)), nowMs);
  }
  const deadlineAtMs = deadlineOf(before, rule);
  const late = deadlineAtMs !== undefined && nowMs >= deadlineAtMs;
  return late ? say(verdictOf('False', TIMED_OUT, `${set} has timed out progressing.`)) : before;
}

const DONE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

function verdictOf(status: Verdict['status'], reason: string, message: string): Verdict {
  return { status, reason, message };
}

function isComplete(rule: DeploymentRule, counts: PodCounts): boolean {
  return [counts.replicas, counts.updated, counts.available].every((count) => count === rule.replicas);
}

/** Whether a pod more is updated, ready or available, or an old one less is there, than the written status says. */
function hasMoved(deployment: KubeObject, counts: PodCounts): boolean {
  const was = (field: string) => Number(dig(deployment, 'status', field) ?? 0);
  return (
    counts.updated > was('updatedReplicas') ||
    counts.replicas - counts.updated < was('replicas') - was('updatedReplicas') ||
    counts.ready > was('readyReplicas') ||
    counts.available > was('availableReplicas')
  );
}

function deadlineOf(progressing: JsonObject | undefined, rule: DeploymentRule): number | undefined {
  const running = progressing?.['status'] === 'True' && progressing['reason'] !== DONE;
  if (!running || rule.progressDeadlineMs === undefined || rule.paused) return undefined;
  return Date.parse(String(progressing['lastUpdateTime'])) + rule.progressDeadlineMs;
}

function conditionOf(deployment: KubeObject, type: string): JsonObject | undefined {
  const conditions = dig(deployment, 'status', 'conditions');
  return Array.isArray(conditions) ? (conditions as JsonObject[]).find((item) => item['type'] === type) : undefined;
}

/** Keeps the times of the present condition where it says the same. */
function condition(deployment: KubeObject, type: string, verdict: Verdict, nowMs: number): JsonObject {
  const before = conditionOf(deployment, type);
  const now = toTimestamp(nowMs);
  const sameStatus = before?.['status'] === verdict.status;
  const same = sameStatus && before['reason'] === verdict.reason && before['message'] === verdict.message;
  return {
    type,
    status: verdict.status,
    lastUpdateTime: same ? before['lastUpdateTime'] : now,
    lastTransitionTime: sameStatus ? before['lastTransitionTime'] : now,
    reason: verdict.reason,
    message: verdict.message,
  };
}

function renewed(progressing: JsonObject, nowMs: number): JsonObject {
  return { ...progressing, lastUpdateTime: toTimestamp(nowMs) };
}
