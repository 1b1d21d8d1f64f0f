import { pause, systemClock } from '../../src/runtime/clock.ts';
import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { serverRequests } from '../server-requests.ts';
import type { SubjectProcess } from '../subject-process.ts';
import { untilQuiet } from '../waiting.ts';

const QUIET_MS = 5_000;
const WINDOW_MS = 60_000;

/** What a controller of many idle canaries asks of the API server in a minute, by the API server's own count, and of its machine. */
export async function measureIdleServer(ground: Ground, process: SubjectProcess, canaries: number): Promise<Figure[]> {
  await untilQuiet(QUIET_MS, () => serverRequests(ground.plane));
  const before = { requests: await serverRequests(ground.plane), cpuMs: process.usage().cpuMs };
  await pause(systemClock, WINDOW_MS);
  const requests = (await serverRequests(ground.plane)) - before.requests;
  const { cpuMs, rssMiB } = process.usage();
  return [
    {
      what: `requests in a minute, ${canaries} idle`,
      value: requests,
      unit: '',
      budget: budgets.requestsPerIdleCanary,
    },
    { what: `time on cores, ${canaries} idle`, value: (cpuMs - before.cpuMs) / WINDOW_MS, unit: 'cores' },
    { what: `RSS, ${canaries} idle`, value: rssMiB, unit: 'MiB', budget: budgets.rssMiB },
  ];
}
