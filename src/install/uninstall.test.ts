import { describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { ApiError } from '../kube/errors.ts';
import { type KubeObject, refOf } from '../kube/object.ts';
import { install } from './install.ts';
import { installedParts } from './installed.ts';
import { orphan, ownedObjects } from './orphans.ts';
import { inTime, type TestCluster, testCluster } from './testing/cluster.ts';
import { canaryIn, deploymentOf, namespaceOf, ownedBy } from './testing/objects.ts';
import { optionsWith } from './testing/options.ts';
import { type Removal, unfinishedCanaries, uninstall } from './uninstall.ts';

const place = { name: 'sluice', namespace: 'sluice-system' };
const canaryRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'shop', name: 'app' };

/** A cluster with an installation and a Canary that owns a primary, a Service and a config. */
async function running(
  phase = 'Succeeded',
  finalizers: readonly string[] = [],
  values: object = {},
): Promise<TestCluster> {
  const seed = [...customResourceDefinitions(), namespaceOf('shop')];
  const cluster = testCluster({ seed });
  const { client } = cluster;
  const options = optionsWith({ meshProvider: 'nginx', ...values });
  await install({ ...cluster, options, dryRun: false, timeoutMs: 1_000, onApplied: () => {} });
  const { status, ...wanted } = canaryIn('shop', phase, finalizers);
  const canary = await client.create(wanted);
  await client.patch(canaryRef, { status: status as { phase: string } }, { subresource: 'status' });
  const ownerReferences = [ownedBy(canary)];
  const metadata = (name: string) => ({ name, namespace: 'shop', ownerReferences });
  await client.create({ ...deploymentOf('shop', 'app-primary', 'app:1'), metadata: metadata('app-primary') });
  await client.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('app'),
    spec: { ports: [{ port: 80 }], selector: { app: 'app-primary' } },
  });
  await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('conf-primary'), data: {} });
  return cluster;
}

function removal(cluster: TestCluster, more: Partial<Removal> = {}): { work: Removal; done: string[] } {
  const done: string[] = [];
  const onDone: Removal['onDone'] = (what, ref) => done.push(`${what} ${ref.kind} ${ref.name}`);
  return { work: { ...cluster, place, definitions: false, dryRun: false, timeoutMs: 5_000, onDone, ...more }, done };
}

async function isThere(cluster: TestCluster, object: Pick<KubeObject, 'apiVersion' | 'kind'>, name: string) {
  try {
    return await cluster.client.get({ ...object, namespace: 'shop', name });
  } catch (error) {
    if (ApiError.is(error) && error.code === 404) return undefined;
    throw error;
  }
}

/** A pod with the labels of the installation. */
async function controllerPod({ client }: TestCluster, name: string, phase: string): Promise<void> {
  const labels = { 'app.kubernetes.io/part-of': 'sluice', 'app.kubernetes.io/instance': 'sluice' };
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'sluice-system', name };
  const spec = { containers: [{ name: 'sluice', image: 'sluice' }] };
  await client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'sluice-system', labels },
    spec,
  });
  await client.patch(ref, { status: { phase } }, { subresource: 'status' });
}

