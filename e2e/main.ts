import { randomUUID } from 'node:crypto';
import { customResourceDefinitions } from '../src/api/crd.ts';
import { canaryKind } from '../src/canary/observe.ts';
import { demoManifests } from '../src/cli/demo-manifests.ts';
import { Client } from '../src/kube/client.ts';
import { ApiError } from '../src/kube/errors.ts';
import { createCluster } from '../src/kube/kube-cluster.ts';
import { loadAccess } from '../src/kube/kubeconfig.ts';
import { dig, type KubeObject } from '../src/kube/object.ts';
import { undiciTransport } from '../src/kube/undici-transport.ts';
import { createSluice } from '../src/main.ts';
import { defaultOptions } from '../src/options.ts';
import { axiosHttp } from '../src/runtime/axios-http.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { createLogger } from '../src/runtime/log.ts';

const PATIENCE_MS = 240_000;

/**
 * `make e2e`: a release without analysis on the cluster of `KUBECONFIG`, by the kubernetes provider, in a namespace of its
 * own that is removed afterwards. The cluster must run Deployments.
 */
async function main(): Promise<number> {
  if (!process.env['KUBECONFIG']) {
    console.error('make e2e: set KUBECONFIG to a cluster that runs Deployments (kind, k3s …); nothing was tested');
    return 1;
  }
  const access = await loadAccess({});
  const transport = () => undiciTransport(access.endpoint, systemClock);
  const client = new Client(transport(), { clock: systemClock, userAgent: 'sluice-e2e' });
  const cluster = createCluster(client, { clock: systemClock });
  for (const definition of customResourceDefinitions()) await cluster.create(definition).catch(thereAlready);
  await cluster.watch(canaryKind);
  const namespace = `sluice-e2e-${randomUUID().slice(0, 8)}`;
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const sluice = createSluice(
    { ...defaultOptions(), namespace, meshProvider: 'kubernetes' },
    {
      transport: transport(),
      http: axiosHttp(),
      clock: systemClock,
      log: createLogger({ level: 'info', encoding: 'console' }),
      version: 'e2e',
    },
  );
  try {
    for (const object of demoManifests()) await cluster.create(placed(object, namespace));
    await sluice.start();
    await reached('Initialized');
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' };
    const containers = [{ name: 'shop', env: [{ name: 'RELEASE', value: '2' }] }];
    await cluster.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' });
    await reached('Succeeded');
    console.log('1 passed, 0 failed');
    return 0;
  } finally {
    await sluice.stop();
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await cluster.close();
  }

  function reached(phase: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const live = cluster.get({ ...canaryKind, namespace, name: 'shop' });
        if (dig(live, 'status', 'phase') !== phase) return;
        cancel();
        stop();
        resolve();
      };
      const stop = cluster.onChange(look);
      const cancel = systemClock.after(PATIENCE_MS, () => {
        stop();
        reject(new Error(`the Canary did not become ${phase}`));
      });
      look();
    });
  }
}

/** The demo's release on plain Services, with an image that any cluster can get, and without analysis. */
function placed(object: KubeObject, namespace: string): KubeObject {
  const copy = JSON.parse(JSON.stringify(object).replace('shop:1.0.0', 'nginx:1.27-alpine')) as KubeObject;
  const metadata = { ...copy.metadata, namespace };
  if (copy.kind !== 'Canary') return { ...copy, metadata };
  const { targetRef } = copy['spec'] as { targetRef: unknown };
  return { ...copy, metadata, spec: { targetRef, service: { port: 80 }, skipAnalysis: true, analysis: oneIteration } };
}

const oneIteration = { interval: '10s', threshold: 1, iterations: 1 };

function thereAlready(error: unknown): void {
  if (!ApiError.is(error, 'AlreadyExists')) throw error;
}

process.exitCode = await main();
