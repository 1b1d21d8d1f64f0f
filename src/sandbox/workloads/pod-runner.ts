import type { PodSpec } from './pod-spec.ts';

/** What a running pod says about itself. */
export type PodReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'readiness'; readonly ready: boolean }
  | { readonly kind: 'exited'; readonly exitCode: number; readonly message?: string };

export interface RunningPod {
  /**
   * Asks the pod to finish its requests and to end; after `graceMs` it is ended by force. Resolves when nothing of it
   * runs any more. May be called again with a shorter grace. Nothing is reported after the call.
   */
  stop(graceMs: number): Promise<void>;
}

/** Makes pods run. Two of them exist: worker threads with real HTTP, and a simulation on the clock alone. */
export interface PodRunner {
  /** Starts one pod. `report` is never called during this call; after `exited` it isn't called again. */
  start(spec: PodSpec, report: (report: PodReport) => void): RunningPod;
}
