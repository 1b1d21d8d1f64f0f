import { describe, expect, test } from 'vitest';
import { fieldItemsIn, textIn, valueIn } from '../fields.ts';
import { configMap, deployment, JSON_PATCH, MERGE, STRATEGIC } from './client.ts';
import type { Connected } from './describe-api.ts';

/** The three kinds of patches at the endpoint; their algebra has tests of its own. */
export function describePatches(connected: Connected): void {
  describe('patches', () => {
    test.each([
      { type: MERGE, patch: { data: { a: null, c: '3' } }, data: { b: '2', c: '3' } },
      { type: STRATEGIC, patch: { data: { a: null, c: '3' } }, data: { b: '2', c: '3' } },
      {
        type: JSON_PATCH,
        patch: [
          { op: 'test', path: '/data/a', value: '1' },
          { op: 'remove', path: '/data/a' },
          { op: 'add', path: '/data/c', value: '3' },
        ],
        data: { b: '2', c: '3' },
      },
    ])('$type changes the data', async ({ type, patch, data }) => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', { a: '1', b: '2' }));
      const reply = await client.patch(`${path}/a`, patch, type);
      expect(reply.status).toBe(200);
      expect(reply.body['data']).toEqual(data);
    });

    test('a failed test of a JSON patch changes nothing and is unprocessable', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', { a: '1' }));
      const patch = [
        { op: 'replace', path: '/data/a', value: '2' },
        { op: 'test', path: '/data/a', value: '3' },
      ];
      expect((await client.patch(`${path}/a`, patch, JSON_PATCH)).status).toBe(422);
      expect((await client.get(`${path}/a`)).body['data']).toEqual({ a: '1' });
      expect((await client.patch(`${path}/a`, { op: 'add' }, JSON_PATCH)).status).toBe(400);
    });

    test('containers merge by name in a strategic patch, and are replaced by a merge patch', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d', {}, { env: [{ name: 'A', value: '1' }] }));
      const change = { spec: { template: { spec: { containers: [{ name: 'main', image: 'podinfo:2.0' }] } } } };
      const strategic = await client.patch(`${path}/d`, change, STRATEGIC);
      const [kept] = fieldItemsIn(strategic.body, 'spec', 'template', 'spec', 'containers');
      expect(kept).toMatchObject({ name: 'main', image: 'podinfo:2.0', env: [{ name: 'A', value: '1' }] });
      const merged = await client.patch(`${path}/d`, change, MERGE);
      const [replaced] = fieldItemsIn(merged.body, 'spec', 'template', 'spec', 'containers');
      expect(replaced?.['env']).toBeUndefined();
    });

    test('new elements of a merged list come where the patch has them', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      const condition = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });
      await client.patch(`${path}/d/status`, condition('Available'), STRATEGIC);
      const reply = await client.patch(`${path}/d/status`, condition('Progressing'), STRATEGIC);
      expect(fieldItemsIn(reply.body, 'status', 'conditions').map((item) => item['type'])).toEqual([
        'Progressing',
        'Available',
      ]);
    });

    test('an element without its merge key is an error', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      const patch = { spec: { template: { spec: { containers: [{ image: 'x' }] } } } };
      const reply = await client.patch(`${path}/d`, patch, STRATEGIC);
      expect(reply.status).toBe(500);
      expect(reply.body['message']).toContain('does not contain declared merge key: name');
    });

    test('a patch of a missing object is not found, one of an unknown type not read', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      expect((await client.patch(`${path}/none`, { data: {} })).status).toBe(404);
      await client.post(path, configMap('a'));
      expect((await client.patch(`${path}/a`, {}, 'application/json')).status).toBe(415);
    });

    test('a patch cannot change what belongs to the server', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const created = await client.post(path, configMap('a'));
      const patch = { metadata: { creationTimestamp: '2000-01-01T00:00:00Z', generation: 7 } };
      const reply = await client.patch(`${path}/a`, patch);
      expect(valueIn(reply.body, 'metadata', 'generation')).toBeUndefined();
      expect(textIn(reply.body, 'metadata', 'creationTimestamp')).toBe(
        textIn(created.body, 'metadata', 'creationTimestamp'),
      );
    });
  });
}