const service = { apiVersion: 'v1', kind: 'Service' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

describe('without the definitions', () => {
  test('every part goes, the controller first, and canaries keep what they own', async () => {
    const cluster = await running();
    const { work, done } = removal(cluster);
    const left = await uninstall(work);
    expect(done[0]).toBe('stopped Deployment sluice');
    expect(await installedParts(cluster.client, place)).toEqual([]);
    expect(left.canaries).toHaveLength(1);
    expect(left.serving.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Deployment', 'Service']);
    expect(await isThere(cluster, canaryRef, 'app')).toBeDefined();
    expect((await isThere(cluster, service, 'app'))?.metadata.ownerReferences).toHaveLength(1);
  });

  test('nothing is removed while a pod of the controller is still there', async () => {
    const cluster = await running();
    await controllerPod(cluster, 'sluice-1', 'Running');
    const { work, done } = removal(cluster);
    await expect(inTime(cluster.clock, uninstall(work))).rejects.toThrow('the controller did not stop in time');
    expect(done).toEqual([]);
  });

  test.each(['Failed', 'Succeeded'])(
    'a pod that ended as %s, such as an evicted one, is not waited for',
    async (phase) => {
      const cluster = await running();
      await controllerPod(cluster, 'sluice-evicted', phase);
      const { work, done } = removal(cluster);
      await inTime(cluster.clock, uninstall(work));
      expect(done).toContain('removed Deployment sluice');
    },
  );

  test('what is not there is nothing to do', async () => {
    const { work, done } = removal(testCluster());
    expect(await uninstall(work)).toEqual({ canaries: [], serving: [] });
    expect(done).toEqual([]);
  });
});

describe('with the definitions', () => {
  test('what canaries own outlives them, and their finalizers wait for nobody', async () => {
    const cluster = await running('Succeeded', ['finalizer.flagger.app']);
    const { work, done } = removal(cluster, { definitions: true });
    await inTime(cluster.clock, uninstall(work));
    expect(done).toContain('released Service app');
    expect(done.indexOf('released Deployment app-primary')).toBeLessThan(done.indexOf('removed Canary app'));
    await expect(cluster.client.list(canaryRef)).rejects.toMatchObject({ code: 404 });
    for (const [kind, name] of [
      [service, 'app'],
      [deployment, 'app-primary'],
      [configMap, 'conf-primary'],
    ] as const) {
      const object = await isThere(cluster, kind, name);
      expect(object?.metadata.ownerReferences ?? []).toEqual([]);
      expect(object).toBeDefined();
    }
    expect(await ownedObjects(cluster.client, 'shop')).toEqual([]);
  });

  test("somebody else's finalizer is left to them, and said to hold the Canary", async () => {
    const cluster = await running('Succeeded', ['finalizer.flagger.app', 'example.com/audit']);
    const { work } = removal(cluster, { definitions: true });
    await expect(inTime(cluster.clock, uninstall(work))).rejects.toThrow('some Canaries were not deleted in time');
    const { items } = await cluster.client.list(canaryRef);
    expect(items[0]?.metadata.finalizers).toContain('example.com/audit');
    expect(items[0]?.metadata.finalizers).not.toContain('finalizer.flagger.app');
  });

  test('a dry run tells the same and changes nothing', async () => {
    const cluster = await running();
    const before = cluster.requests.length;
    const { work, done } = removal(cluster, { definitions: true, dryRun: true });
    await uninstall(work);
    expect(done).toEqual(
      expect.arrayContaining(['stopped Deployment sluice', 'released Service app', 'removed Canary app']),
    );
    const writes = cluster.requests.slice(before).filter((request) => !request.startsWith('GET'));
    expect(writes.filter((request) => request.startsWith('PATCH'))).toEqual([]);
    expect(await isThere(cluster, canaryRef, 'app')).toBeDefined();
    expect(await installedParts(cluster.client, place)).not.toEqual([]);
  });
});

describe('taking an object out of the ownership of its Canary', () => {
  test('is tried again when somebody else wrote in between', async () => {
    const cluster = await running();
    const stale = await cluster.client.get({ ...service, namespace: 'shop', name: 'app' });
    await cluster.client.patch(refOf(stale), { metadata: { labels: { changed: 'yes' } } });
    await orphan(cluster.client, stale);
    const { metadata } = await cluster.client.get(refOf(stale));
    expect(metadata).toMatchObject({ labels: { changed: 'yes' } });
    expect(metadata.ownerReferences ?? []).toEqual([]);
  });

  test('leaves other owners, and is done with an object that is gone', async () => {
    const cluster = await running();
    const object = await cluster.client.get({ ...configMap, namespace: 'shop', name: 'conf-primary' });
    const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'u' };
    await orphan(cluster.client, {
      ...object,
      metadata: { ...object.metadata, ownerReferences: [...(object.metadata.ownerReferences ?? []), other] },
    });
    expect((await cluster.client.get(refOf(object))).metadata.ownerReferences).toEqual([other]);
    await cluster.client.delete(refOf(object));
    await expect(orphan(cluster.client, object)).resolves.toBeUndefined();
  });
});

describe('an installation for a single namespace', () => {
  const forbidden = { status: 403, headers: {}, body: JSON.stringify({ message: 'no', reason: 'Forbidden' }) };
  const namespaces = /\/namespaces\/(?:sluice-system|shop)\//;

  /** The cluster as somebody sees it who may do everything in some namespaces, and nothing elsewhere. */
  async function ownersView(within = namespaces): Promise<TestCluster> {
    const cluster = await running('Succeeded', [], { namespace: 'shop' });
    await cluster.client.create(namespaceOf('bank'));
    const { status: _, ...stranger } = canaryIn('bank', '');
    await cluster.client.create(stranger);
    const status = { phase: 'Progressing', canaryWeight: 10, failedChecks: 0, iterations: 0 };
    await cluster.client.patch({ ...canaryRef, namespace: 'bank' }, { status }, { subresource: 'status' });
    return cluster.seenWith(({ path }) =>
      within.test(path) || !path.split('?')[0]?.match(/\/v1(?:\w+)?\/./) ? undefined : forbidden,
    );
  }

  test('is removed with all of its parts by who owns the two namespaces alone', async () => {
    const cluster = await ownersView();
    const { work, done } = removal(cluster);
    const left = await uninstall(work);
    expect(left.canaries.map(({ metadata }) => metadata.namespace)).toEqual(['shop']);
    expect(left.serving).toHaveLength(3);
    expect(done).toContain('removed RoleBinding sluice-core');
    const everyone = cluster.seenWith(() => undefined);
    expect(await installedParts(everyone.client, place)).toEqual([]);
  });

  test('knows its namespace also after a removal that was broken off', async () => {
    const cluster = (await ownersView()).seenWith(() => undefined);
    await cluster.client.delete({ ...deployment, namespace: 'sluice-system', name: 'sluice' });
    const left = await uninstall(removal(cluster).work);
    expect(left.canaries.map(({ metadata }) => metadata.namespace)).toEqual(['shop']);
  });

  test.each([
    { what: 'Canaries', path: /\/canaries/, definitions: false },
    { what: 'objects of Canaries', path: /\/shop\/ingresses/, definitions: false },
    { what: 'pods', path: /\/pods/, definitions: false },
    { what: 'definitions', path: /\/customresourcedefinitions/, definitions: true },
  ])('is not stopped by who may not list the $what', async ({ path, definitions }) => {
    const cluster = await running('Succeeded', [], { namespace: 'shop' });
    const view = cluster.seenWith((request) => (path.test(request.path) ? forbidden : undefined));
    const { work, done } = removal(view, { definitions });
    await expect(uninstall(work)).rejects.toMatchObject({ code: 403 });
    expect(done).toEqual([]);
    expect(view.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });
});

test('what the controller still made while it was being stopped is set free, too', async () => {
  const cluster = await running();
  const canary = await cluster.client.get(canaryRef);
  const metadata = { name: 'late', namespace: 'shop', ownerReferences: [ownedBy(canary)] };
  let late: Promise<unknown> | undefined;
  const view = cluster.seenWith(({ method, path }) => {
    if (method === 'PATCH' && path.includes('/deployments/sluice')) {
      late = cluster.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} });
    }
    return undefined;
  });
  const { work, done } = removal(view, { definitions: true });
  await inTime(cluster.clock, uninstall(work));
  await late;
  expect(done).toContain('released ConfigMap late');
});

