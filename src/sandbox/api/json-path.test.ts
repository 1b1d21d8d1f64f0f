import { expect, test } from 'vitest';
import { followJsonPath, jsonPathColumn, parseJsonPath } from './json-path.ts';

const root = {
  spec: {
    a: 1,
    'with.dot': 'x',
    list: [
      { name: 'x', value: 1 },
      { name: 'y', value: 2, on: true },
    ],
    map: { k: 'v', l: 'w' },
  },
  metadata: { annotations: { 'team.test/a': 'b' } },
};

test.each([
  { path: '.spec.a', found: [1] },
  { path: '.spec.missing', found: [] },
  { path: '.spec.list[0].name', found: ['x'] },
  { path: '.spec.list[-1].name', found: ['y'] },
  { path: '.spec.list[*].value', found: [1, 2] },
  { path: '.spec.map.*', found: ['v', 'w'] },
  { path: '.spec.list[?(@.name=="y")].value', found: [2] },
  { path: ".spec.list[?(@.name == 'x')].value", found: [1] },
  { path: '.spec.list[?(@.value==2)].name', found: ['y'] },
  { path: '.spec.list[?(@.on==true)].name', found: ['y'] },
  { path: ".spec['with.dot']", found: ['x'] },
  { path: '.spec.with\\.dot', found: ['x'] },
  { path: '.metadata.annotations.team\\.test/a', found: ['b'] },
])('$path leads to $found', ({ path, found }) => {
  const steps = parseJsonPath(path);
  expect(steps.length).toBeGreaterThan(0);
  expect(followJsonPath(root, steps)).toEqual(found);
});

const HOUR_MS = 3_600_000;

test.each([
  { type: 'string', value: 'x', cell: 'x' },
  { type: 'string', value: 3, cell: '3' },
  { type: 'string', value: { a: 1 }, cell: '{"a":1}' },
  { type: 'string', value: undefined, cell: null },
  { type: 'integer', value: 3.7, cell: 3 },
  { type: 'integer', value: 'x', cell: null },
  { type: 'number', value: 3.7, cell: 3.7 },
  { type: 'number', value: true, cell: null },
  { type: 'boolean', value: true, cell: true },
  { type: 'boolean', value: 'true', cell: null },
  { type: 'date', value: new Date(0).toISOString(), cell: '60m' },
  { type: 'date', value: 5, cell: null },
])('a $type column shows $value as $cell', ({ type, value, cell }) => {
  const column = jsonPathColumn({ name: 'C', type, jsonPath: '.v', format: 'f', description: 'd', priority: 1 });
  expect(column).toMatchObject({ name: 'C', type, format: 'f', description: 'd', priority: 1 });
  const object = { apiVersion: 'v1', kind: 'K', metadata: { name: 'x' }, v: value };
  expect(column.value(object, HOUR_MS)).toBe(cell);
});

test('a path that cannot be read shows nothing', () => {
  const object = { apiVersion: 'v1', kind: 'K', metadata: { name: 'x' } };
  expect(jsonPathColumn({ name: 'C', jsonPath: 'nonsense' }).value(object, 0)).toBeNull();
});
