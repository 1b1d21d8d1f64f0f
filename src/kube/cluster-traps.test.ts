import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { jsonAnswer } from '../sandbox/api/exchange.ts';
import { KindCache } from './cache.ts';
import { ApiError } from './errors.ts';
import { createEventRecorder } from './events.ts';
import { createCluster } from './kube-cluster.ts';
import type { KubeObject } from './object.ts';
import { configMap, embedded } from './testing/embedded.ts';
import { scriptedInformer } from './testing/scripted-informer.ts';
import { lost } from './testing/scripted-transport.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
const ref = { ...kind, namespace: 'default', name: 'a' };
const at = (rv: string, uid = 'u') => ({ ...kind, metadata: { name: 'a', namespace: 'ns', uid, resourceVersion: rv } });
const start = async (seed: KubeObject[] = []) => {
  const world = embedded(seed);
  const cluster = createCluster(world.client, { clock: world.clock, random: () => 0.5 });
  await cluster.watch(kind);
  /** From here on only the answers to writes feed the cache. */
  const mute = async () => {
    world.server.intercept(({ path }) => (path.includes('watch=1') ? jsonAnswer(403, {}) : undefined));
    world.server.cutWatches();
    await world.clock.advance(0);
  };
  return { ...world, cluster, mute };
};

test('1 answer that crosses deletion and list does not come back', () => {
  const cache = new KindCache(new VirtualClock(), () => {});
  cache.replace([], '10');
  cache.put(at('5'));
  expect(cache.list()).toEqual([]);
  cache.put(at('11', 'v'));
  expect(cache.list()).toHaveLength(1);
});

test('2 a deletion of ours is in the cache when its promise resolves', async () => {
  const { cluster, mute } = await start([configMap('a')]);
  await mute();
  let there = true;
  await cluster.delete(ref).then(() => (there = cluster.get(ref) !== undefined));
  expect(there).toBe(false);
});

test('2b an object that finalizers hold stays after its deletion', async () => {
  const held = configMap('a');
  const { cluster, clock } = await start([{ ...held, metadata: { ...held.metadata, finalizers: ['test.dev/x'] } }]);
  await cluster.delete(ref);
  await clock.advance(0);
  expect(cluster.get(ref)?.metadata.deletionTimestamp).toBeDefined();
});

test('3 a kind that stops being served leaves no objects', async () => {
  const { cluster, server, clock } = await start([configMap('a')]);
  server.intercept(({ path }) => (path.includes('configmaps') ? jsonAnswer(404, {}) : undefined));
  server.cutWatches();
  await clock.advance(20_000);
  expect(cluster.state(kind)).toBe('notServed');
  expect(cluster.list(kind)).toEqual([]);
});

test('4 a dry run leaves the cache alone', async () => {
  const { cluster, clock } = await start();
  await cluster.create(configMap('a'), { dryRun: true });
  await clock.advance(0);
  expect(cluster.get(ref)).toBeUndefined();
});

test('5 a listener that throws breaks no write', async () => {
  const { cluster, mute } = await start();
  await mute();
  cluster.onChange(() => {
    throw new Error('defect');
  });
  await expect(cluster.create(configMap('a'))).resolves.toBeDefined();
});

test('6 a lost connection keeps the progress: version and short pauses', async () => {
  const line = { type: 'ADDED', object: { metadata: { name: 'b', resourceVersion: '11' } } };
  const dies = { lines: [line], end: lost(), afterMs: 1_000 };
  const { clock, calls, end } = scriptedInformer({ watches: [dies, dies, dies, dies, {}] }, 0);
  await clock.advance(60_000);
  await end();
  expect(calls.map(({ what }) => what)).toEqual(['list', 'watch 10', 'watch 11', 'watch 11', 'watch 11', 'watch 11']);
  expect(calls.map((c) => c.at)).toEqual([0, 0, 1_400, 2_800, 4_200, 5_600]);
});

test('7 history that is lost again and again is not asked for without a pause', async () => {
  const { clock, calls, end } = scriptedInformer({ watches: [{ end: 410 }] });
  await clock.advance(60_000);
  await end();
  expect(calls.length).toBeLessThan(40);
});

test('8 an event that somebody deleted is made again', async () => {
  const created: KubeObject[] = [];
  const recorder = createEventRecorder({
    clock: new VirtualClock(),
    component: 'x',
    cluster: {
      async create(object) {
        created.push(object);
        return object;
      },
      async patch() {
        throw new ApiError('gone', { code: 404, reason: 'NotFound' });
      },
    },
  });
  recorder.record(at('1'), 'Normal', 'same');
  recorder.record(at('1'), 'Normal', 'same');
  await recorder.flush();
  expect(created).toHaveLength(2);
});

test('9 an own write in another namespace stays out of a cache of one', async () => {
  const world = embedded();
  const cluster = createCluster(world.client, { clock: world.clock, namespace: 'kube-system' });
  await cluster.watch(kind);
  await cluster.create(configMap('a'));
  expect(cluster.get(ref)).toBeUndefined();
});

test('10 an abort while waiting for another try is an ApiError', async () => {
  const { server, client, clock } = await start();
  server.intercept(() => jsonAnswer(429, {}, { 'retry-after': '2' }));
  const stop = new AbortController();
  const call = client.get(ref, stop.signal).catch((e: unknown) => e);
  await clock.advance(500);
  stop.abort();
  await clock.advance(0);
  expect(await call).toBeInstanceOf(ApiError);
});

test('11 the cache of a scaled object knows the scale', async () => {
  const { cluster, client, clock, mute } = await start();
  const d = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  };
  await client.create(d);
  await cluster.watch({ apiVersion: 'apps/v1', kind: 'Deployment' });
  const dref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'd' };
  await mute();
  const seen = await cluster
    .patch(dref, { spec: { replicas: 3 } }, { subresource: 'scale' })
    .then(() => cluster.get(dref)?.['spec']);
  expect(seen).toMatchObject({ replicas: 3 });
  await clock.advance(0);
});
