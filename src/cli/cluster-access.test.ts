import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { refOf } from '../kube/object.ts';
import { systemClock } from '../runtime/clock.ts';
import { serveApi } from '../sandbox/api/http.ts';
import { createApiServer } from '../sandbox/api/server.ts';
import { manageCluster, openCluster } from './cluster-access.ts';
import { main } from './main.ts';
import { canaryWith } from './testing/canary.ts';
import { recorder } from './testing/recorder.ts';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function servedKubeconfig(seed = customResourceDefinitions()): Promise<string> {
  const served = await serveApi(createApiServer({ clock: systemClock, seed }));
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  undo.push(
    () => served.close(),
    () => rmSync(folder, { recursive: true }),
  );
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, kubeconfigFor(served.url));
  return file;
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: {} }],
    contexts: [
      { name: 'first', context: { cluster: 'here', user: 'me', namespace: 'test' } },
      { name: 'second', context: { cluster: 'here', user: 'me', namespace: 'other' } },
    ],
    'current-context': 'first',
  });
}

test('the kubeconfig leads to the cluster and to its namespace', async () => {
  const cluster = await openCluster({ kubeconfig: await servedKubeconfig() });
  undo.push(() => cluster.close());
  expect(cluster.namespace).toBe('test');
  const { items } = await cluster.client.list({ apiVersion: 'v1', kind: 'Namespace' });
  expect(items.map(({ metadata }) => metadata.name)).toContain('kube-system');
});

test('another context has another namespace', async () => {
  const terminal = recorder();
  const kubeconfig = await servedKubeconfig();
  expect(await main(['get', 'canaries', '--kubeconfig', kubeconfig, '--context', 'second'], terminal)).toBe(0);
  expect(terminal.written.err).toContain('no canaries in namespace other');
});

test('get works against a server, by the flags alone', async () => {
  const terminal = recorder();
  expect(await main(['get', 'canaries', '-A', '--kubeconfig', await servedKubeconfig()], terminal)).toBe(0);
  expect(terminal.written.err).toBe('no canaries in any namespace\n');
});

test('a server without the CRDs is told from an empty one', async () => {
  const terminal = recorder();
  expect(await main(['get', 'canaries', '--kubeconfig', await servedKubeconfig([])], terminal)).toBe(1);
  expect(terminal.written.err).toContain('were the files in crds/ applied to it?');
});

test('a kubeconfig that does not exist is an error in words', async () => {
  const terminal = recorder();
  expect(await main(['explain', 'canary', 'podinfo', '--kubeconfig', '/nowhere/config'], terminal)).toBe(1);
  expect(terminal.written.err).toMatch(/^sluice explain: .*\/nowhere\/config/);
});

test('a release is steered against a server that serves no reviews of oneself, under the local name', async () => {
  const kubeconfig = await servedKubeconfig();
  const cluster = await manageCluster({ kubeconfig }, 'sluice-test');
  undo.push(() => cluster.close());
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  const canary = canaryWith(undefined, {
    service: { port: 80 },
    analysis: { interval: '1m', threshold: 1, stepWeight: 9 },
  });
  await cluster.client.create(canary);
  const terminal = recorder(Date.parse('2026-03-01T12:00:00Z'));
  expect(await main(['pause', 'podinfo', '--kubeconfig', kubeconfig], terminal)).toBe(0);
  const { metadata } = await cluster.client.get(refOf(canary));
  const name = userInfo().username;
  expect(metadata.annotations).toEqual({ 'sluice.dev/pause': `pause; by=${name}; at=2026-03-01T12:00:00Z` });
});
