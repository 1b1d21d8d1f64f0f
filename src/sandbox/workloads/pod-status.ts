import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import { POD_ADDRESS } from './kinds.ts';

/** What is known of a pod's process. */
export interface ProcessState {
  readonly startedAtMs: number;
  /** Absent until it listens. */
  readonly port: number | undefined;
  readonly ready: boolean;
  readonly restarts: number;
  /** The latest end of the process, if it ever ended. */
  readonly lastExit: { readonly exitCode: number; readonly message: string; readonly atMs: number } | undefined;
  /** `waiting`: it has ended and is to be started again later. */
  readonly phase: 'running' | 'waiting';
  readonly terminating: boolean;
}

/** The status of a pod, as a kubelet would write it. Transition times are those of the present status where they hold. */
export function podStatus(pod: KubeObject, state: ProcessState, nowMs: number): JsonObject {
  const running = state.phase === 'running' && state.port !== undefined;
  const ready = running && state.ready && !state.terminating;
  const conditions = [
    condition(pod, 'PodScheduled', true, nowMs),
    condition(pod, 'Initialized', true, nowMs),
    condition(pod, 'ContainersReady', ready, nowMs),
    condition(pod, 'Ready', ready, nowMs),
  ];
  const ip = running ? { podIP: POD_ADDRESS, podIPs: [{ ip: POD_ADDRESS }], hostIP: POD_ADDRESS } : {};
  return {
    phase: running || state.lastExit ? 'Running' : 'Pending',
    startTime: dig(pod, 'status', 'startTime') === undefined ? toTimestamp(state.startedAtMs) : startTimeOf(pod),
    ...ip,
    conditions,
    containerStatuses: [containerStatus(pod, state, running, ready)],
  };
}

/** Whether the pod says that it takes requests. */
export function isPodReady(pod: KubeObject): boolean {
  return readyCondition(pod)?.['status'] === 'True';
}

/** Since when the pod has been ready, in milliseconds since the epoch; `undefined` when it isn't. */
export function readySince(pod: KubeObject): number | undefined {
  if (!isPodReady(pod)) return undefined;
  const since = Date.parse(String(readyCondition(pod)?.['lastTransitionTime']));
  return Number.isNaN(since) ? undefined : since;
}

function readyCondition(pod: KubeObject): JsonObject | undefined {
  return conditionsOf(pod).find((item) => item['type'] === 'Ready');
}

function conditionsOf(pod: KubeObject): readonly JsonObject[] {
  const conditions = dig(pod, 'status', 'conditions');
  return Array.isArray(conditions) ? (conditions as JsonObject[]) : [];
}

function startTimeOf(pod: KubeObject): string {
  return String(dig(pod, 'status', 'startTime'));
}

function condition(pod: KubeObject, type: string, holds: boolean, nowMs: number): JsonObject {
  const status = holds ? 'True' : 'False';
  const before = conditionsOf(pod).find((item) => item['type'] === type);
  const lastTransitionTime = before?.['status'] === status ? before['lastTransitionTime'] : toTimestamp(nowMs);
  const why = holds ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status' };
  return { type, status, lastTransitionTime, ...why };
}

function containerStatus(pod: KubeObject, state: ProcessState, running: boolean, ready: boolean): JsonObject {
  const container = dig(pod, 'spec', 'containers', 0);
  return {
    name: String(dig(container, 'name') ?? ''),
    image: String(dig(container, 'image') ?? ''),
    imageID: '',
    ready,
    started: running,
    restartCount: state.restarts,
    state: containerState(state, running),
    ...(state.lastExit ? { lastState: { terminated: terminated(state.lastExit) } } : {}),
  };
}

function containerState(state: ProcessState, running: boolean): JsonObject {
  if (running) return { running: { startedAt: toTimestamp(state.startedAtMs) } };
  if (state.phase === 'running') return { waiting: { reason: 'ContainerCreating' } };
  return { waiting: { reason: 'CrashLoopBackOff', message: 'the process ended and is started again later' } };
}

function terminated({ exitCode, message, atMs }: NonNullable<ProcessState['lastExit']>): JsonObject {
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return { exitCode, reason, finishedAt: toTimestamp(atMs), ...(message === '' ? {} : { message }) };
}
