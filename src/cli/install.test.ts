import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseManifests } from '../api/manifest.ts';
import { testCluster } from '../install/testing/cluster.ts';
import { deploymentOf, namespaceOf, sluiceOf } from '../install/testing/objects.ts';
import { dig } from '../kube/object.ts';
import { install } from './install.ts';
import { onCluster } from './testing/managed.ts';
import { packageVersion } from './version.ts';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'sluice-system', name: 'sluice' };

async function exported(...argv: string[]) {
  const { code, out } = await onCluster().call(install, '--export', ...argv);
  expect(code).toBe(0);
  const objects = parseManifests(out);
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  return { objects, deployment, container: dig(deployment, 'spec', 'template', 'spec', 'containers', 0) };
}

describe('the manifests', () => {
  test('are printed without a cluster', async () => {
    const { managers, call } = onCluster();
    const { code, out } = await call(install, '--export', '--mesh-provider', 'nginx');
    expect(code).toBe(0);
    expect(managers).toEqual([]);
    expect(parseManifests(out).map(({ kind }) => kind)).toContain('NetworkPolicy');
  });

  test.each([
    { reference: 'registry:5000/sluice', image: `registry:5000/sluice:${packageVersion()}` },
    { reference: 'registry:5000/sluice:1.0', image: 'registry:5000/sluice:1.0' },
    { reference: 'a/b@sha256:00', image: `a/b:${packageVersion()}@sha256:00` },
    { reference: 'a/b:c@sha256:00', image: 'a/b:c@sha256:00' },
  ])('hold the image $reference', async ({ reference, image }) => {
    const { container } = await exported('--image', reference);
    expect(dig(container, 'image')).toBe(image);
  });

  test('follow the flags', async () => {
    const { objects, container, deployment } = await exported(
      ...['--mesh-provider', 'istio,nginx', '--metrics-server', 'http://p', '--watch-namespace', 'shop'],
      ...['--alerts-secret', 'hooks', '--name', 'blue', '-n', 'delivery'],
    );
    expect(deployment?.metadata).toMatchObject({ name: 'blue-sluice', namespace: 'delivery' });
    expect(dig(container, 'args')).toEqual(
      expect.arrayContaining(['--mesh-provider=istio', '--metrics-server=http://p', '--namespace=shop']),
    );
    expect(dig(container, 'envFrom')).toEqual([{ secretRef: { name: 'hooks' } }]);
    const roles = objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.name);
    expect(roles).toEqual(expect.arrayContaining(['blue-sluice-istio', 'blue-sluice-nginx']));
  });
});

describe('values', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-values-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('come from files, then from single settings, then from flags', async () => {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, 'meshProvider: istio\nlogLevel: debug\nleaderElection: {replicaCount: 5}\n');
    const { deployment, container } = await exported(
      ...['-f', file, '--set', 'leaderElection.replicaCount=3', '--set', 'podAnnotations.a\\.b/c="yes"'],
      ...['--mesh-provider', 'nginx'],
    );
    expect(dig(deployment, 'spec', 'replicas')).toBe(3);
    expect(dig(deployment, 'spec', 'template', 'metadata', 'annotations', 'a.b/c')).toBe('yes');
    expect(dig(container, 'args')).toEqual(expect.arrayContaining(['--log-level=debug', '--mesh-provider=nginx']));
  });

  test('are refused with all that is wrong', async () => {
    const { code, err } = await onCluster().call(
      install,
      '--export',
      '--set',
      'metricServer=x',
      '--set',
      'crd.create=1',
    );
    expect(code).toBe(1);
    expect(err).toContain('did you mean metricsServer?');
    expect(err).toContain('crd.create must be boolean');
  });

  test.each([
    { argv: ['--set', 'x'], err: '--set x: it has to be path=value' },
    { argv: ['--mesh-provider', 'smoke'], err: 'meshProvider smoke is not supported' },
    { argv: ['-f', '/nowhere/values.yaml'], err: '/nowhere/values.yaml' },
  ])('$argv is refused in words', async ({ argv, err }) => {
    expect(await onCluster().call(install, '--export', ...argv)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(err),
    });
  });

  test('a timeout is a duration', async () => {
    expect((await onCluster().call(install, '--timeout', 'soon')).code).toBe(2);
  });
});

