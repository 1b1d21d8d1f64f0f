import { describe, expect, test } from 'vitest';
import type { Run, Tallies } from '../../api/status.ts';
import type { Answer, AnswerOf } from '../question.ts';
import { AT, asked, eventTexts, statusIn, steps, turnOn } from '../testing/scene.ts';
import { analysis } from './checks.ts';
import type { Checked } from './round.ts';

const answer = (verdict: AnswerOf<'metric'>['verdict'], more: Partial<AnswerOf<'metric'>> = {}): Answer => ({
  kind: 'metric',
  verdict,
  value: verdict === 'noData' ? 'no data' : '7',
  bound: '<= 1',
  ...(verdict === 'pass' ? {} : { message: `it is ${verdict}` }),
  ...more,
});
const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'broken' };
const hook = { name: 'load', type: 'rollout', url: 'http://test.test/load' };

interface Setup {
  readonly metrics: readonly Record<string, unknown>[];
  readonly answers: readonly Answer[];
  readonly analysis?: Record<string, unknown>;
  readonly hook?: Answer;
  readonly tallies?: Tallies;
}

function turnWith({ metrics, answers, analysis: more = {}, hook: hooked, tallies }: Setup) {
  const named = metrics.map((metric, i) => ({ name: `m${i}`, query: 'x', thresholdRange: { max: 1 }, ...metric }));
  const webhooks = hooked ? { webhooks: [hook] } : {};
  const run: Partial<Run> = { step: 1, ...(tallies ? { tallies } : {}) };
  return turnOn(
    {
      spec: { analysis: steps({ metrics: named, ...webhooks, ...more }), progressDeadlineSeconds: 600 },
      status: statusIn('analysing', {}, run),
    },
    Object.fromEntries([
      ...answers.map((each, i) => [`metric/${i}/inline`, each]),
      ...(hooked ? [['hook/rollout/0', hooked]] : []),
    ]),
  );
}

function roundOf(setup: Setup): Checked {
  const round = analysis(turnWith(setup));
  if (round.kind === 'ask') throw new Error(`asks ${asked(round).join(', ')}`);
  return round;
}

const effects = ({ evidence }: Checked) => evidence.map(({ name, verdict, effect }) => [name, verdict, effect]);

describe('without any of the optional fields', () => {
  test('metrics are asked one after another, and none behind a failure', () => {
    const metrics = [{}, {}, {}];
    expect(asked(analysis(turnWith({ metrics, answers: [] })))).toEqual(['metric/0/inline']);
    expect(asked(analysis(turnWith({ metrics, answers: [answer('pass')] })))).toEqual(['metric/1/inline']);
    expect(effects(roundOf({ metrics, answers: [answer('pass'), answer('fail')] }))).toEqual([
      ['m0', 'pass', undefined],
      ['m1', 'fail', undefined],
    ]);
  });

  test('nothing is counted', () => {
    expect(roundOf({ metrics: [{}], answers: [answer('fail')] }).tallies).toEqual({});
  });
});

describe('measureAll', () => {
  const all = { measureAll: true };

  test('asks for all metrics at once', () => {
    const setup = { metrics: [{}, {}, {}], answers: [], analysis: all };
    expect(asked(analysis(turnWith(setup)))).toEqual(['metric/0/inline', 'metric/1/inline', 'metric/2/inline']);
  });

  test('shows all values while the first failure is still the one that decides', () => {
    const answers = [answer('pass'), answer('fail'), answer('error'), answer('pass')];
    const round = roundOf({ metrics: [{}, {}, {}, {}], answers, analysis: all });
    expect(round).toMatchObject({ kind: 'failed', reason: 'it is fail' });
    expect(round.evidence.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'error', 'pass']);
    expect(eventTexts(round.say)).toEqual(['it is fail', 'it is error']);
  });

  test('measures behind a hook that failed, which still decides', () => {
    const round = roundOf({ metrics: [{}], answers: [answer('pass')], analysis: all, hook: no });
    expect(round).toMatchObject({
      kind: 'failed',
      reason: 'Halt shop.test advancement external check load failed broken',
    });
    expect(round.evidence.map(({ name }) => name)).toEqual(['load', 'm0']);
  });
});

