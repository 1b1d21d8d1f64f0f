import { describe, expect, test } from 'vitest';
import { textIn, valueIn } from '../fields.ts';
import { configMap, deployment } from './client.ts';
import type { Connected } from './describe-api.ts';

/** Create, read, update and delete, with optimistic concurrency and what the server adds. */
export function describeObjects(connected: Connected): void {
  describe('objects', () => {
    test('a new object gets uid, creation time and version, and is read back the same', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const created = await client.post(path, configMap('a', { k: 'v' }));
      expect(created.status).toBe(201);
      expect(textIn(created.body, 'metadata', 'uid')).toMatch(/^[0-9a-f-]{36}$/);
      expect(textIn(created.body, 'metadata', 'creationTimestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(textIn(created.body, 'metadata', 'resourceVersion')).toMatch(/^\d+$/);
      expect(valueIn(created.body, 'metadata', 'generation')).toBeUndefined();
      expect((await client.get(`${path}/a`)).body).toEqual(created.body);
    });

    test('a name can be taken only once', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a'));
      const again = await client.post(path, configMap('a'));
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({
        kind: 'Status',
        reason: 'AlreadyExists',
        message: 'configmaps "a" already exists',
      });
    });

    test('generateName is completed by five characters', async () => {
      const { client, namespace } = await connected();
      const body = { ...configMap('x'), metadata: { generateName: 'made-' } };
      const created = await client.post(`/api/v1/namespaces/${namespace}/configmaps`, body);
      expect(textIn(created.body, 'metadata', 'name')).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    });

    test.each([
      {
        what: 'an unknown object',
        path: 'apis/apps/v1/namespaces/NS/deployments/x',
        status: 404,
        message: 'deployments.apps "x" not found',
      },
      {
        what: 'an unknown namespaced object of the core group',
        path: 'api/v1/namespaces/NS/configmaps/x',
        status: 404,
        message: 'configmaps "x" not found',
      },
    ])('$what is not found', async ({ path, status, message }) => {
      const { client, namespace } = await connected();
      const reply = await client.get(`/${path.replace('NS', namespace)}`);
      expect(reply.status).toBe(status);
      expect(reply.body).toMatchObject({ status: 'Failure', reason: 'NotFound', code: 404, message });
    });

    test('a path that leads nowhere is not found, inside of built-in groups with a Status', async () => {
      const { client } = await connected();
      for (const path of ['/apis/nowhere.test/v1/things', '/apis/nowhere.test', '/nothing']) {
        const reply = await client.get(path);
        expect([reply.status, reply.text]).toEqual([404, '404 page not found\n']);
      }
      for (const path of ['/api/v1/nothing', '/apis/apps/v1/nothing', '/apis/apps/v9/deployments', '/api/v2']) {
        const reply = await client.get(path);
        expect(reply.status).toBe(404);
        expect(reply.body['message']).toBe('the server could not find the requested resource');
      }
    });

    test.each([
      { name: 'Upper', cause: 'a lowercase RFC 1123 subdomain must consist of' },
      { name: '', cause: 'name or generateName is required' },
    ])('the name "$name" is refused', async ({ name, cause }) => {
      const { client, namespace } = await connected();
      const reply = await client.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap(name));
      expect(reply.status).toBe(422);
      expect(reply.body['message']).toContain(cause);
      expect(reply.body['message']).toContain(`ConfigMap "${name}" is invalid: metadata.name: `);
    });

    test('an update with an outdated version is a conflict', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const first = await client.post(path, deployment('d'));
      await client.patch(`${path}/d`, { metadata: { labels: { a: 'b' } } });
      const late = await client.put(`${path}/d`, first.body);
      expect(late.status).toBe(409);
      expect(late.body).toMatchObject({
        reason: 'Conflict',
        message:
          'Operation cannot be fulfilled on deployments.apps "d": the object has been modified; please apply your changes ' +
          'to the latest version and try again',
      });
      expect((await client.patch(`${path}/d`, { metadata: { resourceVersion: '1' } })).status).toBe(409);
    });

    test('built-in kinds may be updated without a version', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', { k: '1' }));
      const updated = await client.put(`${path}/a`, configMap('a', { k: '2' }));
      expect(updated.status).toBe(200);
      expect(updated.body['data']).toEqual({ k: '2' });
    });

    test('a write that changes nothing keeps the version', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const created = await client.post(path, configMap('a', { k: '1' }));
      const again = await client.put(`${path}/a`, created.body);
      const patched = await client.patch(`${path}/a`, { data: { k: '1' } });
      expect([again.body, patched.body]).toEqual([created.body, created.body]);
    });

    test('name and namespace of the body must fit the path', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a'));
      const other = await client.put(`${path}/a`, configMap('b'));
      expect(other.status).toBe(400);
      expect(other.body['message']).toContain('the name of the object (b');
      const elsewhere = await client.post(path, configMap('c', {}, { namespace: 'default' }));
      expect(elsewhere.status).toBe(400);
      expect(elsewhere.body['message']).toContain('does not match the namespace');
    });

    test('a uid in the body guards against a namesake', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a'));
      const reply = await client.patch(`${path}/a`, { metadata: { uid: 'other' } });
      expect(reply.status).toBe(422);
      expect(reply.body['message']).toBe(
        'ConfigMap "a" is invalid: metadata.uid: Invalid value: "other": field is immutable',
      );
      const put = await client.put(`${path}/a`, configMap('a', {}, { uid: 'other' }));
      expect(put.status).toBe(409);
      expect(put.body['message']).toContain('Precondition failed: UID in precondition: other');
    });

    test('generation counts changes of the content and, for Deployments, of annotations', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const generation = (reply: { body: unknown }) => valueIn(reply.body, 'metadata', 'generation');
      expect(generation(await client.post(path, deployment('d')))).toBe(1);
      expect(generation(await client.patch(`${path}/d`, { metadata: { labels: { a: 'b' } } }))).toBe(1);
      expect(generation(await client.patch(`${path}/d`, { spec: { replicas: 3 } }))).toBe(2);
      expect(generation(await client.patch(`${path}/d/status`, { status: { replicas: 3 } }))).toBe(2);
      expect(generation(await client.patch(`${path}/d`, { metadata: { annotations: { a: 'b' } } }))).toBe(3);
    });

    test('status is written only at its own endpoint, and nothing else is written there', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const created = await client.post(path, { ...deployment('d'), status: { replicas: 9 } });
      expect(created.body['status']).toEqual({});
      const main = await client.patch(`${path}/d`, { status: { replicas: 5 } });
      expect(main.body['status']).toEqual({});
      const put = await client.put(`${path}/d/status`, {
        ...created.body,
        spec: { replicas: 7 },
        status: { replicas: 2 },
      });
      expect(put.status).toBe(200);
      expect(put.body['status']).toEqual({ replicas: 2 });
      expect(valueIn(put.body, 'spec', 'replicas')).toBe(1);
    });

    test('the status endpoint of built-in kinds takes annotations along, and does not count them', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      const patch = { metadata: { labels: { l: 'x' }, annotations: { a: 'x' } }, status: {} };
      const written = await client.patch(`${path}/d/status`, patch);
      expect(written.body).toMatchObject({ metadata: { annotations: { a: 'x' }, generation: 1 } });
      expect(valueIn(written.body, 'metadata', 'labels')).toBeUndefined();
    });

    test('the scale of a deployment is read and written', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d', { replicas: 2 }));
      const scale = await client.get(`${path}/d/scale`);
      expect(scale.body).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name: 'd', namespace },
        spec: { replicas: 2 },
        status: { replicas: 0, selector: 'app=d' },
      });
      const written = await client.put(`${path}/d/scale`, { ...scale.body, spec: { replicas: 4 } });
      expect(written.body['spec']).toEqual({ replicas: 4 });
      expect((await client.patch(`${path}/d/scale`, { spec: { replicas: 0 } })).body['spec']).toEqual({});
      expect(valueIn((await client.get(`${path}/d`)).body, 'spec', 'replicas')).toBe(0);
      const negative = await client.patch(`${path}/d/scale`, { spec: { replicas: -1 } });
      expect(negative.status).toBe(422);
      expect((await client.put(`${path}/d/scale`, scale.body)).status).toBe(409);
    });

    test('a dry run answers like a write and stores nothing', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      expect((await client.post(`${path}?dryRun=All`, configMap('a'))).status).toBe(201);
      expect((await client.get(`${path}/a`)).status).toBe(404);
      await client.post(path, configMap('a', { k: '1' }));
      const patched = await client.patch(`${path}/a?dryRun=All`, { data: { k: '2' } });
      expect(patched.body['data']).toEqual({ k: '2' });
      expect((await client.delete(`${path}/a?dryRun=All`)).status).toBe(200);
      expect((await client.get(`${path}/a`)).body['data']).toEqual({ k: '1' });
    });

    test('writers are told apart by field manager, else by user agent', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      await client.patch(`${path}/d?fieldManager=other`, { spec: { replicas: 2 } });
      const reply = await client.patch(`${path}/d/status`, { status: { replicas: 2 } });
      const entries = valueIn(reply.body, 'metadata', 'managedFields');
      expect(entries).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            manager: 'suite',
            operation: 'Update',
            apiVersion: 'apps/v1',
            fieldsType: 'FieldsV1',
          }),
          expect.objectContaining({ manager: 'other', operation: 'Update' }),
          expect.objectContaining({ manager: 'suite', subresource: 'status' }),
        ]),
      );
    });

    test('a method that a path does not have is refused', async () => {
      const { client, namespace } = await connected();
      const reply = await client.call('PUT', `/api/v1/namespaces/${namespace}/configmaps`, configMap('a'));
      expect(reply.status).toBe(405);
      expect(reply.body['reason']).toBe('MethodNotAllowed');
    });

    test('a body that is no JSON is a bad request, and one of an unknown type isn’t read', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      expect((await client.post(path, '{"kind"')).status).toBe(400);
      expect((await client.call('POST', path, 'a', { 'content-type': 'text/csv' })).status).toBe(415);
    });

    test('objects may be sent as YAML', async () => {
      const { client, namespace } = await connected();
      const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-yaml}\ndata:\n  a: "1"\n';
      const reply = await client.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, text, {
        'content-type': 'application/yaml',
      });
      expect(reply.body['data']).toEqual({ a: '1' });
    });

    test('a deletion answers with what was deleted, and respects preconditions', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body } = await client.post(path, configMap('a'));
      const uid = textIn(body, 'metadata', 'uid');
      expect((await client.delete(`${path}/a`, { preconditions: { uid: 'other' } })).status).toBe(409);
      expect((await client.delete(`${path}/a`, { preconditions: { resourceVersion: '1' } })).status).toBe(409);
      const gone = await client.delete(`${path}/a`, { propagationPolicy: 'Background', preconditions: { uid } });
      expect(gone.body).toMatchObject({
        kind: 'Status',
        status: 'Success',
        details: { name: 'a', kind: 'configmaps', uid },
      });
      expect((await client.delete(`${path}/a`)).status).toBe(404);
    });
  });
}
