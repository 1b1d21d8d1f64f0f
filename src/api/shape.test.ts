import Type from 'typebox';
import { expect, test } from 'vitest';
import { DurationText, Enum, IntOrString, StrMap } from './schema/structural.ts';
import { intactFields, shapeOf } from './shape.ts';

const optional = Type.Optional;
const Item = Type.Object({ name: Type.String(), count: optional(Type.Number({ minimum: 1, maximum: 5 })) });
const schema = Type.Object({
  port: optional(IntOrString()),
  kind: optional(Enum(['', 'a', 'b'])),
  every: optional(DurationText()),
  labels: optional(StrMap()),
  items: optional(Type.Array(Item, { maxItems: 20 })),
  either: optional(
    Type.Object(
      { x: optional(Type.String()), y: optional(Type.String()) },
      { oneOf: [{ required: ['x'] }, { required: ['y'] }] },
    ),
  ),
});
const check = shapeOf(schema, { reasons: [[/^kind$/, 'TargetKindUnknown']] });

test.each([
  ['a port that is neither number nor name', { port: 1.5 }, ['port is 1.5: write an integer or a string']],
  ['a value outside a set, with a reason of its own', { kind: 'c' }, ['kind is "c": choose one of a, b']],
  ['a label that is no text', { labels: { 'app.io/x': 1 } }, ['labels["app.io/x"] is 1: write a string']],
  ['an item without a name', { items: [{ name: 'a' }, {}] }, ['items[1].name is missing: add it']],
  [
    'numbers outside their range',
    {
      items: [
        { name: 'a', count: 0 },
        { name: 'b', count: 9 },
      ],
    },
    ['items[0].count is 0: choose a number of at least 1', 'items[1].count is 9: choose a number of at most 5'],
  ],
  ['an item that is a text', { items: ['a'] }, ['items[0] is "a": write an object']],
  ['both alternatives', { either: { x: 'a', y: 'b' } }, ['either mixes alternatives or has none: correct it']],
  ['something else entirely', 5, ['the object is 5: write an object']],
  ['a long text in the wrong place', { items: 'x'.repeat(100) }, [`items is "${'x'.repeat(56)}...: write an array`]],
])('%s is refused in words', (_, raw, messages) => {
  expect(check(raw).refusals.map(({ message }) => message)).toEqual(messages);
});

test.each([
  ['nulls', { port: null, items: [{ name: 'a', count: null }] }],
  ['a duration that is none, which rules judge', { every: 'often' }],
  ['unknown fields', { more: true }],
])('%s are let through', (_, raw) => {
  expect(check(raw).refusals).toEqual([]);
});

test('more faults than the library counts by default are found', () => {
  const items = Array.from({ length: 15 }, () => ({}));
  expect(check({ items }).refusals).toHaveLength(15);
});

test('intact tells how far the value can be trusted', () => {
  const shape = check({ kind: 'c', labels: { a: 'b' }, items: [{ name: 1 }] });
  expect(shape.intact('')).toBe(false);
  expect(shape.intact('', 'itself')).toBe(true);
  expect(shape.intact('kind')).toBe(false);
  expect(shape.intact('labels')).toBe(true);
  expect(shape.intact('items')).toBe(false);
  expect(shape.intact('items', 'fields')).toBe(true);
  expect(shape.intact('items', 'itself')).toBe(true);
  expect(shape.intact('items[0].name', 'itself')).toBe(false);
  expect(shape.intact('kind.below')).toBe(false);
});

test('a fault of form alone does not make a value untrustworthy', () => {
  const shape = check({ either: { x: 'a', y: 'b' } });
  expect(shape.refusals).toHaveLength(1);
  expect(shape.intact('either')).toBe(true);
});

test('intactFields leaves out what has the wrong type', () => {
  const raw = { port: 80, kind: 'a', items: [{ name: 1 }] };
  const outer = shapeOf(Type.Object({ spec: schema }))({ spec: raw });
  expect(intactFields(outer, 'spec', raw)).toEqual({ port: 80, kind: 'a' });
});