describe('no data', () => {
  const silent = answer('noData');

  test('fails unless said otherwise', () => {
    expect(roundOf({ metrics: [{}], answers: [silent] })).toMatchObject({ kind: 'failed', reason: 'it is noData' });
  });

  test('holds the step without a failed check where it waits', () => {
    const round = roundOf({ metrics: [{ noData: 'wait' }, {}], answers: [silent, answer('pass')] });
    expect(round).toMatchObject({
      kind: 'waiting',
      reason: 'no data yet for m0',
      isNew: true,
      tallies: { m0: { silentSince: '2026-05-04T10:00:00Z' } },
    });
    expect(eventTexts(round.say)).toEqual(['it is noData']);
    expect(effects(round)[0]).toEqual(['m0', 'noData', 'waits']);
  });

  test('is waited for while the other metrics are measured, and a failure of theirs decides', () => {
    const round = roundOf({ metrics: [{ noData: 'wait' }, {}], answers: [silent, answer('fail')] });
    expect(round).toMatchObject({ kind: 'failed', reason: 'it is fail' });
  });

  test('is no news when it has been waited for already', () => {
    const tallies = { m0: { silentSince: new Date(AT - 60_000).toISOString() } };
    expect(roundOf({ metrics: [{ noData: 'wait' }], answers: [silent], tallies }).isNew).toBe(false);
  });

  test('fails once it has been waited for as long as pods may take to get ready', () => {
    const tallies = { m0: { silentSince: new Date(AT - 600_000).toISOString() } };
    const round = roundOf({ metrics: [{ noData: 'wait' }], answers: [silent], tallies });
    expect(round).toMatchObject({ kind: 'failed', reason: 'it is noData' });
  });

  test('passes where it should', () => {
    const round = roundOf({ metrics: [{ noData: 'pass' }], answers: [silent] });
    expect(round).toMatchObject({ kind: 'passed', reason: '', say: [] });
    expect(effects(round)).toEqual([['m0', 'noData', 'passes']]);
  });

  describe('is skipped', () => {
    const metrics = [{ noData: 'skip' }, { noData: 'skip' }];

    test.each<readonly [string, readonly Answer[], Answer | undefined, string]>([
      ['while another metric passes', [silent, answer('pass')], undefined, 'passed'],
      ['while a hook passes', [silent, silent], yes, 'passed'],
      ['so that another one that fails decides', [silent, answer('fail')], undefined, 'failed'],
      ['but nothing goes on when no check says yes', [silent, silent], undefined, 'waiting'],
    ])('%s', (_, answers, hooked, kind) => {
      const round = roundOf({ metrics, answers, ...(hooked ? { hook: hooked } : {}) });
      expect(round.kind).toBe(kind);
      expect(effects(round)).toContainEqual(['m0', 'noData', 'skipped']);
    });

    test('and a dry run is not the check that says yes', () => {
      const round = roundOf({ metrics: [{ noData: 'skip' }, { dryRun: true }], answers: [silent, answer('pass')] });
      expect(round).toMatchObject({ kind: 'waiting', reason: 'no data yet for m0' });
    });

    test('and fails when nothing said yes for as long as pods may take to get ready', () => {
      const since = (minutes: number) => ({ silentSince: new Date(AT - minutes * 60_000).toISOString() });
      const setup = { metrics, answers: [silent, silent] };
      expect(roundOf({ ...setup, tallies: { m0: since(20), m1: since(9) } }).kind).toBe('waiting');
      expect(roundOf({ ...setup, tallies: { m0: since(20), m1: since(10) } })).toMatchObject({
        kind: 'failed',
        reason: 'it is noData',
      });
    });
  });
});

describe('minSamples', () => {
  const counted = [{ minSamples: 10 }];

  test('shows how many samples a value rests on', () => {
    const round = roundOf({ metrics: counted, answers: [answer('pass', { samples: 240 })] });
    expect(round.evidence).toMatchObject([{ verdict: 'pass', samples: 240 }]);
    expect(eventTexts(round.say)).toEqual([]);
  });

  test('says so where samples can not be counted, and lets the value count', () => {
    const round = roundOf({ metrics: counted, answers: [answer('pass')] });
    expect(round.kind).toBe('passed');
    expect(eventTexts(round.say)).toEqual([
      "The samples of metric m0 can't be counted, so its minSamples has no effect",
    ]);
  });
});

