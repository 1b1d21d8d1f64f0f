import { expect, test } from 'vitest';
import { type Installation, install } from './install.ts';
import type { Place } from './installed.ts';
import { type TestCluster, testCluster } from './testing/cluster.ts';
import { namespaceOf } from './testing/objects.ts';
import { optionsWith } from './testing/options.ts';

function work(cluster: TestCluster, given: object = {}, place: Partial<Place> = {}): Installation {
  const options = optionsWith({ meshProvider: 'nginx', ...given }, place);
  return { ...cluster, options, dryRun: false, timeoutMs: 1_000, onApplied: () => {} };
}

function writes({ requests }: TestCluster): readonly string[] {
  return requests.filter((request) => !request.startsWith('GET '));
}

const noMonitors = { status: 404, headers: {}, body: '{}' };

test.each([
  {
    name: 'a watched namespace that does not exist',
    given: { namespace: 'shop' },
    words:
      'namespace shop, which --watch-namespace (namespace) names, does not exist: make it with `kubectl create namespace shop`',
  },
  {
    name: 'a namespace of monitors that does not exist',
    given: { serviceMonitor: { enabled: true, namespace: 'monitoring' } },
    words: 'namespace monitoring, which serviceMonitor.namespace names, does not exist',
  },
  {
    name: 'a monitor without the operator',
    given: { serviceMonitor: { enabled: true } },
    words:
      'no ServiceMonitor of monitoring.coreos.com/v1: install the Prometheus operator first, or set serviceMonitor.enabled',
  },
])('$name is told before anything is written', async ({ given, words }) => {
  const isMonitoring = given.serviceMonitor !== undefined && !('namespace' in given.serviceMonitor);
  const cluster = testCluster({
    answer: ({ path }) => (isMonitoring && path === '/apis/monitoring.coreos.com/v1' ? noMonitors : undefined),
  });
  await expect(install(work(cluster, given))).rejects.toThrow(words);
  expect(writes(cluster)).toEqual([]);
});

test('all that stands in the way is told at once', async () => {
  const cluster = testCluster();
  const given = { namespace: 'shop', podMonitor: { enabled: true, namespace: 'monitoring' } };
  const refused = install(work(cluster, given));
  await expect(refused).rejects.toThrow(/namespace shop, .*\n/);
  await expect(refused).rejects.toThrow('the API server has no PodMonitor of monitoring.coreos.com/v1');
});

test('a watched namespace that exists, or may not be looked at, is no hindrance', async () => {
  await install(work(testCluster({ seed: [namespaceOf('shop')] }), { namespace: 'shop' }));
  const forbidden = { status: 403, headers: {}, body: JSON.stringify({ message: 'no', reason: 'Forbidden' }) };
  const cluster = testCluster({
    seed: [namespaceOf('shop')],
    answer: ({ path }) => (path === '/api/v1/namespaces/shop' ? forbidden : undefined),
  });
  await install(work(cluster, { namespace: 'shop' }));
});

test('bindings of an installation in another namespace are not taken over', async () => {
  const cluster = testCluster();
  await install(work(cluster, {}, { namespace: 'team-a' }));
  const before = writes(cluster).length;
  await expect(install(work(cluster, {}, { namespace: 'team-b' }))).rejects.toThrow(
    /^ClusterRoleBinding sluice-core and \d+ more objects belong to the installation sluice in team-a: choose another --name, or remove that installation with `sluice uninstall -n team-a`$/,
  );
  expect(writes(cluster)).toHaveLength(before);
  await install(work(cluster, {}, { namespace: 'team-b', name: 'blue' }));
});

test('a single object that is taken is named with the installation that has it', async () => {
  const cluster = testCluster({ seed: ['monitoring', 'a', 'b'].map(namespaceOf) });
  const monitored = { serviceMonitor: { enabled: true, namespace: 'monitoring' } };
  const named = { name: 'blue' };
  await install(work(cluster, { ...monitored, namespace: 'a' }, { ...named, namespace: 'team-a' }));
  await expect(
    install(work(cluster, { ...monitored, namespace: 'b' }, { ...named, namespace: 'team-b' })),
  ).rejects.toThrow(
    /^ServiceMonitor blue-sluice belongs to the installation blue in team-a: .*`sluice uninstall -n team-a --name blue`$/,
  );
});
