import { expect, test } from 'vitest';
import { jsonAnswer } from '../sandbox/api/exchange.ts';
import { inProcessTransport } from '../sandbox/api/in-process.ts';
import { Client } from './client.ts';
import { createCluster } from './kube-cluster.ts';
import type { KubeObject } from './object.ts';
import { configMap, type Embedded, embedded } from './testing/embedded.ts';
import type { Transport } from './transport.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const ref = { ...kind, namespace: 'default', name: 'a' };
const gizmoKind = { apiVersion: 'test.dev/v1', kind: 'Gizmo' };

const gizmoDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.test.dev' },
  spec: {
    group: 'test.dev',
    scope: 'Namespaced',
    names: { plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', listKind: 'GizmoList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

function start(world: Embedded, namespace?: string) {
  const troubles: unknown[] = [];
  const cluster = createCluster(world.client, {
    clock: world.clock,
    namespace,
    random: () => 0.5,
    onTrouble: (_, error) => troubles.push(error),
  });
  const told: string[] = [];
  cluster.onChange(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
  return { cluster, told, troubles };
}

const version = (object: KubeObject | undefined) => Number(object?.metadata.resourceVersion);
const text = (object: KubeObject | undefined) => object?.['data'];

test('what was there is in the cache when watching has begun, and every change is told', async () => {
  const world = embedded([configMap('a')]);
  const { cluster, told } = start(world);
  expect(cluster.state(kind)).toBe('unwatched');
  expect(await cluster.watch(kind)).toBe('synced');
  expect(cluster.get(ref)?.metadata.name).toBe('a');
  await world.client.create(configMap('b'));
  await world.client.patch(ref, { data: { k: 'v' } });
  await world.client.delete(ref);
  await world.clock.advance(0);
  expect(cluster.list(kind, 'default').map(({ metadata }) => metadata.name)).toContain('b');
  expect(cluster.get(ref)).toBeUndefined();
  expect(told.filter((each) => !each.includes('kube-root'))).toEqual(['added a', 'added b', 'changed a', 'deleted a']);
  await cluster.close();
});

test('watching a kind twice runs one informer', async () => {
  const world = embedded();
  const { cluster } = start(world);
  await Promise.all([cluster.watch(kind), cluster.watch(kind)]);
  expect(world.requests.filter((path) => path.includes('limit='))).toHaveLength(1);
  await cluster.close();
});

test('the answer to each write is in the cache when its promise resolves', async () => {
  const world = embedded();
  const { cluster } = start(world);
  await cluster.watch(kind);
  const created = await cluster.create(configMap('a', { k: '1' }));
  expect(version(cluster.get(ref))).toBe(version(created));
  const updated = await cluster.update({ ...created, data: { k: '2' } });
  expect(version(cluster.get(ref))).toBe(version(updated));
  expect(text(cluster.get(ref))).toEqual({ k: '2' });
  await cluster.patch(ref, { data: { k: '3' } });
  expect(text(cluster.get(ref))).toEqual({ k: '3' });
  await cluster.close();
});

test('events from before a write do not take it back', async () => {
  const world = embedded([configMap('a')]);
  const { cluster } = start(world);
  await cluster.watch(kind);
  const seen: number[] = [];
  cluster.onChange(({ object }) => {
    if (object.metadata.name === 'a') seen.push(version(object));
  });
  for (let i = 0; i < 20; i++) {
    const written = await cluster.patch(ref, { data: { k: String(i) } });
    expect(version(cluster.get(ref))).toBeGreaterThanOrEqual(version(written));
  }
  await world.clock.advance(0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBe(seen.length);
  await cluster.close();
});

test('writes of kinds that are not watched go through and leave no trace', async () => {
  const world = embedded();
  const { cluster, told } = start(world);
  await cluster.create(configMap('a'));
  expect((await cluster.read(ref))?.metadata.name).toBe('a');
  expect(cluster.get(ref)).toBeUndefined();
  expect(told).toEqual([]);
  await cluster.close();
});

test('a refused write rejects and leaves the cache alone', async () => {
  const world = embedded([configMap('a', { k: '1' })]);
  const { cluster } = start(world);
  await cluster.watch(kind);
  const stale = { ...configMap('a'), metadata: { name: 'a', namespace: 'default', resourceVersion: '1' } };
  await expect(cluster.update(stale)).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
  await expect(cluster.create(configMap('a'))).rejects.toMatchObject({ reason: 'AlreadyExists' });
  expect(text(cluster.get(ref))).toEqual({ k: '1' });
  await cluster.close();
});

test('reading past the cache says undefined for what does not exist, and rejects for the rest', async () => {
  const world = embedded();
  const { cluster } = start(world);
  expect(await cluster.read(ref)).toBeUndefined();
  world.server.intercept(() => jsonAnswer(403, {}));
  await expect(cluster.read(ref)).rejects.toMatchObject({ code: 403 });
  await cluster.close();
});

test('deleting what is gone is fine; deleting a namesake is not done', async () => {
  const world = embedded([configMap('a')]);
  const { cluster } = start(world);
  await expect(cluster.delete(ref, { uid: 'another' })).rejects.toMatchObject({ reason: 'Conflict' });
  await cluster.delete(ref);
  await cluster.delete(ref);
  expect(await cluster.read(ref)).toBeUndefined();
  await cluster.close();
});

test('a cache of metadata holds no content, whether it came by list, watch or write', async () => {
  const world = embedded([configMap('a', { secret: '1' })]);
  const { cluster } = start(world);
  await cluster.watch(kind, { metadataOnly: true });
  await world.client.create(configMap('b', { secret: '2' }));
  await cluster.create(configMap('c', { secret: '3' }));
  await world.clock.advance(0);
  for (const name of ['a', 'b', 'c']) {
    const object = cluster.get({ ...ref, name });
    expect(object?.kind).toBe('ConfigMap');
    expect(object).not.toHaveProperty('data');
  }
  await cluster.close();
});

test('one namespace is watched when one is asked for', async () => {
  const world = embedded([configMap('a')]);
  const { cluster } = start(world, 'kube-system');
  await cluster.watch(kind);
  expect(cluster.get(ref)).toBeUndefined();
  expect(world.requests.some((path) => path.includes('/namespaces/kube-system/configmaps?'))).toBe(true);
  await cluster.close();
});

test('a kind that is not served says so, and is found within 30 s of being installed', async () => {
  const world = embedded();
  const { cluster, told } = start(world);
  expect(await cluster.watch(gizmoKind)).toBe('notServed');
  expect(cluster.state(gizmoKind)).toBe('notServed');
  await world.client.create(gizmoDefinition);
  await world.clock.advance(31_000);
  expect(cluster.state(gizmoKind)).toBe('synced');
  expect(told).toContain('changed test.dev/v1/Gizmo');
  await cluster.close();
});

test('nothing is lost when watches are cut, history is forgotten, and the server stumbles', async () => {
  const world = embedded([configMap('a')]);
  const { cluster, told } = start(world);
  await cluster.watch(kind);
  const heal = world.server.intercept(({ path }) => (path.includes('watch=1') ? jsonAnswer(500, {}) : undefined));
  world.server.cutWatches();
  await world.client.create(configMap('b'));
  await world.client.delete(ref);
  world.server.compact();
  await world.client.create(configMap('a', { again: 'yes' }));
  await world.clock.advance(5_000);
  heal();
  await world.clock.advance(60_000);
  expect(text(cluster.get(ref))).toEqual({ again: 'yes' });
  expect(cluster.get({ ...ref, name: 'b' })).toBeDefined();
  // the second `a` is another object under the same name
  expect(told.slice(-3).sort()).toEqual(['added a', 'added b', 'deleted a']);
  await cluster.close();
});

test('a busy server is waited for, as long as it asks', async () => {
  const world = embedded([configMap('a')]);
  let refusals = 0;
  world.server.intercept(() => (refusals++ < 3 ? jsonAnswer(429, {}, { 'retry-after': '1' }) : undefined));
  const { cluster } = start(world);
  const watching = cluster.watch(kind);
  await world.clock.advance(4_000);
  expect(await watching).toBe('synced');
  await cluster.close();
});

test('an idle cluster costs one watch per kind and no other request', async () => {
  const world = embedded();
  const { cluster, troubles } = start(world);
  await cluster.watch(kind);
  await world.clock.advance(0);
  const before = world.requests.length;
  await world.clock.advance(3_600_000);
  const since = world.requests.slice(before);
  expect(since.every((path) => path.includes('watch=1'))).toBe(true);
  expect(since).toHaveLength(8);
  expect(troubles).toEqual([]);
  await cluster.close();
});

test('closing ends the informers', async () => {
  const world = embedded();
  const { cluster } = start(world);
  await cluster.watch(kind);
  await cluster.close();
  const before = world.requests.length;
  await world.clock.advance(3_600_000);
  expect(world.requests).toHaveLength(before);
});

test('what the cache keeps of an answer to a write has no managed fields either', async () => {
  const world = embedded([configMap('a')]);
  const transport = inProcessTransport(world.server);
  const managing: Transport = {
    ...transport,
    async send(request) {
      const answer = await transport.send(request);
      if (request.method !== 'PATCH') return answer;
      return { ...answer, body: answer.body.replace('"metadata":{', '"metadata":{"managedFields":[{}],') };
    },
  };
  const client = new Client(managing, { clock: world.clock });
  const cluster = createCluster(client, { clock: world.clock, random: () => 0.5 });
  await cluster.watch(kind);
  const answer = await cluster.patch(ref, { data: { k: 'v' } });
  expect(answer.metadata).toHaveProperty('managedFields');
  expect(text(cluster.get(ref))).toEqual({ k: 'v' });
  expect(cluster.get(ref)?.metadata).not.toHaveProperty('managedFields');
  await cluster.close();
});

test('a write that is told as a deletion leaves no lag behind', async () => {
  const world = embedded([configMap('a')]);
  const { cluster } = start(world);
  await cluster.watch(kind);
  await cluster.patch(ref, { metadata: { finalizers: ['sluice.dev/test'] } });
  await world.clock.advance(0);
  await cluster.delete(ref);
  await world.clock.advance(0);
  await cluster.patch(ref, { metadata: { finalizers: null } });
  await world.clock.advance(60_000);
  expect([...cluster.watchLags()].map(({ ms }) => ms)).toEqual([0]);
});