describe('on a cluster', () => {
  test('a plan is printed, and what came of each object', async () => {
    const { managers, call } = onCluster();
    const { code, out } = await call(install, '--no-wait', '--mesh-provider', 'gatewayapi:v1,nginx');
    expect(code).toBe(0);
    expect(managers).toEqual(['sluice-install']);
    expect(out).toContain('routes with     gatewayapi:v1, nginx\n');
    expect(out).toContain('  created     Deployment sluice-system/sluice\n');
  });

  test('the plan keeps the password of the metrics server to itself', async () => {
    const { out } = await onCluster().call(install, '--dry-run', '--metrics-server', 'http://ann:s3cret@p:9090');
    expect(out).toContain('  asks            http://xxxxx@p:9090\n');
    expect(out).not.toContain('s3cret');
  });

  test('a dry run says so', async () => {
    const { cluster, call } = onCluster();
    const { code, out } = await call(install, '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/Nothing was changed: this was a dry run\.\n$/);
    await expect(cluster.client.get(ref)).rejects.toMatchObject({ code: 404 });
  });

  test('the end is waited for', async () => {
    const { cluster, call } = onCluster();
    await call(install, '--no-wait');
    const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    await cluster.client.patch(ref, { status }, { subresource: 'status' });
    const { code, out } = await call(install);
    expect(code).toBe(0);
    expect(out).toContain('The controller runs. `sluice check -n sluice-system` says whether anything is missing.\n');
  });

  test('a controller that does not come up is an error that says where to look', async () => {
    const { code, err } = await onCluster().call(install, '--timeout', '0s');
    expect(code).toBe(1);
    expect(err).toContain('kubectl -n sluice-system describe pods -l app.kubernetes.io/instance=sluice');
  });

  test('Flagger must not run beside it, unless it is forced', async () => {
    const seed = [
      namespaceOf('istio-system'),
      deploymentOf('istio-system', 'flagger', 'ghcr.example.com/flagger:1.41.0'),
    ];
    const { call } = onCluster(testCluster({ seed }));
    const { code, err } = await call(install, '--no-wait');
    expect(code).toBe(1);
    expect(err).toContain('kubectl -n istio-system scale --replicas 0 deployment/flagger');
    expect((await call(install, '--no-wait', '--force')).code).toBe(0);
  });

  test.each([
    { args: ['run'], flags: [] },
    { args: ['run'], flags: ['--watch-namespace', 'shop'] },
    { args: ['run', '--namespace=shop'], flags: [] },
    { args: ['run', '--namespace=shop'], flags: ['--watch-namespace', 'shop'] },
  ])('a Sluice with $args must not run beside one with $flags, unless it is forced', async ({ args, flags }) => {
    const { cluster, call } = onCluster(
      testCluster({ seed: [...['blue', 'shop'].map(namespaceOf), sluiceOf('blue', args)] }),
    );
    const { code, err } = await call(install, '--no-wait', ...flags);
    expect(code).toBe(1);
    expect(err).toMatch(/Sluice runs as blue\/sluice for .*`kubectl -n blue scale --replicas 0 deployment\/sluice`/);
    expect(err).toContain('name another namespace with --watch-namespace, or give --force');
    expect(cluster.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect((await call(install, '--no-wait', '--force', ...flags)).code).toBe(0);
  });

  test('a Sluice for another namespace is no hindrance', async () => {
    const seed = [...['blue', 'shop'].map(namespaceOf), sluiceOf('blue', ['run', '--namespace=bank'])];
    const { call } = onCluster(testCluster({ seed }));
    expect((await call(install, '--no-wait', '--watch-namespace', 'shop')).code).toBe(0);
  });

  test('who may not list all Deployments is told of --force', async () => {
    const body = JSON.stringify({ message: 'deployments.apps is forbidden', reason: 'Forbidden' });
    const { call } = onCluster(
      testCluster({
        answer: ({ path }) =>
          path.startsWith('/apis/apps/v1/deployments') ? { status: 403, headers: {}, body } : undefined,
      }),
    );
    const { code, err } = await call(install, '--no-wait');
    expect(code).toBe(1);
    expect(err).toMatch(
      /may not list the Deployments of all namespaces.*give --force.*\(deployments.apps is forbidden\)/,
    );
    expect((await call(install, '--no-wait', '--force')).code).toBe(0);
  });

  test('a watched namespace that does not exist is named, and nothing is left half done', async () => {
    const { cluster, call } = onCluster();
    expect(await call(install, '--no-wait', '--watch-namespace', 'missing')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^sluice install: namespace missing, which --watch-namespace .*make it with `kubectl /m,
      ),
    });
    expect(cluster.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test.each([
    { reason: 'NotFound', message: 'namespaces "sluice-system" not found' },
    { reason: 'KindNotServed', message: 'the API server has no kind Role' },
  ])('a refusal with $reason is told without the remedies of canaries', async ({ reason, message }) => {
    const body = JSON.stringify({ message, reason });
    const { call } = onCluster(
      testCluster({ answer: ({ method }) => (method === 'PATCH' ? { status: 404, headers: {}, body } : undefined) }),
    );
    const { code, err } = await call(install, '--no-wait', '--image', 'registry/sluice');
    expect({ code, err }).toEqual({ code: 1, err: `sluice install: ${message}\n` });
  });

  test('an image that nobody has published is worth a note', async () => {
    expect((await onCluster().call(install, '--dry-run')).err).toContain('the image sluice names no registry');
    const flagger = await onCluster().call(install, '--dry-run', '--image', 'ghcr.example.com/fluxcd/flagger:1.42.0');
    expect(flagger.err).toContain('the image ghcr.example.com/fluxcd/flagger is that of Flagger');
    expect((await onCluster().call(install, '--dry-run', '--image', 'registry/sluice')).err).toBe('');
  });

  test('what Helm installed is left to Helm', async () => {
    const { cluster, call } = onCluster();
    await call(install, '--no-wait');
    await cluster.client.patch(ref, { metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } } });
    const { code, err } = await call(install, '--no-wait');
    expect(code).toBe(1);
    expect(err).toContain('sluice was installed by Helm');
  });
});
