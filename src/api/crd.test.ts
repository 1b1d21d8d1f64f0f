import { expect, test } from 'vitest';
import { dig } from '../kube/object.ts';
import { customResourceDefinitions } from './crd.ts';
import { structuralFaults } from './testing/structural-rules.ts';

const byName = new Map(customResourceDefinitions().map((crd) => [crd.metadata.name, crd]));

test('the three kinds of flagger.app are defined', () => {
  expect([...byName.keys()]).toEqual([
    'canaries.flagger.app',
    'metrictemplates.flagger.app',
    'alertproviders.flagger.app',
  ]);
});

test.each([...byName])('the schema of %s is structural', (_, crd) => {
  const schema = dig(crd, 'spec', 'versions', 0, 'schema', 'openAPIV3Schema');
  expect(structuralFaults(schema as Record<string, unknown>)).toEqual([]);
});

test.each([
  ['a node without a type', { properties: { a: {} } }, 'root.a: no type'],
  ['a root that is no object', { type: 'string' }, 'root: the type must be object'],
  ['a free root', { additionalProperties: { type: 'string' } }, 'root: no additionalProperties here'],
  ['an array without items', { properties: { a: { type: 'array' } } }, 'root.a: an array needs items'],
  ['a reference', { properties: { a: { type: 'object', $ref: 'x' } } }, 'root.a: $ref'],
  ['a type inside a junctor', { properties: { a: { type: 'string' } }, not: { type: 'object' } }, 'root.not: type'],
  [
    'a field known only inside a junctor',
    { oneOf: [{ required: ['a'] }] },
    'root.oneOf[0]: requires a, which is unknown outside',
  ],
  [
    'a pattern that looks ahead',
    { properties: { a: { type: 'string', pattern: '(?=x)' } } },
    'root.a: not an RE2 pattern',
  ],
  [
    'restricted labels',
    { properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
    'root.metadata: may not restrict labels',
  ],
  ['a list of types', { properties: { a: { type: ['string', 'null'] } } }, 'root.a: a list of types'],
])('the structural rules find %s', (_, schema, fault) => {
  expect(structuralFaults({ type: 'object', ...schema })).toContain(fault);
});

test('every definition is served and stored as v1beta1, has a status and is part of `kubectl get all`', () => {
  for (const crd of byName.values()) {
    expect(dig(crd, 'spec', 'versions')).toMatchObject([
      { name: 'v1beta1', served: true, storage: true, subresources: { status: {} } },
    ]);
    expect(dig(crd, 'spec', 'names', 'categories')).toEqual(['all']);
  }
});

test('the columns of `kubectl get canaries` are those that scripts read', () => {
  const columns = dig(byName.get('canaries.flagger.app'), 'spec', 'versions', 0, 'additionalPrinterColumns');
  expect((columns as { name: string; priority?: number }[]).map((c) => [c.name, c.priority ?? 0])).toEqual([
    ['Status', 0],
    ['Weight', 0],
    ['Suspended', 1],
    ['FailedChecks', 1],
    ['Interval', 1],
    ['Mirror', 1],
    ['StepWeight', 1],
    ['StepWeights', 1],
    ['MaxWeight', 1],
    ['LastTransitionTime', 0],
    ['Ready', 1],
    ['Next', 1],
    ['NextAt', 1],
    ['EstimatedEnd', 1],
    ['LastFailure', 1],
  ]);
});

test('each call returns a copy of its own', () => {
  expect(customResourceDefinitions()[0]).not.toBe(customResourceDefinitions()[0]);
  expect(customResourceDefinitions()).toEqual(customResourceDefinitions());
});
