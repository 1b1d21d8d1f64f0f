import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { customResourceDefinitions } from '../src/api/crd.ts';
import { canaryKind } from '../src/canary/observe.ts';
import { demoManifests } from '../src/cli/demo-manifests.ts';
import { Client } from '../src/kube/client.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { createCluster } from '../src/kube/kube-cluster.ts';
import { dig, type KubeObject } from '../src/kube/object.ts';
import { pause, systemClock } from '../src/runtime/clock.ts';
import { serveApi } from '../src/sandbox/api/http.ts';
import { inProcessTransport } from '../src/sandbox/api/in-process.ts';
import { type ApiServer, createApiServer } from '../src/sandbox/api/server.ts';
import { routingDefinitions } from '../src/sandbox/routing-crds.ts';
import { simulatedRunner } from '../src/sandbox/workloads/simulated-runner.ts';
import { startWorkloads } from '../src/sandbox/workloads/workloads.ts';

const CANARIES = 10;
const built = new URL('../dist/src/cli/main.js', import.meta.url).href;
const bin = fileURLToPath(new URL('../src/bin.js', import.meta.url));

/** One line of the table: what was measured, against which budget. */
interface Row {
  readonly what: string;
  readonly value: number;
  readonly budget: number;
  readonly unit: string;
}

/** Measures a real controller process against the embedded API server, prints one table, and fails on a broken budget. */
async function main(): Promise<number> {
  const rows: Row[] = [await helpTime(), ...(await controller())];
  console.log('what                                             value   budget');
  let broken = 0;
  for (const { what, value, budget, unit } of rows) {
    const over = value > budget;
    if (over) broken += 1;
    console.log(
      `${what.padEnd(44)} ${value.toFixed(0).padStart(9)} ${String(budget).padStart(8)} ${unit}${over ? '  OVER' : ''}`,
    );
  }
  return broken === 0 ? 0 : 1;
}

async function helpTime(): Promise<Row> {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [bin, '--help']);
    if (status !== 0) throw new Error('sluice --help failed');
    return performance.now() - start;
  });
  return { what: 'sluice --help, median', value: median(times), budget: 300, unit: 'ms' };
}

async function controller(): Promise<Row[]> {
  const clock = systemClock;
  const seed = [...customResourceDefinitions(), ...routingDefinitions()];
  const server = createApiServer({ clock, seed });
  const api = await serveApi(server);
  const client = new Client(inProcessTransport(server), { clock, userAgent: 'bench', qps: 10_000, burst: 10_000 });
  const cluster = createCluster(client, { clock });
  const workloads = startWorkloads({ cluster, clock, runner: simulatedRunner({ clock, readyAfterMs: 100 }) });
  await Promise.all([workloads.ready, cluster.watch(canaryKind)]);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, api.kubeconfig());
  const flags = [
    `-kubeconfig=${kubeconfig}`,
    '-port=0',
    '-host=127.0.0.1',
    '-log-level=error',
    '-metrics-server=http://127.0.0.1:1',
  ];
  // As it is deployed: built, without the source that Node would have to strip of its types
  const program = join(folder, 'run.mjs');
  writeFileSync(
    program,
    `process.exitCode = await (await import(${JSON.stringify(built)})).main(process.argv.slice(2));`,
  );
  const child = spawn(process.execPath, [program, 'run', ...flags], { stdio: 'inherit' });
  child.once('exit', (code) => {
    if (code === 0) return;
    console.error(`the controller ended with ${code}`);
    process.exit(1);
  });
  try {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    for (let i = 0; i < CANARIES; i++) for (const object of demoManifests()) await cluster.create(renamed(object, i));
    await reached(cluster, 'Initialized');
    const reactions = await Promise.all(Array.from({ length: CANARIES }, (_, i) => reaction(cluster, i)));
    await reached(cluster, 'Failed');
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const idle = await requestsIn(server, 60_000);
    return [
      {
        what: `new image until the run starts, ${CANARIES} at once, median`,
        value: median(reactions),
        budget: 100,
        unit: 'ms',
      },
      { what: `controller with ${CANARIES} canaries, RSS`, value: rss, budget: 160, unit: 'MiB' },
      { what: `requests of ${CANARIES} finished canaries in a minute`, value: idle, budget: 0, unit: '' },
    ];
  } finally {
    child.kill('SIGTERM');
    await workloads.stop();
    await cluster.close();
    await api.close();
    rmSync(folder, { recursive: true });
  }
}

/** Without a metrics server the release fails after its threshold: the end of the run is all that matters here. */
async function reaction(cluster: Cluster, i: number): Promise<number> {
  const start = performance.now();
  const running = until(cluster, (object) => object.metadata.name === `shop-${i}` && phaseOf(object) === 'Progressing');
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: `shop-${i}` };
  const containers = [{ name: 'shop', image: 'shop:2.0.0' }];
  await cluster.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' });
  await running;
  return performance.now() - start;
}

async function reached(cluster: Cluster, phase: string): Promise<void> {
  const all = () => cluster.list(canaryKind).filter((object) => phaseOf(object) === phase).length === CANARIES;
  if (!all()) await until(cluster, all);
}

function until(cluster: Cluster, holds: (object: KubeObject) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = cluster.onChange(({ object }) => {
      if (object.kind !== canaryKind.kind || !holds(object)) return;
      stop();
      resolve();
    });
  });
}

/** Requests of the controller that the API server sees; waits first until the last events are posted. */
async function requestsIn(server: ApiServer, durationMs: number): Promise<number> {
  await pause(systemClock, 3_000);
  let requests = 0;
  const stop = server.onRequest(({ userAgent, verb }) => {
    if (userAgent.startsWith('flagger/') && verb !== 'watch') requests += 1;
  });
  await pause(systemClock, durationMs);
  stop();
  return requests;
}

function renamed(object: KubeObject, i: number): KubeObject {
  const text = JSON.stringify(object)
    .replaceAll('"shop"', `"shop-${i}"`)
    .replace(`"name":"shop-${i}","image"`, '"name":"shop","image"');
  return JSON.parse(text) as KubeObject;
}

function phaseOf(object: KubeObject): unknown {
  return dig(object, 'status', 'phase');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

process.exitCode = await main();
