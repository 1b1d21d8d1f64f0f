import { Agent, request } from 'undici';
import { afterEach, expect, it, vi } from 'vitest';
import { dig } from '../../kube/object.ts';
import { systemClock } from '../../runtime/clock.ts';
import { DEPLOYMENT, PORT_ANNOTATION } from '../workloads/kinds.ts';
import { deploymentOf, isRolledOut, podTemplate, serviceOf, workloadStage } from '../workloads/testing/stage.ts';
import { workerRunner } from '../workloads/worker-runner.ts';
import { startGateway } from './gateway.ts';
import { backendRef, httpRoute, httpRouteCrd } from './testing/objects.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'test', name: 'web' };
const CLIENTS = 16;
/** So that there is always a request in hand when a pod ends. */
const SLOW = { FAULT_LATENCY_MS: '50' };

/** Clients that ask again and again on kept connections, without repeating what failed. */
function traffic(url: string) {
  const agent = new Agent();
  const versions = new Map<string, number>();
  const failures: string[] = [];
  let running = true;
  async function ask(method: 'GET' | 'POST'): Promise<void> {
    while (running) {
      try {
        const answer = await request(url, { dispatcher: agent, method, body: method === 'POST' ? 'x' : null });
        const text = await answer.body.text();
        if (answer.statusCode !== 200) failures.push(`${method} ${answer.statusCode} ${text}`);
        else {
          const { version } = JSON.parse(text) as { version: string };
          versions.set(version, (versions.get(version) ?? 0) + 1);
        }
      } catch (error) {
        failures.push(String(error));
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, i) => ask(i % 2 === 0 ? 'GET' : 'POST'));
  let stopped: Promise<unknown> | undefined;
  const stop = () => {
    running = false;
    stopped ??= Promise.all(clients).then(() => agent.close());
    return stopped;
  };
  return { versions, failures, stop };
}

async function city() {
  const stage = await workloadStage(systemClock, workerRunner(systemClock));
  closers.push(() => stage.close());
  await stage.cluster.create(httpRouteCrd('v1'));
  const gateway = await startGateway({ cluster: stage.cluster, clock: systemClock });
  closers.push(() => gateway.close());
  const until = (holds: () => boolean) =>
    vi.waitFor(
      () => {
        if (!holds()) throw new Error(`not yet: ${JSON.stringify(stage.deployment()?.['status'])}`);
      },
      { timeout: 15_000, interval: 5 },
    );
  return { ...stage, gateway, until };
}

it('no request fails while a Deployment rolls, of whatever method', async () => {
  const { cluster, gateway, until, deployment, patch, pods, errors } = await city();
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  await cluster.create(serviceOf('web', 'web'));
  await cluster.create(deploymentOf('web', '1.0.0', { strategy }, SLOW));
  await cluster.create(httpRoute('web', [{ backendRefs: [backendRef('web')] }]));
  await until(() => isRolledOut(deployment()));
  const load = traffic(gateway.url);
  closers.push(load.stop);
  await until(() => (load.versions.get('1.0.0') ?? 0) > 20);
  await patch('web', { spec: { template: podTemplate('web', '2.0.0', SLOW) } });
  await until(() => isRolledOut(deployment()) && pods().length === 2);
  const before = load.versions.get('2.0.0') ?? 0;
  await until(() => (load.versions.get('2.0.0') ?? 0) > before + 20);
  await load.stop();
  expect(load.failures).toEqual([]);
  const ports = pods().map((pod) => pod.metadata.annotations?.[PORT_ANNOTATION]);
  const pages = await Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()));
  expect(pages).toHaveLength(2);
  for (const page of pages) expect(page).toMatch(/^http_request_duration_seconds_count\{.*status="200"\} [1-9]/m);
  expect([...load.versions.keys()].toSorted()).toEqual(['1.0.0', '2.0.0']);
  expect(errors).toEqual([]);
});

it('no request fails while weights shift and the canary goes down again', async () => {
  const { cluster, gateway, until, deployment, patch, pods } = await city();
  for (const [name, tag] of [
    ['web-primary', '1.0.0'],
    ['web', '2.0.0'],
  ] as const) {
    await cluster.create(deploymentOf(name, tag, { replicas: 1 }, SLOW));
    await cluster.create(serviceOf(name === 'web' ? 'web-canary' : name, name));
  }
  const rules = (canary: number) => [
    { backendRefs: [backendRef('web-primary', 100 - canary), backendRef('web-canary', canary)] },
  ];
  await cluster.create(httpRoute('web', rules(0)));
  await until(() => isRolledOut(deployment('web')) && isRolledOut(deployment('web-primary')));
  const load = traffic(gateway.url);
  closers.push(load.stop);
  const total = () => [...load.versions.values()].reduce((sum, count) => sum + count, 0);
  for (const weight of [30, 60, 100, 0]) {
    await cluster.patch(ROUTE, { spec: { rules: rules(weight) } });
    const before = total();
    await until(() => total() > before + 30);
  }
  await patch('web', { spec: { replicas: 0 } });
  await until(() => pods().length === 1 && dig(deployment('web'), 'status', 'replicas') === undefined);
  await load.stop();
  expect(load.failures).toEqual([]);
  expect(load.versions.get('2.0.0')).toBeGreaterThan(20);
  expect(cluster.get({ ...DEPLOYMENT, namespace: 'test', name: 'web' })).toBeDefined();
});