test('who may only look into the namespace of the installation removes what is there', async () => {
  const forbidden = { status: 403, headers: {}, body: JSON.stringify({ message: 'no', reason: 'Forbidden' }) };
  const everywhere = /\/(?:cluster)?roles?(?:binding)?s\?|\/servicemonitors\?/;
  const cluster = testCluster({
    answer: ({ path }) => (everywhere.test(path) && !path.includes('/namespaces/') ? forbidden : undefined),
  });
  const labels = { 'app.kubernetes.io/part-of': 'sluice', 'app.kubernetes.io/instance': 'sluice' };
  await cluster.client.create(namespaceOf('sluice-system'));
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'sluice-core', namespace: 'sluice-system', labels };
  await cluster.client.create({ apiVersion, kind: 'Role', metadata });
  await cluster.client.create({
    apiVersion,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'sluice-core' },
    subjects: [{ kind: 'ServiceAccount', name: 'sluice', namespace: 'sluice-system' }],
  });
  const parts = await installedParts(cluster.client, place);
  expect(parts.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding']);
});

test.each([
  { phase: 'Progressing', unfinished: true },
  { phase: 'WaitingPromotion', unfinished: true },
  { phase: 'Promoting', unfinished: true },
  { phase: 'Succeeded', unfinished: false },
  { phase: 'Failed', unfinished: false },
  { phase: 'Waiting', unfinished: false },
])('a canary that is $phase is in the middle of a run: $unfinished', async ({ phase, unfinished }) => {
  const cluster = await running(phase);
  expect((await unfinishedCanaries(cluster.client)).map(([, found]) => found)).toEqual(unfinished ? [phase] : []);
  expect(await unfinishedCanaries(cluster.client, 'default')).toEqual([]);
});
