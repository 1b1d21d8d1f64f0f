import { describe, expect, test } from 'vitest';
import { itemsIn, textIn, valueIn } from '../fields.ts';
import { type Client, configMap, names } from './client.ts';
import type { Connected } from './describe-api.ts';

const PARTIAL = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

async function filled(client: Client, namespace: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  for (const [name, tier] of [
    ['a', 'web'],
    ['b', 'db'],
    ['c', 'web'],
    ['d', undefined],
  ] as const) {
    await client.post(path, configMap(name, {}, tier === undefined ? {} : { labels: { tier } }));
  }
  return path;
}

/** Lists: selectors, pages, versions and the forms of answers. */
export function describeLists(connected: Connected): void {
  describe('lists', () => {
    test.each([
      { query: '', found: ['a', 'b', 'c', 'd'] },
      { query: 'labelSelector=tier%3Dweb', found: ['a', 'c'] },
      { query: 'labelSelector=tier%3D%3Dweb', found: ['a', 'c'] },
      { query: 'labelSelector=tier!%3Dweb', found: ['b', 'd'] },
      { query: 'labelSelector=tier', found: ['a', 'b', 'c'] },
      { query: 'labelSelector=!tier', found: ['d'] },
      { query: `labelSelector=${encodeURIComponent('tier in (web, db)')}`, found: ['a', 'b', 'c'] },
      { query: `labelSelector=${encodeURIComponent('tier notin (web)')}`, found: ['b', 'd'] },
      { query: `labelSelector=${encodeURIComponent('tier,tier!=db')}`, found: ['a', 'c'] },
      { query: 'fieldSelector=metadata.name%3Db', found: ['b'] },
      { query: 'fieldSelector=metadata.name!%3Db', found: ['a', 'c', 'd'] },
      { query: 'resourceVersion=0', found: ['a', 'b', 'c', 'd'] },
    ])('"$query" finds $found', async ({ query, found }) => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const reply = await client.get(`${path}?${query}`);
      // a real cluster puts a config map of its own into each namespace
      const mine = names(reply.body).filter((name) => name !== 'kube-root-ca.crt');
      expect(mine).toEqual(found);
      expect(reply.body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    });

    test.each([
      {
        query: 'fieldSelector=spec.unknown%3Dx',
        message: '"spec.unknown" is not a known field selector: only "metadata.name"',
      },
      { query: `labelSelector=${encodeURIComponent('a b')}`, message: 'unable to parse requirement' },
      { query: 'continue=nonsense', message: 'continue key is not valid' },
    ])('"$query" is a bad request', async ({ query, message }) => {
      const { client, namespace } = await connected();
      const reply = await client.get(`/api/v1/namespaces/${namespace}/configmaps?${query}`);
      expect(reply.status).toBe(400);
      expect(reply.body['message']).toContain(message);
    });

    test('pages show one state of the collection, however it changes meanwhile', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const query = 'limit=2&labelSelector=tier';
      const first = await client.get(`${path}?${query}`);
      expect(names(first.body)).toEqual(['a', 'b']);
      const token = textIn(first.body, 'metadata', 'continue') ?? '';
      await client.delete(`${path}/c`);
      const second = await client.get(`${path}?${query}&continue=${encodeURIComponent(token)}`);
      expect(names(second.body)).toEqual(['c']);
      expect(textIn(second.body, 'metadata', 'continue')).toBeUndefined();
      expect(textIn(second.body, 'metadata', 'resourceVersion')).toBe(
        textIn(first.body, 'metadata', 'resourceVersion'),
      );
    });

    test('the number of remaining objects is told only without selectors', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const plain = await client.get(`${path}?limit=1`);
      expect(valueIn(plain.body, 'metadata', 'remainingItemCount')).toBeGreaterThanOrEqual(3);
      const selected = await client.get(`${path}?limit=1&labelSelector=tier`);
      expect(valueIn(selected.body, 'metadata', 'remainingItemCount')).toBeUndefined();
    });

    test('an exact version shows the past', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const before = await client.get(`${path}?labelSelector=tier`);
      await client.delete(`${path}/a`);
      await client.patch(`${path}/b`, { metadata: { labels: { tier: null } } });
      const version = textIn(before.body, 'metadata', 'resourceVersion');
      const past = await client.get(`${path}?labelSelector=tier&resourceVersion=${version}&resourceVersionMatch=Exact`);
      expect(itemsIn(past.body, 'items')).toEqual(itemsIn(before.body, 'items'));
    });

    test.each([
      { query: 'resourceVersionMatch=Exact', status: 422 },
      { query: 'resourceVersionMatch=Exact&resourceVersion=0', status: 422 },
      { query: 'resourceVersionMatch=Sometimes&resourceVersion=5', status: 422 },
      { query: 'sendInitialEvents=true', status: 422 },
      { query: 'watch=true&sendInitialEvents=true', status: 422 },
      { query: 'watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1', status: 422 },
      { query: 'resourceVersion=-1', status: 400 },
      { query: 'limit=x', status: 400 },
      { query: 'resourceVersionMatch=NotOlderThan&resourceVersion=999999999999', status: 504 },
    ])('"$query" is refused with $status', async ({ query, status }) => {
      const { client, namespace } = await connected();
      expect((await client.get(`/api/v1/namespaces/${namespace}/configmaps?${query}`)).status).toBe(status);
    });

    test('all namespaces can be listed at once', async () => {
      const { client, namespace } = await connected();
      await filled(client, namespace);
      const reply = await client.get(`/api/v1/configmaps?labelSelector=${encodeURIComponent('tier=db')}`);
      const found = itemsIn(reply.body, 'items').map((item) => textIn(item, 'metadata', 'namespace'));
      expect(found).toContain(namespace);
    });

    test('only metadata is sent when asked for', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const list = await client.get(`${path}?labelSelector=tier`, PARTIAL);
      expect(list.body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
      expect(itemsIn(list.body, 'items')[0]).toMatchObject({ metadata: { name: 'a', labels: { tier: 'web' } } });
      expect(valueIn(itemsIn(list.body, 'items')[0], 'data')).toBeUndefined();
      const one = await client.get(`${path}/a`, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io');
      expect(one.body).toMatchObject({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { name: 'a' },
      });
    });

    test('a table has a row per object with its columns', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      const table = await client.get(`${path}?labelSelector=tier%3Ddb`, TABLE);
      expect(table.body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      const columns = itemsIn(table.body, 'columnDefinitions').map((column) => textIn(column, 'name'));
      expect(columns).toEqual(['Name', 'Data', 'Age']);
      const [row] = itemsIn(table.body, 'rows');
      expect(itemsIn(row, 'cells').slice(0, 1)).toEqual(['b']);
      expect(valueIn(row, 'object', 'kind')).toBe('PartialObjectMetadata');
    });

    test('a form that does not exist is not acceptable', async () => {
      const { client, namespace } = await connected();
      expect((await client.get(`/api/v1/namespaces/${namespace}/configmaps`, 'text/csv')).status).toBe(406);
    });

    test('a collection is deleted by selector', async () => {
      const { client, namespace } = await connected();
      const path = await filled(client, namespace);
      expect((await client.delete(`${path}?labelSelector=tier%3Dweb`)).status).toBe(200);
      expect(names((await client.get(`${path}?labelSelector=tier`)).body)).toEqual(['b']);
    });
  });
}
