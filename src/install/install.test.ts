import { describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { type Installation, install, rolledOut } from './install.ts';
import { manifests } from './manifests.ts';
import { inTime, type TestCluster, testCluster } from './testing/cluster.ts';
import { optionsWith } from './testing/options.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'sluice-system', name: 'sluice' };

function work(cluster: TestCluster, given: unknown = {}, dryRun = false) {
  const done: string[] = [];
  const installation: Installation = {
    ...cluster,
    options: optionsWith(given),
    dryRun,
    timeoutMs: 10_000,
    onApplied: ({ ref, outcome }) => done.push(`${outcome} ${ref.kind} ${ref.name}`),
  };
  return { installation, done };
}

async function installed(cluster: TestCluster, given: unknown = {}, dryRun = false): Promise<string[]> {
  const { installation, done } = work(cluster, given, dryRun);
  await install(installation);
  return done;
}

describe('an installation', () => {
  test('creates every object, the definitions first', async () => {
    const done = await installed(testCluster());
    expect(done).toHaveLength(manifests(optionsWith()).length);
    expect(done.slice(0, 4)).toEqual([
      'created CustomResourceDefinition canaries.flagger.app',
      'created CustomResourceDefinition metrictemplates.flagger.app',
      'created CustomResourceDefinition alertproviders.flagger.app',
      'created Namespace sluice-system',
    ]);
  });

  test('changes nothing the second time', async () => {
    const cluster = testCluster();
    await installed(cluster);
    expect((await installed(cluster)).filter((line) => !line.startsWith('unchanged'))).toEqual([]);
  });

  test('changes what differs, and takes away the roles of providers that are not used any more', async () => {
    const cluster = testCluster();
    await installed(cluster, { meshProvider: 'istio' });
    const done = await installed(cluster, { meshProvider: 'nginx' });
    expect(done.filter((line) => !line.startsWith('unchanged'))).toEqual([
      'created ClusterRole sluice-nginx',
      'created ClusterRoleBinding sluice-nginx',
      'configured Deployment sluice',
      'removed ClusterRole sluice-istio',
      'removed ClusterRoleBinding sluice-istio',
    ]);
  });

  test('turns the election off also where somebody else wrote how the pods are replaced', async () => {
    const cluster = testCluster();
    await installed(cluster);
    const off = { leaderElection: { enabled: false } };
    expect(await installed(cluster, off, true)).toContain('configured Deployment sluice');
    expect(dig(await cluster.client.get(deployment), 'spec', 'strategy')).toMatchObject({ type: 'RollingUpdate' });
    expect(await installed(cluster, off)).toContain('configured Deployment sluice');
    expect(dig(await cluster.client.get(deployment), 'spec', 'strategy')).toEqual({ type: 'Recreate' });
    expect(await inTime(cluster.clock, installed(cluster, off))).toContain('unchanged Deployment sluice');
  });

  test('leaves a namespace alone that was there before', async () => {
    const labels = { team: 'a' };
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sluice-system', labels } };
    const cluster = testCluster({ seed: [namespace] });
    expect(await installed(cluster)).toContain('unchanged Namespace sluice-system');
    const found = await cluster.client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'sluice-system' });
    expect(found.metadata.labels).not.toHaveProperty('app.kubernetes.io/part-of');
  });

  test('is only told about in a dry run', async () => {
    const cluster = testCluster({ seed: customResourceDefinitions() });
    const done = await installed(cluster, {}, true);
    expect(done).toContain('configured CustomResourceDefinition canaries.flagger.app');
    expect(done).toContain('created Deployment sluice');
    await expect(cluster.client.get(deployment)).rejects.toMatchObject({ reason: 'NotFound' });
    const writes = cluster.requests.filter((request) => /^(?:PATCH|POST|DELETE)/.test(request));
    expect(writes.filter((request) => !request.includes('dryRun=All'))).toEqual([]);
  });

  test('writes under its own name and takes over what others own', async () => {
    const cluster = testCluster();
    await installed(cluster);
    expect(cluster.requests).toContainEqual(
      expect.stringMatching(/^PATCH .*\/deployments\/sluice\?fieldManager=sluice-test&force=true$/),
    );
  });

  test('ends with an error when the definitions are not established in time', async () => {
    const never = JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] });
    const cluster = testCluster({
      answer: ({ method, path }) =>
        method === 'GET' && /customresourcedefinitions\?/.test(path)
          ? { status: 200, headers: {}, body: never }
          : undefined,
    });
    await expect(inTime(cluster.clock, installed(cluster))).rejects.toThrow(
      'the custom resource definitions were not established in time',
    );
  });
});

describe('waiting', () => {
  const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

  test('ends when all replicas are available', async () => {
    const cluster = testCluster();
    await installed(cluster);
    const outcome = rolledOut(work(cluster).installation);
    await cluster.client.patch(deployment, { status: { ...status, availableReplicas: 1 } }, { subresource: 'status' });
    await cluster.client.patch(deployment, { status }, { subresource: 'status' });
    expect(await outcome).toBe(true);
  });

  test.each([
    { why: 'an old status', status: { ...status, observedGeneration: 0 } },
    { why: 'pods of the old version', status: { ...status, replicas: 3 } },
    { why: 'a replica that is not available', status: { ...status, availableReplicas: 1 } },
  ])('does not end with $why', async ({ status: present }) => {
    const cluster = testCluster();
    await installed(cluster);
    await cluster.client.patch(deployment, { status: present }, { subresource: 'status' });
    expect(await inTime(cluster.clock, rolledOut(work(cluster).installation))).toBe(false);
  });
});
