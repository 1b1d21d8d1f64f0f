import { describe, expect, test } from 'vitest';
import type { Answer } from '../question.ts';
import { asked, canaryOf, eventTexts, readable, steps, turnOn } from '../testing/scene.ts';
import type { Turn } from '../turn.ts';
import { analysis, metricQuestions, preRollout } from './checks.ts';

const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'broken' };
const measured = (verdict: 'pass' | 'fail', gauge: number): Answer => ({
  kind: 'metric',
  verdict,
  value: String(gauge),
  bound: '>= 99',
  gauge,
  ...(verdict === 'pass' ? {} : { message: 'too low' }),
});

const metrics = [
  { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
  { name: 'errors', interval: '1m', query: 'sum(errors)', thresholdRange: { max: 1 } },
];
const webhooks = [
  { name: 'smoke', type: 'pre-rollout', url: 'http://test.test/smoke' },
  { name: 'load', type: 'rollout', url: 'http://test.test/load' },
];

function turnWith(answers: Readonly<Record<string, Answer>>): Turn {
  return turnOn({ spec: { analysis: steps({ metrics, webhooks }) } }, answers);
}

describe('the order of metric questions', () => {
  const template = { name: 'latency', interval: '1m', templateRef: { name: 'p99' }, thresholdRange: { max: 500 } };
  const duration = { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } };
  test.each<readonly [string, readonly unknown[], readonly string[]]>([
    ['is empty without metrics', [], []],
    ['is the list order of built-in and inline ones', metrics, ['metric/0/builtin', 'metric/1/inline']],
    ['puts templates last', [template, ...metrics], ['metric/1/builtin', 'metric/2/inline', 'metric/0/template']],
    [
      'keeps templates in list order',
      [template, duration, template],
      ['metric/1/builtin', 'metric/0/template', 'metric/2/template'],
    ],
    [
      'asks each form of one entry',
      [{ ...duration, query: 'sum(x)', templateRef: { name: 'p99' } }],
      ['metric/0/builtin', 'metric/0/inline', 'metric/0/template'],
    ],
  ])('%s', (_, list, expected) => {
    const canary = canaryOf({ analysis: steps({ metrics: list }) });
    expect(metricQuestions(canary.analysis.metrics).map(({ id }) => readable(id))).toEqual(expected);
  });

  test('asks an entry with no form at all as a template', () => {
    const { metrics: read } = canaryOf({ analysis: steps({ metrics }) }).analysis;
    const bare = read.map((metric) => ({ ...metric, name: 'nothing', query: undefined }));
    expect(metricQuestions(bare).map(({ form }) => form)).toEqual(['template', 'template']);
  });
});

test('a metric that was put in the place of another one is measured itself', () => {
  const [first, second] = metrics.map((metric) => ({ ...metric, name: `my-${metric.name}`, query: 'sum(x)' }));
  const turnOf = (list: readonly unknown[]) => turnOn({ spec: { analysis: steps({ metrics: list }) } });
  const before = analysis(turnOf([first]));
  const answers = new Map(before.kind === 'ask' ? before.ask.map(({ id }) => [id, measured('pass', 0)]) : []);
  expect(analysis({ ...turnOf([first]), answers }).kind).toBe('passed');
  expect(asked(analysis({ ...turnOf([second]), answers }))).toEqual(['metric/0/inline']);
  expect(asked(analysis({ ...turnOf([second, first]), answers }))).toEqual(['metric/0/inline']);
});

