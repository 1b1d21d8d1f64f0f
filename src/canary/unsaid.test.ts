import { expect, test } from 'vitest';
import { ApiError } from '../kube/errors.ts';
import { statusIn } from './testing/scene.ts';
import type { Decision } from './turn.ts';
import { Unsaid } from './unsaid.ts';

const decision: Decision = { status: statusIn('starting'), say: [], next: { why: 'waiting' } };
const failed = (code: number) => new ApiError('no', { code, reason: code === 0 ? 'NoAnswer' : 'Refused' });

function after(failure: unknown): Unsaid {
  const unsaid = new Unsaid();
  unsaid.keep('test/shop', decision, failure);
  return unsaid;
}

test('a decision without an answer is told once, when its status is seen', () => {
  const unsaid = after(failed(0));
  expect(unsaid.take('test/shop', statusIn('idle'))).toBeUndefined();
  expect(unsaid.take('test/other', structuredClone(decision.status))).toBeUndefined();
  expect(unsaid.take('test/shop', structuredClone(decision.status))).toBe(decision);
  expect(unsaid.take('test/shop', decision.status)).toBeUndefined();
});

test.each([
  { what: 'an answer of a server in trouble', failure: failed(504), told: true },
  { what: 'a refusal', failure: failed(422), told: false },
  { what: 'a defect', failure: new Error('oops'), told: false },
])('after $what it is told: $told', ({ failure, told }) => {
  expect(after(failure).take('test/shop', decision.status) === decision).toBe(told);
});

test('what another write replaced is never told', () => {
  const unsaid = after(failed(0));
  unsaid.forget('test/shop');
  expect(unsaid.take('test/shop', decision.status)).toBeUndefined();
});

test('of several attempts the one that was written is told, also an older one', () => {
  const unsaid = after(failed(0));
  for (let second = 1; second < 16; second++) {
    const again = statusIn('starting', { lastTransitionTime: `2026-05-04T10:00:${second}Z` });
    unsaid.keep('test/shop', { ...decision, status: again }, failed(0));
  }
  expect(unsaid.take('test/shop', structuredClone(decision.status))).toBe(decision);
});
