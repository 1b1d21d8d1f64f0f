import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { WatchLag } from './watch-lag.ts';

async function after(...steps: readonly (number | ((lag: WatchLag) => void))[]): Promise<number> {
  const clock = new VirtualClock();
  const lag = new WatchLag(clock);
  for (const step of steps) {
    if (typeof step === 'number') await clock.advance(step);
    else step(lag);
  }
  return lag.ms;
}

const wrote = (version: string) => (lag: WatchLag) => lag.wrote(version);
const saw = (version: string) => (lag: WatchLag) => lag.saw(version);

test.each([
  ['nothing before the first write', [saw('3'), 500], 0],
  ['the time until the watch tells of a write', [saw('3'), wrote('5'), 40, saw('5'), 100], 40],
  ['the time until the watch tells of something newer', [wrote('5'), 70, saw('9')], 70],
  ['still the time that passes while only older news comes', [wrote('5'), 200, saw('4'), 300], 500],
  ['nothing for a write that the watch told before its answer came', [saw('5'), 100, wrote('5'), 100], 0],
  ['of the first of two writes that are waited for', [wrote('5'), 10, wrote('6'), 20, saw('5'), 50], 30],
  ['of the last write that was measured', [wrote('5'), 90, saw('5'), wrote('6'), 20, saw('6')], 20],
  ['at least the last one while the next is waited for', [wrote('5'), 90, saw('5'), wrote('6'), 20], 90],
])('the lag is %s', async (_, steps, ms) => {
  expect(await after(...steps)).toBe(ms);
});