describe('before the first step', () => {
  test('pre-rollout hooks are asked, and no metrics', () => {
    expect(asked(preRollout(turnWith({})))).toEqual(['hook/pre-rollout/0']);
  });

  test('the analysis begins when they pass', () => {
    const round = preRollout(turnWith({ 'hook/pre-rollout/0': yes }));
    expect(round).toMatchObject({
      kind: 'passed',
      reason: '',
      evidence: [{ name: 'smoke', value: 'ok', bound: 'webhook succeeds', verdict: 'pass' }],
    });
    expect(round.kind === 'passed' && eventTexts(round.say)).toEqual([
      'Starting canary analysis for web.test',
      'Pre-rollout check smoke passed',
    ]);
  });

  test('one that fails is said and kept as evidence', () => {
    const round = preRollout(turnWith({ 'hook/pre-rollout/0': no }));
    const reason = 'Halt shop.test advancement pre-rollout check smoke failed broken';
    expect(round).toMatchObject({
      kind: 'failed',
      reason,
      evidence: [{ name: 'smoke', value: 'broken', verdict: 'fail' }],
    });
    expect(round.kind === 'failed' && eventTexts(round.say)).toEqual(['Starting canary analysis for web.test', reason]);
  });
});

describe('before every later step', () => {
  test.each<readonly [string, Readonly<Record<string, Answer>>, readonly string[]]>([
    ['rollout hooks are asked first', {}, ['hook/rollout/1']],
    ['then the first metric', { 'hook/rollout/1': yes }, ['metric/0/builtin']],
    ['then the next one', { 'hook/rollout/1': yes, 'metric/0/builtin': measured('pass', 100) }, ['metric/1/inline']],
    ['nothing after a hook that failed', { 'hook/rollout/1': no }, []],
    ['nothing after a metric that failed', { 'hook/rollout/1': yes, 'metric/0/builtin': measured('fail', 50) }, []],
  ])('%s', (_, answers, expected) => {
    expect(asked(analysis(turnWith(answers)))).toEqual(expected);
  });

  test('a hook that fails is one failed check', () => {
    expect(analysis(turnWith({ 'hook/rollout/1': no }))).toMatchObject({
      kind: 'failed',
      reason: 'Halt shop.test advancement external check load failed broken',
      evidence: [{ name: 'load', verdict: 'fail' }],
    });
  });

  test('a metric that fails comes after what passed, with its value for the gauge', () => {
    const answers = {
      'hook/rollout/1': yes,
      'metric/0/builtin': measured('pass', 100),
      'metric/1/inline': measured('fail', 7),
    };
    const round = analysis(turnWith(answers));
    expect(round).toMatchObject({
      kind: 'failed',
      reason: 'too low',
      evidence: [
        { name: 'load', verdict: 'pass' },
        { name: 'request-success-rate', value: '100', bound: '>= 99', verdict: 'pass' },
        { name: 'errors', value: '7', verdict: 'fail' },
      ],
    });
    expect(round.kind === 'failed' && round.say.map(({ kind }) => kind)).toEqual(['measured', 'measured', 'event']);
  });

  test.each(['noData', 'error', 'fail'] as const)(
    'a metric whose verdict is %s fails, with a reason of its own',
    (verdict) => {
      const silent: Answer = { kind: 'metric', verdict, value: 'no data', bound: '>= 99' };
      const round = analysis(turnWith({ 'hook/rollout/1': yes, 'metric/0/builtin': silent }));
      expect(round).toMatchObject({ kind: 'failed', reason: 'metric request-success-rate failed' });
      expect(round.kind === 'failed' && round.say.some(({ kind }) => kind === 'measured')).toBe(false);
    },
  );

  test('all pass with evidence of each', () => {
    const answers = {
      'hook/rollout/1': yes,
      'metric/0/builtin': measured('pass', 100),
      'metric/1/inline': measured('pass', 0),
    };
    const round = analysis(turnWith(answers));
    expect(round.kind === 'passed' && round.evidence.map(({ name }) => name)).toEqual([
      'load',
      'request-success-rate',
      'errors',
    ]);
  });

  test('long answers are kept, the ring of evidence cuts them', () => {
    const answers: Record<string, Answer> = { 'hook/rollout/1': { kind: 'hook', ok: false, error: 'x'.repeat(500) } };
    const round = analysis(turnWith(answers));
    expect(round.kind === 'failed' && round.evidence[0]?.value).toBe('x'.repeat(500));
  });
});
