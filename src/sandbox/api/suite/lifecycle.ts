import { describe, expect, test } from 'vitest';
import { type Fields, textIn, valueIn } from '../fields.ts';
import { type Client, configMap } from './client.ts';
import type { Connected } from './describe-api.ts';

const HOLD = 'suite.test/hold';

function ownedBy(owner: Fields, more: Fields = {}): Fields {
  const reference = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: textIn(owner, 'metadata', 'name'),
    uid: textIn(owner, 'metadata', 'uid'),
  };
  return { ownerReferences: [{ ...reference, ...more }] };
}

/** Waits until an object is gone. */
async function gone(client: Client, collection: string, name: string): Promise<void> {
  const { body } = await client.get(collection);
  const version = textIn(body, 'metadata', 'resourceVersion');
  const watching = client.watch(
    `${collection}?watch=true&resourceVersion=${version}&fieldSelector=metadata.name%3D${name}`,
  );
  if ((await client.get(`${collection}/${name}`)).status === 200) {
    await watching.until((events) => events.some(({ type }) => type === 'DELETED'));
  }
  watching.stop();
}

/** Waits until an object has a certain state. */
async function becomes(
  client: Client,
  collection: string,
  name: string,
  state: (object: Fields) => boolean,
): Promise<void> {
  const watching = client.watch(`${collection}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D${name}`);
  await watching.until((events) => events.some(({ object }) => state(object)));
  watching.stop();
}

/** What goes on after a deletion: finalizers, owners and namespaces. */
export function describeLifecycle(connected: Connected): void {
  describe('lifecycle', () => {
    test('finalizers hold an object until the last of them is removed', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', {}, { finalizers: [HOLD] }));
      const deleted = await client.delete(`${path}/a`);
      expect(deleted.body).toMatchObject({
        kind: 'ConfigMap',
        metadata: { deletionGracePeriodSeconds: 0, finalizers: [HOLD] },
      });
      const more = await client.patch(`${path}/a`, { metadata: { finalizers: [HOLD, 'suite.test/late'] } });
      expect(more.status).toBe(422);
      expect(more.body['message']).toContain('no new finalizers can be added if the object is being deleted');
      expect((await client.patch(`${path}/a`, { data: { still: 'here' } })).status).toBe(200);
      expect((await client.patch(`${path}/a`, { metadata: { finalizers: null } })).status).toBe(200);
      expect((await client.get(`${path}/a`)).status).toBe(404);
    });

    test('dependents go after their owner', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body: owner } = await client.post(path, configMap('owner'));
      const { body: child } = await client.post(path, configMap('child', {}, ownedBy(owner)));
      await client.post(path, configMap('grandchild', {}, ownedBy(child)));
      await client.delete(`${path}/owner`, { propagationPolicy: 'Background' });
      await gone(client, path, 'grandchild');
      expect((await client.get(`${path}/child`)).status).toBe(404);
    });

    test('an object whose owner never existed is collected', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const nobody = { metadata: { name: 'nobody', uid: '00000000-0000-4000-8000-000000000000' } };
      await client.post(path, configMap('child', {}, ownedBy(nobody)));
      await gone(client, path, 'child');
    });

    test('a dependent stays while it has another owner, and forgets the lost one', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body: first } = await client.post(path, configMap('first'));
      const { body: second } = await client.post(path, configMap('second'));
      const ownerReferences = [first, second].flatMap((owner) => ownedBy(owner)['ownerReferences']);
      await client.post(path, configMap('child', {}, { ownerReferences }));
      await client.delete(`${path}/first`);
      await becomes(
        client,
        path,
        'child',
        (object) =>
          JSON.stringify(valueIn(object, 'metadata', 'ownerReferences')) ===
          JSON.stringify(ownedBy(second)['ownerReferences']),
      );
    });

    test('a foreground deletion waits for blocking dependents', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body: owner } = await client.post(path, configMap('owner'));
      const held = { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: [HOLD] };
      await client.post(path, configMap('child', {}, held));
      const deleted = await client.delete(`${path}/owner`, { propagationPolicy: 'Foreground' });
      expect(valueIn(deleted.body, 'metadata', 'finalizers')).toEqual(['foregroundDeletion']);
      await becomes(client, path, 'child', (object) => valueIn(object, 'metadata', 'deletionTimestamp') !== undefined);
      expect((await client.get(`${path}/owner`)).status).toBe(200);
      await client.patch(`${path}/child`, { metadata: { finalizers: null } });
      await gone(client, path, 'owner');
    });

    test('an orphaning deletion leaves dependents behind without owner', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const { body: owner } = await client.post(path, configMap('owner'));
      await client.post(path, configMap('child', {}, ownedBy(owner)));
      await client.delete(`${path}/owner`, { propagationPolicy: 'Orphan' });
      await gone(client, path, 'owner');
      const child = await client.get(`${path}/child`);
      expect(child.status).toBe(200);
      expect(valueIn(child.body, 'metadata', 'ownerReferences')).toBeUndefined();
    });

    test('a namespace that is deleted takes its content along and takes no more', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('free'));
      await client.post(path, configMap('held', {}, { finalizers: [HOLD] }));
      const deleted = await client.delete(`/api/v1/namespaces/${namespace}`);
      expect(valueIn(deleted.body, 'status', 'phase')).toBe('Terminating');
      const late = await client.post(path, configMap('late'));
      expect(late.status).toBe(403);
      expect(late.body['message']).toContain(
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      );
      expect(late.body).toMatchObject({ details: { causes: [{ reason: 'NamespaceTerminating' }] } });
      await becomes(client, path, 'held', (object) => valueIn(object, 'metadata', 'deletionTimestamp') !== undefined);
      await client.patch(`${path}/held`, { metadata: { finalizers: null } });
      await gone(client, '/api/v1/namespaces', namespace);
      const missing = await client.post(path, configMap('late'));
      expect(missing.body['message']).toBe(`namespaces "${namespace}" not found`);
    });
  });
}
