import { Client } from '../../../kube/client.ts';
import { createCluster } from '../../../kube/kube-cluster.ts';
import { dig, type KubeObject, type StringMap } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { inProcessTransport } from '../../api/in-process.ts';
import { createApiServer } from '../../api/server.ts';
import { DEPLOYMENT, POD, REPLICA_SET, SERVICE } from '../kinds.ts';
import type { PodRunner } from '../pod-runner.ts';
import { startWorkloads } from '../workloads.ts';

/** An API server of its own with a namespace `test`, and a cluster on it. */
export function stage(clock: Clock) {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } };
  const server = createApiServer({ clock, seed: [namespace] });
  const client = new Client(inProcessTransport(server), { clock, qps: 1_000_000, burst: 1_000_000 });
  const cluster = createCluster(client, { clock });
  return { server, cluster };
}

/** A stage on which the workload controllers run, with short ways to look at it. */
export async function workloadStage(clock: Clock, runner: PodRunner) {
  const { server, cluster } = stage(clock);
  const errors: unknown[] = [];
  const workloads = startWorkloads({ cluster, clock, runner, onError: (error) => errors.push(error) });
  await workloads.ready;
  const deployment = (name = 'web') => cluster.get({ ...DEPLOYMENT, namespace: 'test', name });
  return {
    server,
    cluster,
    errors,
    workloads,
    deployment,
    status: (field: string, name = 'web') => dig(deployment(name), 'status', field),
    condition: (type: string, name = 'web') => conditionOf(deployment(name), type),
    pods: () => cluster.list(POD, 'test'),
    sets: () => cluster.list(REPLICA_SET, 'test'),
    patch: (name: string, patch: object) =>
      cluster.patch({ ...DEPLOYMENT, namespace: 'test', name }, patch as Record<string, never>),
    async close() {
      await workloads.stop();
      await cluster.close();
    },
  };
}

export function conditionOf(object: KubeObject | undefined, type: string): StringMap | undefined {
  const conditions = (dig(object, 'status', 'conditions') ?? []) as readonly StringMap[];
  return conditions.find((condition) => condition['type'] === type);
}

/** Whether the rollout of the present template is done and all of it available. */
export function isRolledOut(deployment: KubeObject | undefined): boolean {
  const replicas = dig(deployment, 'spec', 'replicas');
  const status = (field: string) => dig(deployment, 'status', field);
  return (
    status('observedGeneration') === deployment?.metadata.generation &&
    status('updatedReplicas') === replicas &&
    status('replicas') === replicas &&
    status('availableReplicas') === replicas
  );
}

export function podTemplate(app: string, tag: string, env: StringMap = {}) {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const container = {
    name: 'app',
    image: `example/app:${tag}`,
    env: variables,
    ports: [{ name: 'http', containerPort: 9898 }],
  };
  return { metadata: { labels: { app } }, spec: { containers: [container] } };
}

export function deploymentOf(name: string, tag: string, spec: object = {}, env: StringMap = {}): KubeObject {
  return {
    ...DEPLOYMENT,
    metadata: { name, namespace: 'test' },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(name, tag, env), ...spec },
  };
}

export function serviceOf(name: string, app: string, spec: object = {}): KubeObject {
  const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
  return { ...SERVICE, metadata: { name, namespace: 'test' }, spec: { selector: { app }, ports, ...spec } };
}
