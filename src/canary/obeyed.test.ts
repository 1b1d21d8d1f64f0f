import { describe, expect, test } from 'vitest';
import type { CanaryStatus } from '../api/status.ts';
import { isDoubtful, isObeyed, requestDigest, stillObeyed } from './obeyed.ts';
import { statusIn } from './testing/scene.ts';

const [command, qa] = ['sluice.dev/command', 'gate.sluice.dev/qa'];
const annotations = { [command]: 'skip; at=1', [qa]: 'approved; at=2' };

test('a request is obeyed once, until another one stands there', () => {
  const before = statusIn('idle');
  expect(isObeyed(before, { key: command, text: 'skip; at=1' })).toBe(false);
  const obeyed = stillObeyed(before, [command], annotations);
  const after = statusIn('idle', {}, { obeyed });
  expect(isObeyed(after, { key: command, text: 'skip; at=1' })).toBe(true);
  expect(isObeyed(after, { key: command, text: 'skip; at=3' })).toBe(false);
});

test('the same word in another annotation is another request', () => {
  const obeyed = stillObeyed(statusIn('idle'), [qa], { [qa]: 'approved', 'gate.sluice.dev/boss': 'approved' });
  const after = statusIn('idle', {}, { obeyed });
  expect(isObeyed(after, { key: qa, text: 'approved' })).toBe(true);
  expect(isObeyed(after, { key: 'gate.sluice.dev/boss', text: 'approved' })).toBe(false);
});

test('what was removed is forgotten', () => {
  const both = stillObeyed(statusIn('idle'), Object.keys(annotations), annotations);
  expect(both).toHaveLength(2);
  const status = statusIn('idle', {}, { obeyed: both });
  expect(stillObeyed(status, [], { [command]: 'skip; at=1' })).toHaveLength(1);
  expect(stillObeyed(status, [], undefined)).toEqual([]);
});

describe('where status has lost what was obeyed', () => {
  const lastTransitionTime = '2026-05-04T10:00:00Z';
  const lost = statusIn('analysing', { lastTransitionTime }, { derived: true });
  const { run: _, ...pruned } = lost;

  test.each([
    { what: 'a bare word', said: { word: 'promote' }, doubtful: true },
    { what: 'an approval', said: { word: 'approved', at: '2026-05-04T09:59:59Z' }, doubtful: true },
    {
      what: 'a word of the second of the last decision',
      said: { word: 'skip', at: lastTransitionTime },
      doubtful: true,
    },
    { what: 'a part of that second', said: { word: 'skip', at: '2026-05-04T10:00:00.999Z' }, doubtful: true },
    { what: 'a step of this revision', said: { word: 'skip', revision: 'abc' }, doubtful: true },
    { what: 'a later word', said: { word: 'skip', at: '2026-05-04T10:00:01Z' }, doubtful: false },
    { what: 'the promotion of a revision', said: { word: 'promote', revision: 'abc' }, doubtful: false },
    { what: 'the end of a revision', said: { word: 'abort', revision: 'abc' }, doubtful: false },
  ])('$what is in doubt: $doubtful', ({ said, doubtful }) => {
    expect(isDoubtful(lost, said)).toBe(doubtful);
    expect(isDoubtful(pruned, said)).toBe(doubtful);
    expect(isDoubtful(statusIn('analysing', { lastTransitionTime }), said)).toBe(false);
  });

  test('nothing is in doubt before the first decision', () => {
    const empty: CanaryStatus = { canaryWeight: 0, failedChecks: 0, iterations: 0 };
    expect(isDoubtful(empty, { word: 'approved' })).toBe(false);
  });

  test('the next decision notes what is in doubt, and nothing else', () => {
    const standing = { [command]: 'promote; revision=abc', [qa]: 'approved' };
    expect(stillObeyed(lost, [], standing)).toEqual([requestDigest({ key: qa, text: 'approved' })]);
  });
});
