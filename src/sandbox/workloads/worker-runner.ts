import { Worker } from 'node:worker_threads';
import type { Clock } from '../../runtime/clock.ts';
import { podConfig } from './pod-config.ts';
import type { PodReport, PodRunner } from './pod-runner.ts';

/** What the thread of a pod sends. */
export type WorkerMessage = Exclude<PodReport, { kind: 'exited' }>;

/** A pod needs little; one that goes wrong must not take the whole sandbox with it. */
const LIMITS = { maxOldGenerationSizeMb: 64 };

/** Runs each pod as a thread of its own that serves HTTP on loopback. */
export function workerRunner(clock: Clock): PodRunner {
  // built code lies beside its workers as JavaScript
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const program = new URL(`./pod-worker.${extension}`, import.meta.url);
  return {
    start(spec, report) {
      const worker = new Worker(program, { workerData: podConfig(spec), resourceLimits: LIMITS, name: spec.name });
      let stopping = false;
      const tell = (message: PodReport) => {
        if (!stopping) report(message);
      };
      worker.on('message', (message: WorkerMessage) => tell(message));
      // a thread that dies of an error also exits
      let message = '';
      worker.on('error', (error) => {
        message = String(error);
      });
      const exited = new Promise<void>((resolve) => {
        worker.once('exit', (exitCode) => {
          tell({ kind: 'exited', exitCode, ...(message === '' ? {} : { message }) });
          resolve();
        });
      });
      return {
        async stop(graceMs) {
          stopping = true;
          if (graceMs > 0) worker.postMessage('end');
          const cancel = clock.after(graceMs, () => void worker.terminate());
          await exited;
          cancel();
        },
      };
    },
  };
}
