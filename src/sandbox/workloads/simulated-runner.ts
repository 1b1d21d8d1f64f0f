import type { Clock } from '../../runtime/clock.ts';
import { podConfig } from './pod-config.ts';
import type { PodRunner } from './pod-runner.ts';

export interface SimulatedRunnerOptions {
  readonly clock: Clock;
  /** From start to ready for pods that don't say `READY_AFTER_MS`; 1 s. */
  readonly readyAfterMs?: number;
  /** From the request to end until it has ended, never longer than the grace; 0. */
  readonly stopAfterMs?: number;
}

const FIRST_PORT = 20_000;
const PORTS = 40_000;

/** Pods without processes, for the virtual clock: nothing listens on the ports that they report. */
export function simulatedRunner({ clock, readyAfterMs = 1000, stopAfterMs = 0 }: SimulatedRunnerOptions): PodRunner {
  let started = 0;
  return {
    start(spec, report) {
      const config = podConfig(spec, readyAfterMs);
      const port = FIRST_PORT + (started++ % PORTS);
      const timers = [clock.after(0, () => report({ kind: 'listening', port }))];
      const cancel = () => timers.forEach((stop) => void stop());
      if (config.readyAfterMs !== undefined) {
        timers.push(clock.after(config.readyAfterMs, () => report({ kind: 'readiness', ready: true })));
      }
      if (config.crashAfterMs !== undefined) {
        const crash = () => {
          cancel();
          report({ kind: 'exited', exitCode: 1 });
        };
        timers.push(clock.after(config.crashAfterMs, crash));
      }
      return {
        stop(graceMs) {
          cancel();
          const waitMs = Math.min(stopAfterMs, graceMs);
          return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => clock.after(waitMs, resolve));
        },
      };
    },
  };
}
