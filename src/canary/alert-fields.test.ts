import { describe, expect, test } from 'vitest';
import { alertFields } from './alert-fields.ts';
import { canaryOf, steps } from './testing/scene.ts';

describe('an alert', () => {
  test('with details tells what it is about, in this order', () => {
    expect(alertFields(canaryOf({ progressDeadlineSeconds: 60 }), 'east', true)).toEqual([
      { name: 'Cluster', value: 'east' },
      { name: 'Target', value: 'Deployment/web.test' },
      { name: 'Failed checks threshold', value: '3' },
      { name: 'Progress deadline', value: '60s' },
      { name: 'Traffic routing', value: 'Weight step: 10 max: 30' },
    ]);
  });

  test.each([
    ['names its cluster also without details', 'east', false, ['Cluster']],
    ['has nothing to add without details and cluster', '', false, []],
    [
      'leaves an unnamed cluster out',
      '',
      true,
      ['Target', 'Failed checks threshold', 'Progress deadline', 'Traffic routing'],
    ],
  ] as const)('%s', (_, cluster, details, names) => {
    expect(alertFields(canaryOf(), cluster, details).map(({ name }) => name)).toEqual(names);
  });

  const once = { interval: '1m', threshold: 3 };
  test.each<readonly [string, Record<string, unknown>, string]>([
    ['one step size', steps(), 'Weight step: 10 max: 30'],
    ['a list of weights', { ...once, stepWeights: [1, 2, 10, 80] }, 'Weight steps: 1,2,10,80 max: 80'],
    ['a list that ends above 100', { ...once, stepWeights: [50, 120] }, 'Weight steps: 50,100 max: 100'],
    ['iterations', { ...once, iterations: 2 }, 'Blue/Green'],
    [
      'iterations for requests that match',
      { ...once, iterations: 2, match: [{ headers: { a: { exact: 'b' } } }] },
      'A/B Testing',
    ],
  ])('describes the routing of %s', (_, analysis, value) => {
    expect(alertFields(canaryOf({ analysis }), '', true).at(-1)).toEqual({ name: 'Traffic routing', value });
  });
});
