import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../runtime/clock.ts';
import type { PodReport, RunningPod } from './pod-runner.ts';
import { workerRunner } from './worker-runner.ts';

const running: RunningPod[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((pod) => pod.stop(0)));
});

function start(env: Record<string, string> = {}) {
  const reports: PodReport[] = [];
  const spec = { name: 'web-1', namespace: 'test', workload: 'web', image: 'app:1.0.0', env };
  const pod = workerRunner(systemClock).start(spec, (report) => reports.push(report));
  running.push(pod);
  const until = <K extends PodReport['kind']>(kind: K) =>
    vi.waitFor(
      () => {
        const found = reports.find((report) => report.kind === kind);
        if (!found) throw new Error(`no report of kind ${kind} among ${JSON.stringify(reports)}`);
        return found as Extract<PodReport, { kind: K }>;
      },
      { timeout: 15_000, interval: 5 },
    );
  return { pod, reports, until };
}

describe('a pod in a thread', () => {
  it('listens, gets ready, answers, and ends when it is asked to', async () => {
    const { pod, until } = start({ DRAIN_MS: '1' });
    const { port } = await until('listening');
    expect(await until('readiness')).toEqual({ kind: 'readiness', ready: true });
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await answer.json()).toEqual({ version: '1.0.0', pod: 'web-1' });
    await pod.stop(10_000);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });

  it('tells of its crash', async () => {
    const { until } = start({ FAULT_CRASH_AFTER_S: '0' });
    expect(await until('exited')).toEqual({ kind: 'exited', exitCode: 1 });
  });

  it('is ended by force when its grace is over', async () => {
    const { pod, until } = start({ FAULT_LATENCY_MS: '60000', DRAIN_MS: '60000' });
    const { port } = await until('listening');
    const lost = expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    await pod.stop(30);
    await lost;
  });
});