describe('a critical metric', () => {
  const metrics = [{}, { critical: true }];

  test('ends the run with one value outside its bounds', () => {
    expect(roundOf({ metrics, answers: [answer('pass'), answer('fail')] })).toMatchObject({
      kind: 'aborted',
      reason: 'critical metric failed: m1: 7, bound: <= 1',
    });
  });

  test('does so behind another failure when all are measured', () => {
    const setup = { metrics, answers: [answer('fail'), answer('fail')] };
    expect(roundOf(setup).kind).toBe('failed');
    expect(roundOf({ ...setup, analysis: { measureAll: true } }).kind).toBe('aborted');
    const behindHook = { ...setup, analysis: { measureAll: true }, hook: no };
    expect(roundOf(behindHook)).toMatchObject({ kind: 'aborted', reason: expect.stringContaining('critical') });
  });

  test.each(['noData', 'error'] as const)('does not end it for %s', (verdict) => {
    expect(roundOf({ metrics, answers: [answer('pass'), answer(verdict)] }).kind).toBe('failed');
  });
});

describe('limits', () => {
  test('one failure more than the limit ends the run', () => {
    const setup = { metrics: [{ failureLimit: 1 }], answers: [answer('fail')] };
    const first = roundOf(setup);
    expect(first).toMatchObject({ kind: 'failed', tallies: { m0: { failures: 1 } } });
    expect(roundOf({ ...setup, tallies: first.tallies ?? {} })).toMatchObject({
      kind: 'aborted',
      reason: 'metric m0 failed 2 times, more than its failureLimit of 1; the last one: m0: 7, bound: <= 1',
    });
  });

  test('a check that passes ends a row of failures', () => {
    const metrics = [{ consecutiveFailureLimit: 1 }];
    const tallies = { m0: { consecutiveFailures: 1 } };
    expect(roundOf({ metrics, answers: [answer('pass')], tallies }).tallies).toEqual({});
    expect(roundOf({ metrics, answers: [answer('fail')], tallies }).kind).toBe('aborted');
  });

  test('failed queries in a row end the run', () => {
    const metrics = [{ consecutiveErrorLimit: 0 }];
    expect(roundOf({ metrics, answers: [answer('error')] })).toMatchObject({
      kind: 'aborted',
      reason: expect.stringContaining('could not be measured once in a row, more than its consecutiveErrorLimit of 0'),
    });
  });

  test('counts of a metric that was not reached stay, and those of one that is gone go', () => {
    const tallies = { m1: { failures: 1 }, gone: { failures: 5 } };
    const round = roundOf({ metrics: [{}, { failureLimit: 3 }], answers: [answer('fail')], tallies });
    expect(round.tallies).toEqual({ m1: { failures: 1 } });
  });

  test('a metric that is measured in two forms counts once, by the worse one', () => {
    const both = { name: 'request-success-rate', query: 'x', failureLimit: 5, consecutiveFailureLimit: 5 };
    const turn = turnOn(
      {
        spec: { analysis: steps({ metrics: [both], measureAll: true }) },
        status: statusIn('analysing', {}, { step: 1 }),
      },
      { 'metric/0/builtin': answer('fail'), 'metric/0/inline': answer('pass') },
    );
    expect(analysis(turn)).toMatchObject({
      kind: 'failed',
      tallies: { 'request-success-rate': { failures: 1, consecutiveFailures: 1 } },
    });
  });
});

describe('a dry run', () => {
  test('is measured and told, and decides nothing', () => {
    const metrics = [{ dryRun: true, critical: true, failureLimit: 0 }, {}];
    const round = roundOf({ metrics, answers: [answer('fail', { gauge: 7 }), answer('pass')] });
    expect(round).toMatchObject({ kind: 'passed', reason: '', tallies: {} });
    expect(effects(round)).toEqual([
      ['m0', 'fail', 'dryRun'],
      ['m1', 'pass', undefined],
    ]);
    expect(eventTexts(round.say)).toEqual(['Dry run for shop.test: it is fail']);
    expect(round.say[0]).toEqual({ kind: 'measured', metric: 'm0', value: 7 });
  });

  test('that passes is silent', () => {
    expect(eventTexts(roundOf({ metrics: [{ dryRun: true }], answers: [answer('pass')] }).say)).toEqual([]);
  });
});
