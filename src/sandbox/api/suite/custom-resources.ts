import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Fields, fieldItemsIn, itemsIn, textIn, valueIn } from '../fields.ts';
import { CRDS, definition, isTrue, names, STRATEGIC } from './client.ts';
import type { Connected } from './describe-api.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        code: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        tags: { type: 'array', maxItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        when: { type: 'string', format: 'date-time' },
        nested: { type: 'object', default: {}, properties: { on: { type: 'boolean', default: true } } },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
};
const WITH_STATUS = { subresources: { status: {} } };

function widget(apiVersion: string, spec: Fields, more: Fields = {}): Fields {
  return { apiVersion, kind: 'Widget', metadata: { name: 'w' }, spec, ...more };
}

/** Kinds that come from CRDs. */
export function describeCustomResources(connected: Connected): void {
  describe('custom resources', () => {
    test('a CRD gets its names accepted, is established and served, and is discovered', async () => {
      const { client } = await connected();
      const { name, group } = await client.crd({ schema: SCHEMA });
      const crd = await client.get(`${CRDS}/${name}`);
      expect(isTrue(crd.body, 'NamesAccepted')).toBe(true);
      expect(crd.body).toMatchObject({
        spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
        status: { storedVersions: ['v1'], acceptedNames: { kind: 'Widget', plural: 'widgets' } },
      });
      const { body } = await client.get(`/apis/${group}/v1`);
      expect(fieldItemsIn(body, 'resources')[0]).toMatchObject({ name: 'widgets', kind: 'Widget', shortNames: ['wd'] });
    });

    test('unknown fields are pruned with a warning, defaults filled in', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const spec = { size: 1, unknown: 'x', free: { any: { thing: 1 } }, color: null };
      const reply = await client.post(`${base}/namespaces/${namespace}/widgets`, widget(apiVersion, spec));
      expect(reply.status).toBe(201);
      expect(reply.body['spec']).toEqual({ size: 1, color: 'red', free: { any: { thing: 1 } }, nested: { on: true } });
      expect(reply.headers['warning']).toContain('unknown field \\"spec.unknown\\"');
      expect(valueIn(reply.body, 'metadata', 'generation')).toBe(1);
    });

    test('strict validation refuses unknown and repeated fields, none ignores them', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      const unknown = await client.post(`${path}?fieldValidation=Strict`, widget(apiVersion, { size: 1, unknown: 1 }));
      expect(unknown.status).toBe(400);
      expect(unknown.body['message']).toContain('strict decoding error: unknown field "spec.unknown"');
      const text = `{"apiVersion":"${apiVersion}","kind":"Widget","metadata":{"name":"w"},"spec":{"size":1,"size":2}}`;
      const twice = await client.post(`${path}?fieldValidation=Strict`, text);
      expect(twice.body['message']).toContain('duplicate field "spec.size"');
      const ignored = await client.post(`${path}?fieldValidation=Ignore`, widget(apiVersion, { size: 1, unknown: 1 }));
      expect(ignored.status).toBe(201);
      expect(ignored.headers['warning']).toBeUndefined();
    });

    test.each([
      { what: 'a missing field', spec: {}, field: 'spec.size', message: 'Required value' },
      {
        what: 'a wrong type',
        spec: { size: 'big' },
        field: 'spec.size',
        message: 'spec.size in body must be of type integer: "string"',
      },
      {
        what: 'too small a number',
        spec: { size: 0 },
        field: 'spec.size',
        message: 'spec.size in body should be greater than or equal to 1',
      },
      {
        what: 'too large a number',
        spec: { size: 11 },
        field: 'spec.size',
        message: 'spec.size in body should be less than or equal to 10',
      },
      {
        what: 'a value out of the enum',
        spec: { size: 1, color: 'blue' },
        field: 'spec.color',
        message: 'Unsupported value: "blue": supported values: "red", "green"',
      },
      {
        what: 'text against the pattern',
        spec: { size: 1, code: 'A1' },
        field: 'spec.code',
        message: "spec.code in body should match '^[a-z]+$'",
      },
      {
        what: 'too long a text',
        spec: { size: 1, code: 'abcdef' },
        field: 'spec.code',
        message: 'Too long: may not be more than 5 bytes',
      },
      {
        what: 'a boolean port',
        spec: { size: 1, port: true },
        field: 'spec.port',
        message: 'must be of type integer,string: "boolean"',
      },
      {
        what: 'too many items',
        spec: { size: 1, tags: ['a', 'b', 'c'] },
        field: 'spec.tags',
        message: 'Too many: 3: must have at most 2 items',
      },
      {
        what: 'a repeated item of a set',
        spec: { size: 1, tags: ['a', 'a'] },
        field: 'spec.tags[1]',
        message: 'Duplicate value: "a"',
      },
      {
        what: 'a wrong value in a map',
        spec: { size: 1, labels: { a: 1 } },
        field: 'spec.labels.a',
        message: 'spec.labels.a in body must be of type string: "integer"',
      },
      {
        what: 'text that is no time',
        spec: { size: 1, when: 'soon' },
        field: 'spec.when',
        message: 'spec.when in body must be of type date-time: "soon"',
      },
    ])('$what is refused', async ({ spec, field, message }) => {
      const { client, namespace } = await connected();
      const { apiVersion, base, group } = await client.crd({ schema: SCHEMA });
      const reply = await client.post(`${base}/namespaces/${namespace}/widgets`, widget(apiVersion, spec));
      expect(reply.status).toBe(422);
      const [cause] = itemsIn(reply.body, 'details', 'causes');
      expect(textIn(cause, 'field')).toBe(field);
      expect(textIn(cause, 'message')).toContain(message);
      expect(reply.body['message']).toContain(`Widget.${group} "w" is invalid: `);
    });

    test('an update needs the version of what it replaces', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      const created = await client.post(path, widget(apiVersion, { size: 1 }));
      const blind = await client.put(`${path}/w`, widget(apiVersion, { size: 2 }));
      expect(blind.status).toBe(422);
      expect(blind.body['message']).toContain('must be specified for an update');
      const updated = await client.put(`${path}/w`, { ...created.body, spec: { size: 2 } });
      expect(valueIn(updated.body, 'metadata', 'generation')).toBe(2);
    });

    test('with a status endpoint, each endpoint writes only its own part', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA, version: WITH_STATUS });
      const path = `${base}/namespaces/${namespace}/widgets`;
      const created = await client.post(path, widget(apiVersion, { size: 1 }, { status: { phase: 'Early' } }));
      expect(created.body['status']).toBeUndefined();
      const put = await client.put(`${path}/w/status`, {
        ...created.body,
        metadata: { ...(created.body['metadata'] as Fields), labels: { a: 'b' } },
        spec: { size: 9 },
        status: { phase: 'Ready' },
      });
      expect(put.body).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' }, metadata: { generation: 1 } });
      expect(valueIn(put.body, 'metadata', 'labels')).toBeUndefined();
      const main = await client.patch(`${path}/w`, { spec: { size: 2 }, status: { phase: 'Lost' } });
      expect(main.body).toMatchObject({ spec: { size: 2 }, status: { phase: 'Ready' }, metadata: { generation: 2 } });
      const patched = await client.patch(`${path}/w/status`, { status: { phase: 'Done' } });
      expect(patched.body['status']).toEqual({ phase: 'Done' });
      const { status: _status, ...bare } = patched.body;
      expect((await client.put(`${path}/w/status`, bare)).body['status']).toBeUndefined();
    });

    test('without a status endpoint, status is content like any other', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      await client.post(path, widget(apiVersion, { size: 1 }, { status: { phase: 'Early' } }));
      const reply = await client.patch(`${path}/w`, { status: { phase: 'Late' } });
      expect(reply.body).toMatchObject({ status: { phase: 'Late' }, metadata: { generation: 2 } });
      expect((await client.patch(`${path}/w/status`, {})).status).toBe(404);
    });

    test('a strategic patch is not understood', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      await client.post(path, widget(apiVersion, { size: 1 }));
      expect((await client.patch(`${path}/w`, { spec: { size: 2 } }, STRATEGIC)).status).toBe(415);
    });

    test('a scale endpoint follows the paths of the CRD', async () => {
      const { client, namespace } = await connected();
      const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' };
      const { apiVersion, base } = await client.crd({ schema: SCHEMA, version: { subresources: { scale } } });
      const path = `${base}/namespaces/${namespace}/widgets`;
      await client.post(path, widget(apiVersion, { size: 1 }));
      expect((await client.patch(`${path}/w/scale`, { spec: { replicas: 3 } })).body['spec']).toEqual({ replicas: 3 });
      expect(valueIn((await client.get(`${path}/w`)).body, 'spec', 'size')).toBe(3);
    });

    test('all served versions show the same object', async () => {
      const { client, namespace } = await connected();
      const version = (name: string, storage: boolean, served = true) => ({
        name,
        served,
        storage,
        schema: { openAPIV3Schema: SCHEMA },
      });
      const versions = [version('v1', true), version('v1beta1', false), version('v1alpha1', false, false)];
      const { group } = await client.crd({ schema: SCHEMA, spec: { versions } });
      const path = (name: string) => `/apis/${group}/${name}/namespaces/${namespace}/widgets`;
      await client.post(path('v1beta1'), widget(`${group}/v1beta1`, { size: 1 }));
      const [old, stable] = [await client.get(`${path('v1beta1')}/w`), await client.get(`${path('v1')}/w`)];
      expect([old.body['apiVersion'], stable.body['apiVersion']]).toEqual([`${group}/v1beta1`, `${group}/v1`]);
      expect(old.body['spec']).toEqual(stable.body['spec']);
      expect((await client.get(`${path('v1alpha1')}/w`)).status).toBe(404);
      const { body } = await client.get(`/apis/${group}`);
      expect(valueIn(body, 'preferredVersion', 'version')).toBe('v1');
    });

    test('printer columns fill the table', async () => {
      const { client, namespace } = await connected();
      const additionalPrinterColumns = [
        { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
        { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
      ];
      const { apiVersion, base } = await client.crd({ schema: SCHEMA, version: { additionalPrinterColumns } });
      const path = `${base}/namespaces/${namespace}/widgets`;
      await client.post(path, widget(apiVersion, { size: 4 }));
      const table = await client.get(path, 'application/json;as=Table;v=v1;g=meta.k8s.io');
      expect(
        fieldItemsIn(table.body, 'columnDefinitions').map((column) => [column['name'], column['priority']]),
      ).toEqual([
        ['Name', 0],
        ['Size', 0],
        ['Ready', 0],
        ['Color', 1],
      ]);
      expect(itemsIn(itemsIn(table.body, 'rows')[0], 'cells')).toEqual(['w', 4, null, 'red']);
    });

    test('a body without kind or with another version is refused', async () => {
      const { client, namespace } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      const { kind: _kind, ...kindless } = widget(apiVersion, { size: 1 });
      const reply = await client.post(path, kindless);
      expect(reply.status).toBe(400);
      expect(reply.body['message']).toContain("Object 'Kind' is missing");
      expect((await client.post(path, widget('other.test/v1', { size: 1 }))).status).toBe(400);
    });

    test.each([
      {
        what: 'a name that does not fit',
        change: { spec: { names: { plural: 'gadgets', kind: 'Widget' } } },
        message: 'must be spec.names.plural+"."+spec.group',
      },
      {
        what: 'a scope that does not exist',
        change: { spec: { scope: 'World' } },
        message: 'supported values: "Cluster", "Namespaced"',
      },
      {
        what: 'no stored version',
        change: { version: { storage: false } },
        message: 'must have exactly one version marked as storage version',
      },
      {
        what: 'no schema',
        change: { version: { schema: undefined } },
        message: 'schema.openAPIV3Schema: Required value',
      },
      {
        what: 'a node without a type',
        change: { schema: { type: 'object', properties: { a: {} } } },
        message: 'properties[a].type: Required value: must not be empty for specified object fields',
      },
      {
        what: 'a list without items',
        change: { schema: { type: 'object', properties: { a: { type: 'array' } } } },
        message: 'properties[a].items: Required value: must be specified',
      },
      {
        what: 'a default of the wrong type',
        change: { schema: { type: 'object', properties: { a: { type: 'string', default: 1 } } } },
        message: 'must be of type string',
      },
      {
        what: 'a type inside a junctor',
        change: {
          schema: {
            type: 'object',
            anyOf: [{ properties: { a: { type: 'string' } } }],
            properties: { a: { type: 'string' } },
          },
        },
        message: 'must be empty to be structural',
      },
    ])('a CRD with $what is refused', async ({ change, message }) => {
      const { client } = await connected();
      const group = `g${randomUUID().slice(0, 8)}.suite.test`;
      const reply = await client.post(CRDS, definition(group, { schema: SCHEMA, ...change }));
      expect(reply.status).toBe(422);
      expect(reply.body['message']).toContain(message);
    });

    test('deleting a CRD deletes its objects and stops serving them', async () => {
      const { client, namespace } = await connected();
      const { name, apiVersion, base } = await client.crd({ schema: SCHEMA });
      const path = `${base}/namespaces/${namespace}/widgets`;
      const held = { ...widget(apiVersion, { size: 1 }), metadata: { name: 'w', finalizers: ['suite.test/hold'] } };
      await client.post(path, held);
      const deleting = await client.delete(`${CRDS}/${name}`);
      expect(valueIn(deleting.body, 'metadata', 'finalizers')).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
      const watching = client.watch(`${CRDS}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D${name}`);
      const widgets = client.watch(`${path}?watch=true&resourceVersion=0`);
      await widgets.until((events) =>
        events.some(({ object }) => valueIn(object, 'metadata', 'deletionTimestamp') !== undefined),
      );
      await client.patch(`${path}/w`, { metadata: { finalizers: null } });
      await watching.until((events) => events.some(({ type }) => type === 'DELETED'));
      watching.stop();
      widgets.stop();
      expect((await client.get(path)).status).toBe(404);
    });

    test('cluster-scoped kinds have no namespace', async () => {
      const { client } = await connected();
      const { apiVersion, base } = await client.crd({ schema: SCHEMA, spec: { scope: 'Cluster' } });
      const created = await client.post(`${base}/widgets`, widget(apiVersion, { size: 1 }));
      expect(created.status).toBe(201);
      expect(names((await client.get(`${base}/widgets`)).body)).toEqual(['w']);
      expect((await client.get(`${base}/namespaces/default/widgets`)).status).toBe(404);
    });
  });
}
