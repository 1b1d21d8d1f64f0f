import { type ChildProcess, spawn } from 'node:child_process';
import { tied } from '../cluster/tied.ts';
import { program } from './command.ts';

/** A controller as a process of its own. */
export interface ControllerProcess {
  /** Everything that it has logged so far. */
  log(): string;
  /** SIGSTOP: it hears and does nothing, as a process whose machine is paused. */
  pause(): void;
  resume(): void;
  /** SIGUSR2: for what was loaded into it by `environment`. */
  nudge(): void;
  /** As a crash. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code, however it ends. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `sluice run` on the cluster of `kubeconfig`; ports of its own are free ones on loopback. `onOutput` is called
 * after each piece of its log. `environment` is added to that of this process, which the controller doesn't outlive.
 */
export function startController(
  kubeconfig: string,
  flags: readonly string[],
  onOutput: () => void,
  environment: Readonly<Record<string, string>> = {},
): ControllerProcess {
  const own = ['-port=0', '-host=127.0.0.1', '-log-level=info', `-kubeconfig=${kubeconfig}`];
  const child = tied(
    spawn(process.execPath, [program, 'run', ...own, ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      detached: true,
    }),
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      onOutput();
    });
  }
  const ended = exitOf(child);
  return {
    ended,
    log: () => log,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    nudge: () => void child.kill('SIGUSR2'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}
