import { describe, expect, test } from 'vitest';
import { Labels, NO_LABELS } from './labels.ts';

const some = Labels.of([
  ['pod', 'a'],
  ['__name__', 'up'],
]);

describe('a label set', () => {
  test('is the same whatever the order of its labels', () => {
    const other = Labels.of([
      ['__name__', 'up'],
      ['pod', 'a'],
    ]);
    expect(other.key).toBe(some.key);
  });

  test('keeps no label with an empty value', () => {
    expect(Labels.of([['pod', '']]).key).toBe(NO_LABELS.key);
    expect(some.with([['pod', '']]).get('pod')).toBe('');
  });

  test.each(['constructor', '__proto__', 'toString'])('has no label %s by itself, but may have one', (name) => {
    expect(some.get(name)).toBe('');
    const labels = some.with([[name, 'x']]);
    expect(labels.get(name)).toBe('x');
    expect(JSON.parse(JSON.stringify(labels))).toHaveProperty([name], 'x');
  });

  test('can be narrowed', () => {
    expect(some.only(['pod', 'zone']).toJSON()).toEqual({ pod: 'a' });
    expect(some.without(['pod']).toJSON()).toEqual({ __name__: 'up' });
    expect(some.withoutName().toJSON()).toEqual({ pod: 'a' });
  });

  test('differs from another one even when the texts run together', () => {
    expect(Labels.of([['a', 'b"],["c","d']]).key).not.toBe(
      Labels.of([
        ['a', 'b'],
        ['c', 'd'],
      ]).key,
    );
  });
});
