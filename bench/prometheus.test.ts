import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Prometheus, type Sample, startPrometheus, targetIn } from './prometheus.ts';

it.each([
  { query: 'sum(rate(x{namespace="scale",pod=~"app-00042-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"}[1m]))', expected: 'app-00042' },
  { query: 'vector(1)', expected: undefined },
])('$query is about $expected', ({ query, expected }) => {
  expect(targetIn(query)).toBe(expected);
});

describe('the metrics server', () => {
  let prometheus: Prometheus;
  beforeEach(async () => {
    prometheus = await startPrometheus();
  });
  afterEach(() => prometheus.close());

  it('is good to all but those that are to be bad, answers a probe, and tells each sample', async () => {
    const samples: Sample[] = [];
    prometheus.onSample = (sample) => samples.push(sample);
    prometheus.bad.add('app-2');
    const values = [];
    for (const query of ['x{pod="app-1"}', 'x{pod="app-2"}', 'vector(1)']) {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${query}`);
      const body = (await answer.json()) as { data: { result: [{ value: [number, string] }] } };
      values.push(body.data.result[0].value[1]);
    }
    expect(values).toEqual(['100', '50', '1']);
    expect(samples.map(({ target, isGood }) => ({ target, isGood }))).toEqual([
      { target: 'app-1', isGood: true },
      { target: 'app-2', isGood: false },
    ]);
  });

  it('understands a query in the body of a POST', async () => {
    const samples: Sample[] = [];
    prometheus.onSample = (sample) => samples.push(sample);
    await fetch(`${prometheus.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: 'x{a="b-3"}' }),
    });
    expect(samples.map(({ target }) => target)).toEqual(['b-3']);
  });
});
