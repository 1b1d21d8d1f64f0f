import type { Cluster } from '../../kube/cluster.ts';
import { mergeDiff } from '../../kube/compare.ts';
import { dig, type JsonObject, type Kind, type KubeObject, type ObjectRef, refOf } from '../../kube/object.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Controller, keyOf } from './controller.ts';
import { isKind, POD, POD_FINALIZER, PORT_ANNOTATION } from './kinds.ts';
import type { PodReport, PodRunner, RunningPod } from './pod-runner.ts';
import { podSpecOf } from './pod-spec.ts';
import { type ProcessState, podStatus } from './pod-status.ts';

/** Far shorter than a kubelet's, so that a crash loop shows within a demo. */
const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 30_000;
/** A process that lived this long starts over with the first back-off. */
const STABLE_MS = 60_000;
const DEFAULT_GRACE_S = 30;

interface Entry {
  readonly uid: string;
  running: RunningPod | undefined;
  state: ProcessState;
  /** Ends in a row. */
  failures: number;
  ending: Promise<void> | undefined;
  cancelRestart: () => void;
}

export interface PodKeeperParts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly runner: PodRunner;
  /** Asks for another visit of the pod. */
  readonly again: (key: string) => void;
}

/**
 * Runs every pod of the cluster and writes down how it does: status, and the port in an annotation. A process that ends
 * is started again after a back-off. A deleted pod is drained within its grace period before its finalizer is removed.
 */
export class PodKeeper implements Controller {
  readonly #parts: PodKeeperParts;
  readonly #entries = new Map<string, Entry>();
  /** Pods that are gone but whose process still ends. */
  readonly #leaving = new Set<Promise<void>>();
  #stopped = false;

  constructor(parts: PodKeeperParts) {
    this.#parts = parts;
  }

  concerns(object: KubeObject): readonly string[] {
    return isKind(object, POD) ? [keyOf(object)] : [];
  }

  async visit(ref: Omit<ObjectRef, keyof Kind>): Promise<number | undefined> {
    const key = keyOf({ ...POD, metadata: ref });
    const pod = this.#parts.cluster.get({ ...ref, ...POD });
    const known = this.#entries.get(key);
    if (known && known.uid !== pod?.metadata.uid) this.#drop(key, known);
    if (!pod) return undefined;
    const entry = this.#entries.get(key) ?? this.#admit(key, pod);
    if (entry && pod.metadata.deletionTimestamp !== undefined) this.#end(key, entry, graceMs(pod));
    if (entry) await this.#write(pod, entry);
    if (pod.metadata.deletionTimestamp !== undefined) await this.#release(pod, entry);
    return undefined;
  }

  /** Ends all processes by force. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const [key, entry] of [...this.#entries]) this.#drop(key, entry);
    await Promise.all(this.#leaving);
  }

  #admit(key: string, pod: KubeObject): Entry | undefined {
    if (this.#stopped || pod.metadata.deletionTimestamp !== undefined) return undefined;
    const entry: Entry = {
      uid: pod.metadata.uid ?? '',
      running: undefined,
      state: {
        startedAtMs: this.#parts.clock.now(),
        port: undefined,
        ready: false,
        restarts: 0,
        lastExit: undefined,
        phase: 'running',
        terminating: false,
      },
      failures: 0,
      ending: undefined,
      cancelRestart: () => {},
    };
    this.#entries.set(key, entry);
    this.#start(key, entry, pod);
    return entry;
  }

  #start(key: string, entry: Entry, pod: KubeObject): void {
    entry.running = this.#parts.runner.start(podSpecOf(pod), (report) => {
      this.#heard(key, entry, pod, report);
      this.#parts.again(key);
    });
  }

  #heard(key: string, entry: Entry, pod: KubeObject, report: PodReport): void {
    if (report.kind === 'listening') entry.state = { ...entry.state, port: report.port };
    else if (report.kind === 'readiness') entry.state = { ...entry.state, ready: report.ready };
    else this.#ended(key, entry, pod, report.exitCode, report.message ?? '');
  }

  #ended(key: string, entry: Entry, pod: KubeObject, exitCode: number, message: string): void {
    const { clock } = this.#parts;
    const atMs = clock.now();
    entry.running = undefined;
    if (atMs - entry.state.startedAtMs >= STABLE_MS) entry.failures = 0;
    const lastExit = { exitCode, message, atMs };
    entry.state = { ...entry.state, phase: 'waiting', port: undefined, ready: false, lastExit };
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** entry.failures++, LAST_BACKOFF_MS);
    entry.cancelRestart = clock.after(backoffMs, () => {
      const { restarts } = entry.state;
      entry.state = { ...entry.state, phase: 'running', startedAtMs: clock.now(), restarts: restarts + 1 };
      this.#start(key, entry, pod);
      this.#parts.again(key);
    });
  }

  /** Begins the graceful end, once; the pod is visited again when it is over. */
  #end(key: string, entry: Entry, graceMs: number): void {
    if (entry.ending) return;
    entry.cancelRestart();
    entry.state = { ...entry.state, terminating: true };
    const stopping = entry.running?.stop(graceMs) ?? Promise.resolve();
    entry.ending = stopping.then(() => {
      entry.running = undefined;
      this.#parts.again(key);
    });
  }

  /** Ends the process of a pod that is no more. */
  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    entry.cancelRestart();
    const leaving: Promise<void> = (entry.running?.stop(0) ?? Promise.resolve()).then(
      () => void this.#leaving.delete(leaving),
    );
    this.#leaving.add(leaving);
  }

  async #write(pod: KubeObject, entry: Entry): Promise<void> {
    const { cluster, clock } = this.#parts;
    const { state } = entry;
    const port = state.port === undefined ? undefined : String(state.port);
    const known = port === undefined || pod.metadata.annotations?.[PORT_ANNOTATION] === port;
    const metadata = known ? undefined : { annotations: { [PORT_ANNOTATION]: port } };
    const before = (pod['status'] ?? {}) as JsonObject;
    const status = mergeDiff(before, { qosClass: before['qosClass'], ...podStatus(pod, state, clock.now()) });
    if (!metadata && !status) return;
    // in one write, so that whoever sees the pod ready finds its port
    await cluster.patch(refOf(pod), { metadata, status }, { subresource: 'status' });
  }

  /** Lets the deleted pod go once nothing of it runs. */
  async #release(pod: KubeObject, entry: Entry | undefined): Promise<void> {
    if (entry?.running) return;
    const { cluster } = this.#parts;
    const present = cluster.get(refOf(pod)) ?? pod;
    const finalizers = present.metadata.finalizers ?? [];
    if (!finalizers.includes(POD_FINALIZER)) return;
    const rest = finalizers.filter((name) => name !== POD_FINALIZER);
    const { resourceVersion = '' } = present.metadata;
    await cluster.patch(refOf(pod), { metadata: { finalizers: rest, resourceVersion } });
  }
}

function graceMs(pod: KubeObject): number {
  const seconds = dig(pod, 'spec', 'terminationGracePeriodSeconds');
  return (typeof seconds === 'number' ? seconds : DEFAULT_GRACE_S) * 1000;
}
