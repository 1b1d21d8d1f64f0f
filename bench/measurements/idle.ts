import { pause, systemClock } from '../../src/runtime/clock.ts';
import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { difference, type Meter } from '../meter.ts';
import { untilQuiet } from '../waiting.ts';

const QUIET_MS = 3_000;
const WINDOW_MS = 20_000;
const PER_MINUTE = 60_000 / WINDOW_MS;

/** Requests of a controller whose canaries have nothing to do. */
export async function measureIdle(meter: Meter, canaries: number): Promise<Figure[]> {
  // Events are posted a while after what they tell of
  await untilQuiet(QUIET_MS, () => meter.tally().reads + meter.tally().writes);
  const before = meter.tally();
  await pause(systemClock, WINDOW_MS);
  const { reads, writes, watches, leases, bytes } = difference(meter.tally(), before);
  const among = `per minute, ${canaries} idle canaries`;
  return [
    {
      what: 'requests per idle canary and minute',
      value: ((reads + writes + watches) / canaries) * PER_MINUTE,
      unit: '',
      budget: budgets.requestsPerIdleCanary,
    },
    { what: `requests for Leases ${among}`, value: leases * PER_MINUTE, unit: '' },
    { what: `bytes ${among}`, value: bytes * PER_MINUTE, unit: 'B' },
  ];
}
