import { expect, it } from 'vitest';
import { statesIn } from './looked-at.ts';

it('a page of metrics tells how many canaries were looked at', () => {
  const page = `# TYPE flagger_canary_status gauge
flagger_canary_status{name="a",namespace="x"} 1
flagger_canary_status{name="b",namespace="x"} 0
flagger_canary_weight{workload="a",namespace="x"} 100`;
  expect([statesIn(page), statesIn('')]).toEqual([2, 0]);
});
