import { expect, test } from 'vitest';
import { type Fields, valueIn } from './fields.ts';
import { strategicMergePatch } from './patch-strategic.ts';

function pod(spec: Fields): Fields {
  return { spec };
}

const two = [
  { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
  { name: 'b', image: 'b:1' },
];

test.each([
  {
    what: 'merges containers by name, with new ones where the patch has them',
    patch: {
      containers: [
        { name: 'a', image: 'a:2' },
        { name: 'c', image: 'c:1' },
      ],
    },
    expected: {
      containers: [{ name: 'a', image: 'a:2', env: [{ name: 'X', value: '1' }] }, { name: 'c', image: 'c:1' }, two[1]],
    },
  },
  {
    what: 'merges the lists inside of elements',
    patch: { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] },
    expected: {
      containers: [
        {
          ...two[0],
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
        },
        two[1],
      ],
    },
  },
  {
    what: 'deletes an element',
    patch: { containers: [{ $patch: 'delete', name: 'a' }] },
    expected: { containers: [two[1]] },
  },
  {
    what: 'replaces a list',
    patch: { containers: [{ $patch: 'replace' }, { name: 'c' }] },
    expected: { containers: [{ name: 'c' }] },
  },
  {
    what: 'replaces one element',
    patch: { containers: [{ $patch: 'replace', name: 'a', image: 'new' }] },
    expected: { containers: [{ name: 'a', image: 'new' }, two[1]] },
  },
  {
    what: 'orders elements, with unlisted ones after their neighbours',
    patch: {
      $setElementOrder: undefined,
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }],
      containers: [{ name: 'c' }],
    },
    expected: { containers: [{ name: 'c' }, two[0], two[1]] },
  },
  {
    what: 'orders elements without a patch of the list itself',
    patch: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    expected: { containers: [two[1], two[0]] },
  },
  {
    what: 'deletes by null',
    patch: { containers: null },
    expected: {},
  },
])('a strategic patch $what', ({ patch, expected }) => {
  const target = pod({ containers: two });
  const before = structuredClone(target);
  expect(valueIn(strategicMergePatch(target, pod(patch), 'Pod'), 'spec')).toEqual(expected);
  expect(target).toEqual(before);
});

test.each([
  { what: 'plain lists are replaced', target: { args: ['a'] }, patch: { args: ['b'] }, expected: { args: ['b'] } },
  {
    what: '$retainKeys drops what it does not list',
    target: { type: 'RollingUpdate', rollingUpdate: {} },
    patch: { $retainKeys: ['type'], type: 'Recreate' },
    expected: { type: 'Recreate' },
  },
  {
    what: '$patch replace puts an object in the place of another',
    target: { a: 1, b: 2 },
    patch: { $patch: 'replace', c: 3 },
    expected: { c: 3 },
  },
  { what: '$patch delete empties an object', target: { a: 1 }, patch: { $patch: 'delete' }, expected: {} },
  { what: '$patch merge is the usual', target: { a: 1 }, patch: { $patch: 'merge', b: 2 }, expected: { a: 1, b: 2 } },
  {
    what: 'directives and nulls vanish from new objects',
    target: {},
    patch: { deep: { $retainKeys: ['x'], x: 1, y: null } },
    expected: { deep: { x: 1 } },
  },
])('$what', ({ target, patch, expected }) => {
  const result = strategicMergePatch({ spec: { thing: target } }, { spec: { thing: patch } }, 'ConfigMap');
  expect(valueIn(result, 'spec', 'thing')).toEqual(expected);
});

test('finalizers merge like a set, and values are taken out of it', () => {
  const target = { metadata: { finalizers: ['a', 'b'] } };
  const patch = { metadata: { finalizers: ['b', 'c'], '$deleteFromPrimitiveList/finalizers': ['a'] } };
  expect(strategicMergePatch(target, patch, 'ConfigMap')).toEqual({ metadata: { finalizers: ['b', 'c'] } });
});

test('services merge ports by number, and the selector of a disruption budget is replaced', () => {
  const service = { spec: { ports: [{ port: 80, name: 'http' }] } };
  expect(strategicMergePatch(service, { spec: { ports: [{ port: 80, targetPort: 8080 }] } }, 'Service')).toEqual({
    spec: { ports: [{ port: 80, name: 'http', targetPort: 8080 }] },
  });
  const budget = { spec: { selector: { matchLabels: { a: '1' } } } };
  const patch = { spec: { selector: { matchLabels: { b: '2' } } } };
  expect(strategicMergePatch(budget, patch, 'PodDisruptionBudget')).toEqual(patch);
});

test.each([
  { what: 'an unknown directive', patch: { spec: { $patch: 'erase' } } },
  { what: 'an element without its key', patch: { spec: { containers: [{ image: 'x' }] } } },
  { what: 'an element that is no object', patch: { spec: { containers: ['x'] } } },
  { what: 'retained keys that are no list', patch: { spec: { $retainKeys: 'x' } } },
])('$what is an error', ({ patch }) => {
  expect(() => strategicMergePatch({ spec: {} }, patch, 'Pod')).toThrow(expect.objectContaining({ code: 500 }));
});
