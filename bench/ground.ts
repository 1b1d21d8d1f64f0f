import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Binaries } from '../e2e/cluster/binaries.ts';
import { closeAll } from '../e2e/cluster/close-all.ts';
import { type ControlPlane, startControlPlane } from '../e2e/cluster/control-plane.ts';
import { kubectlFor } from '../e2e/lab/kubectl.ts';
import { canaryKind } from '../src/canary/observe.ts';
import { Client } from '../src/kube/client.ts';
import type { Change, Cluster } from '../src/kube/cluster.ts';
import { createCluster } from '../src/kube/kube-cluster.ts';
import { loadAccess } from '../src/kube/kubeconfig.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from '../src/kube/object.ts';
import { undiciTransport } from '../src/kube/undici-transport.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { newImage, release } from './manifests.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { deploymentKind, rollOut } from './rollouts.ts';
import { PATIENCE_MS } from './waiting.ts';

export const routeKind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
const crds = fileURLToPath(new URL('../deploy/kustomize/crds', import.meta.url));

/** What every measurement stands on: a real API server, Deployments that roll out at once, a metrics server. */
export interface Ground {
  readonly plane: ControlPlane;
  /** Of the bench itself, past every limit of requests. */
  readonly client: Client;
  readonly cluster: Cluster;
  readonly prometheus: Prometheus;
  readonly say: (line: string) => void;
  /** Creates Deployments and Canaries of these names, and their namespace, unless they are there. */
  populate(namespace: string, names: readonly string[], analysis: JsonObject): Promise<void>;
  /** A version of a Deployment that it never had. */
  bring(namespace: string, name: string): Promise<void>;
  /** The phase of a Canary. */
  phase(namespace: string, name: string): unknown;
  /** Waits until each of these Canaries is in one of the phases. */
  phases(namespace: string, names: readonly string[], wanted: readonly string[]): Promise<void>;
  /** Waits until something holds, looking after each change that the watches bring. Rejects after ten minutes. */
  until(what: string, holds: (change?: Change) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts the control plane and installs the definitions. Leaves nothing when it rejects. */
export async function openGround(binaries: Binaries, say: (line: string) => void): Promise<Ground> {
  // Garbage collection asks for owners by itself, and its count can't be told from the controller's
  const plane = await startControlPlane({ binaries, controllers: 'none', nodes: false });
  try {
    return await prepare(plane, binaries, say);
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

async function prepare(plane: ControlPlane, binaries: Binaries, say: (line: string) => void): Promise<Ground> {
  const kubectl = kubectlFor(binaries.path('kubectl'), plane.kubeconfig);
  kubectl('apply', '--server-side', '-k', crds);
  kubectl('apply', '--server-side', '--recursive', '-f', gatewayCrds(binaries.crds));
  kubectl('wait', '--for=condition=Established', 'crd', '--all');
  const { endpoint } = await loadAccess({ kubeconfig: plane.kubeconfig });
  const clock = systemClock;
  const client = new Client(undiciTransport(endpoint, clock), { clock, userAgent: 'bench', qps: 1e6, burst: 1e6 });
  const cluster = createCluster(client, { clock });
  const prometheus = await startPrometheus();
  const stopRollouts = rollOut(cluster);
  await Promise.all([canaryKind, deploymentKind, routeKind].map((kind) => cluster.watch(kind)));
  let version = 1;
  const namespaces = new Set<string>();
  const phase = (namespace: string, name: string) => phaseOf(cluster.get({ ...canaryKind, namespace, name }));
  const until: Ground['until'] = (what, holds) => untilHolds(cluster, what, holds);
  return {
    plane,
    client,
    cluster,
    prometheus,
    say,
    until,
    async populate(namespace, names, analysis) {
      if (!namespaces.has(namespace)) {
        namespaces.add(namespace);
        await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      }
      const missing = names.filter((name) => !cluster.get({ ...canaryKind, namespace, name }));
      await Promise.all(
        missing.map(async (name) => {
          for (const object of release(namespace, name, analysis)) await cluster.create(object);
        }),
      );
    },
    async bring(namespace, name) {
      version += 1;
      await cluster.patch(deploymentRef(namespace, name), newImage(version), { type: 'strategic' });
    },
    phase,
    phases(namespace, names, wanted) {
      // What has been seen so isn't looked at again: changes come by the thousand
      const open = new Set(names);
      return until(`${names.length} canaries are ${wanted.join(' or ')}`, () => {
        for (const name of open) {
          if (!wanted.includes(String(phase(namespace, name)))) return false;
          open.delete(name);
        }
        return true;
      });
    },
    close: () =>
      closeAll(
        stopRollouts,
        () => cluster.close(),
        () => prometheus.close(),
        () => plane.stop(),
      ),
  };
}

/** The phase of a Canary object. */
export function phaseOf(object: KubeObject | undefined): unknown {
  return dig(object, 'status', 'phase');
}

/** The share of the traffic that an HTTPRoute gives to the canary, in percent; 0 while there is no route. */
export function canaryWeight(route: KubeObject | undefined): number {
  return Number(dig(route, 'spec', 'rules', 0, 'backendRefs', 1, 'weight') ?? 0);
}

function gatewayCrds(folder: string): string {
  const name = readdirSync(folder).find((each) => each.includes('gateway-api'));
  if (name === undefined) throw new Error(`no definitions of the Gateway API in ${folder}`);
  return join(folder, name);
}

function deploymentRef(namespace: string, name: string): ObjectRef {
  return { ...deploymentKind, namespace, name };
}

function untilHolds(cluster: Cluster, what: string, holds: (change?: Change) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      cancel();
      stop();
    };
    const look = (change?: Change) => {
      if (!holds(change)) return;
      done();
      resolve();
    };
    const stop = cluster.onChange(look);
    const cancel = systemClock.after(PATIENCE_MS, () => {
      done();
      reject(new Error(`timed out: ${what}`));
    });
    look();
  });
}
