import { describe, expect, it, test } from 'vitest';
import { isGateName, requestsIn, sayerOf, sayingOf, steeringOf } from './steering.ts';

const said = (annotations: Record<string, string>) => steeringOf({ metadata: { name: 'shop', annotations } });

test('without annotations nothing is asked', () => {
  const steering = steeringOf({ metadata: { name: 'shop' } });
  expect(steering).toMatchObject({ pause: undefined, command: undefined });
  expect(steering.gate('qa')).toBeUndefined();
});

describe('a command', () => {
  it('says who asked when for which revision', () => {
    const text = sayingOf('promote', { by: 'alice', at: '2026-05-04T10:00:00Z', revision: 'abc' });
    expect(text).toBe('promote; by=alice; at=2026-05-04T10:00:00Z; revision=abc');
    expect(said({ 'sluice.dev/command': text }).command).toEqual({
      word: 'promote',
      by: 'alice',
      at: '2026-05-04T10:00:00Z',
      revision: 'abc',
      key: 'sluice.dev/command',
      text,
    });
  });

  it('may be a bare word', () => {
    expect(said({ 'sluice.dev/command': ' abort ' }).command).toEqual({
      word: 'abort',
      key: 'sluice.dev/command',
      text: ' abort ',
    });
  });

  it('of an unknown word is told from none', () => {
    expect(said({ 'sluice.dev/command': 'explode; by=bob' }).command).toMatchObject({ unknown: 'explode' });
  });

  it('can not smuggle in details by the name of whoever asks', () => {
    expect(sayingOf('skip', { by: 'eve; revision=other' })).toBe('skip; by=eve, revision=other');
  });

  it('of any length stays short in status', () => {
    const command = said({ 'sluice.dev/command': `skip; by=${'x'.repeat(5_000)}` }).command;
    expect(command).toHaveProperty('by', 'x'.repeat(120));
  });
});

describe('a pause', () => {
  it('holds whatever its value is', () => {
    expect(said({ 'sluice.dev/pause': 'true' }).pause).toEqual({
      word: 'pause',
      key: 'sluice.dev/pause',
      text: 'true',
    });
    expect(said({ 'sluice.dev/pause': '' }).pause).toBeDefined();
    expect(said({ 'sluice.dev/pause': 'pause; by=alice' }).pause).toMatchObject({ by: 'alice' });
  });

  it('that says false is none', () => {
    expect(said({ 'sluice.dev/pause': 'false' }).pause).toBeUndefined();
  });
});

describe('a gate', () => {
  it.each([
    { text: 'open', word: 'open' },
    { text: 'closed; by=bob', word: 'closed' },
    { text: 'approved; at=2026-05-04T10:00:00Z', word: 'approved' },
    { text: 'ajar', word: 'closed' },
  ])('that says $text is $word', ({ text, word }) => {
    expect(said({ 'gate.sluice.dev/qa': text }).gate('qa')).toMatchObject({ word, text });
  });

  it.each([
    { name: 'qa', valid: true },
    { name: 'Load.test_1', valid: true },
    { name: 'ask the boss', valid: false },
    { name: '-qa', valid: false },
    { name: 'x'.repeat(64), valid: false },
  ])('called $name: $valid', ({ name, valid }) => {
    expect(isGateName(name)).toBe(valid);
  });
});

test('what counts once are the command and what is said to gates, also in words that nobody knows', () => {
  const annotations = {
    'sluice.dev/command': 'explode; by=bob',
    'gate.sluice.dev/qa': 'approved',
    'sluice.dev/pause': 'true',
    theirs: 'approved',
  };
  expect(requestsIn(annotations)).toEqual([
    { key: 'sluice.dev/command', word: 'explode', by: 'bob', text: 'explode; by=bob' },
    { key: 'gate.sluice.dev/qa', word: 'approved', text: 'approved' },
  ]);
  expect(requestsIn(undefined)).toEqual([]);
});

test('whoever asked is named as far as it is known', () => {
  expect(sayerOf({ by: 'alice', at: '2026-05-04T10:00:00Z' })).toBe('alice at 2026-05-04T10:00:00Z');
  expect(sayerOf({})).toBe('somebody');
});
