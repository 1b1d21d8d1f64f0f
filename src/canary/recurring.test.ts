import { describe, expect, test } from 'vitest';
import type { Notice } from './notice.ts';
import { Recurring } from './recurring.ts';

const payload = { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '' };
type Repeat = Extract<Notice, { readonly kind: 'event' }>['repeat'];

function said(message: string, repeat: Repeat): Notice {
  return { kind: 'event', type: 'Warning', message, payload, repeat };
}

const MINUTE = 60_000;

/** The instants, in seconds, at which a state that is seen at all of `at` is said. */
function saidAt(repeat: Repeat, at: readonly number[]): readonly number[] {
  const recurring = new Recurring();
  return at.filter((second) => recurring.pick('a', [said('state', repeat)], second * 1000, MINUTE).say.length > 0);
}

test.each<readonly [string, Repeat, readonly number[], readonly number[]]>([
  ['what belongs to one decision is said with each', 'once', [0, 1, 2], [0, 1, 2]],
  [
    'a state that lasts is said at once and once per interval',
    'eachInterval',
    [0, 1, 59, 60, 61, 119, 120],
    [0, 60, 120],
  ],
  ['an interval counts from when it was said', 'eachInterval', [0, 70, 125, 130], [0, 70, 130]],
  ['a wait is said only after an interval', 'afterInterval', [0, 30, 59, 60, 61, 120], [60, 120]],
  ['a wait that ends early is never said', 'afterInterval', [0, 30, 59], []],
])('%s', (_, repeat, at, expected) => {
  expect(saidAt(repeat, at)).toEqual(expected);
});

describe('a state', () => {
  test('that went away is said anew when it is back', () => {
    const recurring = new Recurring();
    const state = [said('state', 'eachInterval')];
    expect(recurring.pick('a', state, 0, MINUTE).say).toEqual(state);
    recurring.pick('a', [], 1_000, MINUTE);
    expect(recurring.pick('a', state, 2_000, MINUTE).say).toEqual(state);
  });

  test('with another text is another state', () => {
    const recurring = new Recurring();
    recurring.pick('a', [said('one', 'eachInterval')], 0, MINUTE);
    expect(recurring.pick('a', [said('two', 'eachInterval')], 1_000, MINUTE).say).toHaveLength(1);
  });

  test('of another Canary is another state', () => {
    const recurring = new Recurring();
    recurring.pick('a', [said('one', 'eachInterval')], 0, MINUTE);
    expect(recurring.pick('b', [said('one', 'eachInterval')], 1_000, MINUTE).say).toHaveLength(1);
  });

  test('of a Canary that was deleted is forgotten', () => {
    const recurring = new Recurring();
    recurring.pick('a', [said('one', 'eachInterval')], 0, MINUTE);
    recurring.delete('a');
    expect(recurring.pick('a', [said('one', 'eachInterval')], 1_000, MINUTE).say).toHaveLength(1);
  });
});

test('a wait is the same wait whatever its progress, and its latest text is said', () => {
  const recurring = new Recurring();
  recurring.pick('a', [said('1 of 3', 'afterInterval')], 0, MINUTE);
  const latest = [said('2 of 3', 'afterInterval')];
  expect(recurring.pick('a', latest, MINUTE, MINUTE).say).toEqual(latest);
});

test.each<readonly [string, readonly Notice[], number | undefined]>([
  ['nothing that lasts is never due', [said('x', 'once')], undefined],
  ['a state said now is due in one interval', [said('x', 'eachInterval')], 61_000],
  ['a wait that begins is due in one interval', [said('x', 'afterInterval')], 61_000],
])('%s', (_, notices, dueAt) => {
  expect(new Recurring().pick('a', notices, 1_000, MINUTE).dueAt).toBe(dueAt);
});

test('the earliest of several states is due first', () => {
  const recurring = new Recurring();
  recurring.pick('a', [said('old', 'eachInterval')], 0, MINUTE);
  const both = [said('old', 'eachInterval'), said('new', 'eachInterval')];
  expect(recurring.pick('a', both, 10_000, MINUTE)).toEqual({ say: [both[1]], dueAt: MINUTE });
});

test('other notices than events always pass, in order', () => {
  const notices: Notice[] = [
    { kind: 'measured', metric: 'p99', value: 1 },
    said('state', 'eachInterval'),
    { kind: 'finished', outcome: 'failed', how: 'completed' },
  ];
  const recurring = new Recurring();
  expect(recurring.pick('a', notices, 0, MINUTE).say).toEqual(notices);
  expect(recurring.pick('a', notices, 1, MINUTE).say).toEqual([notices[0], notices[2]]);
});
