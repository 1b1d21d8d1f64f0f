import { describe, expect, test } from 'vitest';
import { type KubeObject, refOf } from '../kube/object.ts';
import { install } from './install.ts';
import { boundRoles, installedParts, type Place } from './installed.ts';
import { type TestCluster, testCluster } from './testing/cluster.ts';
import { namespaceOf } from './testing/objects.ts';
import { optionsWith } from './testing/options.ts';
import { uninstall } from './uninstall.ts';

const teamA: Place = { name: 'sluice', namespace: 'team-a' };
const teamB: Place = { name: 'sluice', namespace: 'team-b' };

async function installAt(cluster: TestCluster, place: Place, given: object = {}): Promise<string[]> {
  const done: string[] = [];
  const options = optionsWith({ meshProvider: 'nginx', ...given }, place);
  await install({
    ...cluster,
    options,
    dryRun: false,
    timeoutMs: 1_000,
    onApplied: ({ ref, outcome }) => done.push(`${outcome} ${ref.kind} ${ref.namespace ?? ''}/${ref.name}`),
  });
  return done;
}

/** Parts as `<kind> <namespace>/<name>`. */
async function partsAt(cluster: TestCluster, place: Place): Promise<string[]> {
  const parts = await installedParts(cluster.client, place);
  return parts.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
}

describe('an installation of the same name in another namespace', () => {
  test('has parts of its own, the roles of both in the cluster', async () => {
    const cluster = testCluster();
    await installAt(cluster, teamA);
    const before = await partsAt(cluster, teamA);
    expect(before).toContain('ClusterRole /sluice-nginx');
    expect(before).toContain('ClusterRoleBinding /sluice-nginx');
    expect(await partsAt(cluster, teamB)).toEqual([]);
    const done = await installAt(cluster, teamB, { namespace: 'team-b' });
    expect(done.filter((line) => line.startsWith('removed'))).toEqual([]);
    expect(await partsAt(cluster, teamA)).toEqual(before);
    expect(await partsAt(cluster, teamB)).toContain('Role team-b/sluice-nginx');
  });

  test('keeps its permissions, wherever they are, when the other one is removed', async () => {
    const cluster = testCluster({ seed: ['shop', 'bank'].map(namespaceOf) });
    await installAt(cluster, teamA, { namespace: 'shop' });
    await installAt(cluster, teamB, { namespace: 'bank' });
    const before = await partsAt(cluster, teamA);
    expect(before).toContain('RoleBinding shop/sluice-core');
    await uninstall({
      ...cluster,
      place: teamB,
      definitions: false,
      dryRun: false,
      timeoutMs: 1_000,
      onDone: () => {},
    });
    expect(await partsAt(cluster, teamB)).toEqual([]);
    expect(await partsAt(cluster, teamA)).toEqual(before);
  });

  test('keeps its monitor in a namespace that both use', async () => {
    const cluster = testCluster({ seed: [namespaceOf('monitoring')] });
    const monitored = { serviceMonitor: { enabled: true, namespace: 'monitoring' } };
    await installAt(cluster, teamA, monitored);
    expect(await partsAt(cluster, teamA)).toContain('ServiceMonitor monitoring/sluice');
    expect(await partsAt(cluster, teamB)).toEqual([]);
  });
});

test('a role goes before its binding, which tells whose it is to whoever goes on', async () => {
  const cluster = testCluster();
  await installAt(cluster, teamA);
  const kinds = (await installedParts(cluster.client, teamA)).map(({ kind }) => kind);
  expect(kinds.lastIndexOf('ClusterRole')).toBeLessThan(kinds.indexOf('ClusterRoleBinding'));
  expect(kinds.lastIndexOf('Role')).toBeLessThan(kinds.indexOf('RoleBinding'));
});

test('what is left in the cluster of an installation whose namespace was deleted is still found', async () => {
  const cluster = testCluster();
  await installAt(cluster, teamA);
  const left = ['ClusterRole', 'ClusterRoleBinding'];
  const isGone = ({ kind }: KubeObject) => !left.includes(kind);
  for (const object of (await installedParts(cluster.client, teamA)).filter(isGone)) {
    await cluster.client.delete(refOf(object));
  }
  const kinds = (await installedParts(cluster.client, teamA)).map(({ kind }) => kind);
  expect([...new Set(kinds)]).toEqual(left);
});

test('the roles that are bound are known by the bindings alone', async () => {
  const cluster = testCluster({ seed: [namespaceOf('shop')] });
  await installAt(cluster, teamA, { namespace: 'shop' });
  await installAt(cluster, teamB, { meshProvider: 'istio' });
  const before = cluster.requests.length;
  const names = await boundRoles(cluster.client, teamA);
  expect(names).toContain('sluice-nginx');
  expect(names).not.toContain('sluice-istio');
  const asked = cluster.requests.slice(before).filter((request) => request.includes('?limit='));
  expect(asked.map((request) => request.replace(/.*\/(\w+)\?.*/, '$1'))).toEqual([
    'clusterrolebindings',
    'rolebindings',
  ]);
});
