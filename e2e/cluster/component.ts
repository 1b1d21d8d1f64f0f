import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { pause, systemClock } from '../../src/runtime/clock.ts';
import { tied } from './tied.ts';

const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** A running program of the control plane. */
export interface Component {
  readonly pid: number;
  readonly log: string;
  /** Ends it at once, as a crash does. Resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a program with its output in the file `log`, and waits until `ready` says yes. Rejects with the log's end when it ends
 * before. It doesn't outlive this process.
 */
export async function startComponent(
  program: string,
  argv: readonly string[],
  log: string,
  ready: () => Promise<boolean>,
): Promise<Component> {
  const output = openSync(log, 'a');
  const child = tied(spawn(program, argv, { stdio: ['ignore', output, output], detached: true }));
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    await untilReady(child, log, ready);
  } catch (error) {
    await kill();
    throw error;
  }
  return { pid: child.pid ?? 0, log, kill };
}

async function untilReady(child: ChildProcess, log: string, ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await ready().catch(() => false))) {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${child.spawnfile} ended:\n${tail(log)}`);
    if (Date.now() > deadline) throw new Error(`${child.spawnfile} did not get ready in time:\n${tail(log)}`);
    await pause(systemClock, LOOK_EVERY_MS);
  }
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
}
