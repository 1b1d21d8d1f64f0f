import { expect, test } from 'vitest';
import type { CanaryStatus } from '../../src/api/status.ts';
import { judge, type Played } from './judge.ts';

const status = (phase: string, canaryWeight: number, failedChecks = 0): Partial<CanaryStatus> => ({
  phase: phase as CanaryStatus['phase'] & string,
  canaryWeight,
  failedChecks,
  run: { traffic: { canary: canaryWeight, mirror: false } } as CanaryStatus['run'] & object,
});

const good: Played = {
  name: 'shop',
  strategy: 'weighted',
  isGood: true,
  ended: true,
  statuses: [
    { revision: 1, value: status('Progressing', 0) },
    { revision: 2, value: status('Progressing', 20) },
    { revision: 4, value: status('Progressing', 40) },
    { revision: 6, value: status('Succeeded', 0) },
  ],
  weights: [
    { revision: 3, value: 20 },
    { revision: 5, value: 40 },
    { revision: 7, value: 0 },
  ],
  primary: { wanted: '2', found: '2' },
  replicas: 0,
  events: [
    'New revision detected! Scaling up shop.test',
    'Starting canary analysis for shop.test',
    'Advance shop.test canary weight 20',
    'Advance shop.test canary weight 40',
    'Copying shop.test template spec to shop-primary.test',
    'Routing all traffic to primary',
    'Promotion completed! Scaling down shop.test',
  ],
  calls: { before: 1, load: 2, promote: 1, after: 1 },
};

test('a run that went as planned is promoted', () => {
  expect(judge(good)).toEqual({ end: 'promoted', problems: [], untold: [] });
});

test('a run that did not end is lost', () => {
  expect(judge({ ...good, ended: false }).end).toBe('lost');
});

const wrong: readonly { readonly what: string; readonly run: Partial<Played>; readonly problem: RegExp }[] = [
  { what: 'the wrong phase', run: { statuses: good.statuses.slice(0, 3) }, problem: /ended as Progressing/ },
  { what: 'the wrong primary', run: { primary: { wanted: '2', found: '1' } }, problem: /version 1 instead of 2/ },
  { what: 'a target that still runs', run: { replicas: 1 }, problem: /asks for 1 pods/ },
  { what: 'traffic left on the canary', run: { weights: good.weights.slice(0, 2) }, problem: /gets 40 %/ },
  { what: 'a step left out', run: { statuses: good.statuses.filter((_, i) => i !== 1) }, problem: /steps were 40/ },
  {
    what: 'a route ahead of its status',
    run: { weights: [{ revision: 1.5, value: 20 }, ...good.weights] },
    problem: /20 % where the status said 0 %/,
  },
  { what: 'a hook that was not asked', run: { calls: { before: 1, load: 1 } }, problem: /promote was never called/ },
  {
    what: 'more failed checks than the threshold',
    run: { statuses: [...good.statuses.slice(0, 3), { revision: 6, value: status('Succeeded', 0, 3) }] },
    problem: /3 checks failed/,
  },
];

test.each(wrong)('$what is wrong', ({ run, problem }) => {
  const judgement = judge({ ...good, ...run });
  expect(judgement.end).toBe('wrong');
  expect(judgement.problems.join()).toMatch(problem);
});

test('what was not said is named', () => {
  const { end, untold } = judge({ ...good, events: good.events.slice(1), calls: { before: 1, load: 1, promote: 1 } });
  expect(end).toBe('promoted');
  expect(untold).toHaveLength(2);
});
