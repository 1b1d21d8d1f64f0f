import { dig, type KubeObject } from '../../kube/object.ts';

/** What a Deployment asks for, with the defaults of the API filled in and shares turned into pods. */
export interface DeploymentRule {
  readonly replicas: number;
  readonly strategy: 'RollingUpdate' | 'Recreate';
  /** Pods above `replicas` that may exist. */
  readonly maxSurge: number;
  /** Pods below `replicas` that may be missing. */
  readonly maxUnavailable: number;
  /** `undefined`: waits for ever. */
  readonly progressDeadlineMs: number | undefined;
  readonly paused: boolean;
  readonly revisionHistoryLimit: number;
}

const DEFAULT_SHARE = '25%';
const DEFAULT_DEADLINE_S = 600;
const DEFAULT_HISTORY = 10;
/** By API convention this value means no deadline at all. */
const NO_DEADLINE_S = 2_147_483_647;

export function deploymentRule(deployment: KubeObject): DeploymentRule {
  const spec = deployment['spec'];
  const replicas = number(dig(spec, 'replicas'), 1);
  const recreate = dig(spec, 'strategy', 'type') === 'Recreate';
  const rolling = dig(spec, 'strategy', 'rollingUpdate');
  const maxSurge = recreate ? 0 : pods(dig(rolling, 'maxSurge') ?? DEFAULT_SHARE, replicas, Math.ceil);
  const missing = recreate ? 0 : pods(dig(rolling, 'maxUnavailable') ?? DEFAULT_SHARE, replicas, Math.floor);
  const deadlineS = number(dig(spec, 'progressDeadlineSeconds'), DEFAULT_DEADLINE_S);
  return {
    replicas,
    strategy: recreate ? 'Recreate' : 'RollingUpdate',
    maxSurge,
    // with neither a spare nor a gap nothing could ever move
    maxUnavailable: Math.min(maxSurge === 0 && missing === 0 && !recreate ? 1 : missing, replicas),
    progressDeadlineMs: deadlineS >= NO_DEADLINE_S ? undefined : deadlineS * 1000,
    paused: dig(spec, 'paused') === true,
    revisionHistoryLimit: number(dig(spec, 'revisionHistoryLimit'), DEFAULT_HISTORY),
  };
}

/** A number of pods, or a share of `replicas` in percent. */
function pods(value: unknown, replicas: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
