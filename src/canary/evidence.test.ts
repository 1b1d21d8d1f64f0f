import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckEvidence, Evidence } from '../api/status.ts';
import { addEvidence, decisiveCheck } from './evidence.ts';

const time = '2026-05-04T10:00:00Z';
const check = (name: string, more: Partial<CheckEvidence> = {}): CheckEvidence => ({
  name,
  value: '1',
  bound: '<= 2',
  verdict: 'pass',
  ...more,
});
const names = (entry: Evidence | undefined) => entry?.checks?.map(({ name }) => name);
const long = 'x'.repeat(1000);

function ringOf(entries: readonly Evidence[]): readonly Evidence[] {
  return entries.reduce<readonly Evidence[]>((ring, entry) => addEvidence(ring, entry), []);
}

describe('the ring of decisions', () => {
  test('keeps the last sixteen, newest last', () => {
    const ring = ringOf(Array.from({ length: 20 }, (_, i) => ({ time, decision: `decision ${i + 1}` })));
    expect(ring.map(({ decision }) => decision)).toEqual(Array.from({ length: 16 }, (_, i) => `decision ${i + 5}`));
  });

  test('cuts long texts, and says so by a mark at their end', () => {
    const [entry] = ringOf([
      { time, decision: long, checks: [check(long, { value: long, bound: long, verdict: 'fail' })] },
    ]);
    const lengths = [
      entry?.decision,
      ...(entry?.checks ?? []).flatMap(({ name, value, bound }) => [name, value, bound]),
    ];
    expect(lengths.map((text) => text?.length)).toEqual([300, 80, 120, 60]);
    expect(lengths.every((text) => text?.endsWith('x…'))).toBe(true);
  });

  test('of many checks keeps those that did not pass, in their order', () => {
    const many = Array.from({ length: 30 }, (_, i) => check(`c${i}`, i >= 20 ? { verdict: 'fail' } : {}));
    const expected = [0, 1, 2, 3, 4, 5, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29].map((i) => `c${i}`);
    expect(names(ringOf([{ time, decision: 'halt', checks: many }])[0])).toEqual(expected);
  });

  test('gives up the checks of old decisions before it gives up a decision', () => {
    const checks = Array.from({ length: 10 }, (_, i) => check(`check ${i} ${'y'.repeat(60)}`));
    const ring = ringOf(Array.from({ length: 8 }, (_, i) => ({ time, decision: `decision ${i}`, checks })));
    expect(ring).toHaveLength(8);
    expect(ring[0]?.checks).toBeUndefined();
    expect(ring.at(-1)?.checks).toHaveLength(10);
  });

  test('gives up old decisions when they alone are too much', () => {
    const ring = ringOf(Array.from({ length: 16 }, (_, i) => ({ time, decision: `${i} ${'€'.repeat(290)}` })));
    expect(ring.map(({ decision }) => decision.split(' ')[0])).toEqual(['10', '11', '12', '13', '14', '15']);
  });

  test('gives up checks that passed when a single decision is too much', () => {
    const text = '€'.repeat(200);
    const many = Array.from({ length: 16 }, (_, i) =>
      check(`${i} ${text}`, { value: text, bound: text, verdict: i % 4 === 3 ? 'fail' : 'pass' }),
    );
    const [entry] = ringOf([{ time, decision: 'halt', checks: many }]);
    expect(names(entry)?.map((name) => name.split(' ')[0])).toEqual(['0', '1', '2', '3', '7', '11', '15']);
  });

  test('holds at most 6 KiB and always the newest decision, whatever comes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400 });
    const verdict = fc.constantFrom<CheckEvidence['verdict']>('pass', 'fail', 'noData', 'error');
    const checks = fc.array(fc.record({ name: text, value: text, bound: text, verdict }), { maxLength: 40 });
    const entry = fc.record({ time: fc.constant(time), decision: text, checks });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), (entries) => {
        const ring = ringOf(entries);
        expect(new TextEncoder().encode(JSON.stringify(ring)).length).toBeLessThanOrEqual(6 * 1024);
        expect(ring.at(-1)?.decision.slice(0, 100)).toBe(entries.at(-1)?.decision.slice(0, 100));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the check that decided', () => {
  test.each<readonly [string, readonly CheckEvidence[], string | undefined]>([
    ['is the first that failed', [check('a'), check('b', { value: '7', verdict: 'fail' })], 'b: 7, bound: <= 2'],
    ['may be one without data', [check('a', { value: 'no data', verdict: 'noData' })], 'a: no data, bound: <= 2'],
    ['is no dry run', [check('a', { verdict: 'fail', effect: 'dryRun' })], undefined],
    ['is none whose missing data passes', [check('a', { verdict: 'noData', effect: 'passes' })], undefined],
    ['is none where all passed', [check('a')], undefined],
    ['is told in brief', [check('a', { value: long, verdict: 'error' })], `a: ${'x'.repeat(119)}…, bound: <= 2`],
  ])('%s', (_, checks, expected) => {
    expect(decisiveCheck(checks)).toBe(expected);
  });
});
