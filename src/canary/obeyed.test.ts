import { expect, test } from 'vitest';
import { isObeyed, stillObeyed } from './obeyed.ts';
import { statusIn } from './testing/scene.ts';

const annotations = { 'sluice.dev/command': 'skip; at=1', 'gate.sluice.dev/qa': 'approved; at=2' };

test('a request is obeyed once, until another one stands there', () => {
  const before = statusIn('idle');
  expect(isObeyed(before, 'skip; at=1')).toBe(false);
  const obeyed = stillObeyed(before, ['skip; at=1'], annotations);
  const after = statusIn('idle', {}, { obeyed });
  expect(isObeyed(after, 'skip; at=1')).toBe(true);
  expect(isObeyed(after, 'skip; at=3')).toBe(false);
});

test('what was removed is forgotten', () => {
  const both = stillObeyed(statusIn('idle'), Object.values(annotations), annotations);
  expect(both).toHaveLength(2);
  const status = statusIn('idle', {}, { obeyed: both });
  expect(stillObeyed(status, [], { 'sluice.dev/command': 'skip; at=1' })).toHaveLength(1);
  expect(stillObeyed(status, [], undefined)).toEqual([]);
});
