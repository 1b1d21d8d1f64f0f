import { spawn } from 'node:child_process';
import { freePort } from '../e2e/cluster/free-port.ts';
import { tied } from '../e2e/cluster/tied.ts';
import { pause, systemClock } from '../src/runtime/clock.ts';
import type { Subject } from './subject.ts';
import { type Usage, usageOf } from './usage.ts';

/** How a controller is started in a measurement. */
export interface StartOptions {
  readonly kubeconfig: string;
  readonly metricsServer: string;
  /** The only namespace to look after; all of them when absent. */
  readonly namespace?: string;
  /** The least interval between checks; only ours can do with less than ten seconds. */
  readonly minInterval?: string;
}

/** A controller at work. */
export interface SubjectProcess {
  usage(): Usage;
  /** Its own `/metrics`; `undefined` while it doesn't answer. */
  metrics(): Promise<string | undefined>;
  /** Bytes in use after garbage was collected; `NaN` where that can't be asked for. */
  heap(): Promise<number>;
  /** SIGTERM; SIGKILL after ten seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** More than any budget allows for, so that a controller is measured and not its brake. */
const QPS = 2_000;
const GRACE_MS = 10_000;

/** Starts a controller. When it ends before it is told to, the whole run ends: nothing measured would be true. */
export async function startSubject(subject: Subject, options: StartOptions): Promise<SubjectProcess> {
  const port = await freePort();
  const [program = '', ...first] = subject.command;
  const child = tied(
    spawn(program, [...first, ...flagsOf(subject, options, port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    }),
  );
  let told = false;
  let printed = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    if (told) return;
    throw new Error(`${subject.name} ended by itself with ${child.exitCode}:\n${printed.slice(-4_000)}`);
  });
  const lines = new Set<(line: string) => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-10_000);
    for (const line of text.split('\n')) for (const listener of [...lines]) listener(line);
  });
  const group = child.pid ?? 0;
  return {
    usage: () => usageOf(group),
    metrics: () => metricsOf(port),
    heap: () => (subject.isOurs ? heapOf(group, lines) : Promise.resolve(Number.NaN)),
    async stop() {
      told = true;
      signal(group, 'SIGTERM');
      const late = new AbortController();
      await Promise.race([ended, pause(systemClock, GRACE_MS, late.signal)]);
      late.abort();
      signal(group, 'SIGKILL');
      await ended;
    },
  };
}

function flagsOf(subject: Subject, options: StartOptions, port: number): string[] {
  const { kubeconfig, metricsServer, namespace, minInterval } = options;
  return [
    `-kubeconfig=${kubeconfig}`,
    `-port=${port}`,
    '-log-level=error',
    '-mesh-provider=gatewayapi:v1',
    `-metrics-server=${metricsServer}`,
    `-kubeconfig-qps=${QPS}`,
    `-kubeconfig-burst=${QPS}`,
    ...(namespace === undefined ? [] : [`-namespace=${namespace}`]),
    ...(subject.isOurs ? ['-host=127.0.0.1', `-min-interval=${minInterval ?? '10s'}`] : []),
  ];
}

async function metricsOf(port: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

function heapOf(group: number, lines: Set<(line: string) => void>): Promise<number> {
  return new Promise((resolve) => {
    const listen = (line: string) => {
      const [, bytes] = /^heap (\d+)$/.exec(line) ?? [];
      if (bytes === undefined) return;
      lines.delete(listen);
      resolve(Number(bytes));
    };
    lines.add(listen);
    signal(group, 'SIGUSR2');
  });
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // it is gone already
  }
}
