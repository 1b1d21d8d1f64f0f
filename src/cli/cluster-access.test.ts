import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { systemClock } from '../runtime/clock.ts';
import { serveApi } from '../sandbox/api/http.ts';
import { createApiServer } from '../sandbox/api/server.ts';
import { openCluster } from './cluster-access.ts';
import { main } from './main.ts';
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
