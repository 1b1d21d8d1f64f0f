import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { parseManifests } from '../../src/api/manifest.ts';
import { canaryKind } from '../../src/canary/observe.ts';
import { Client } from '../../src/kube/client.ts';
import { createCluster } from '../../src/kube/kube-cluster.ts';
import { loadAccess } from '../../src/kube/kubeconfig.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from '../../src/kube/object.ts';
import { undiciTransport } from '../../src/kube/undici-transport.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { closeAll } from '../cluster/close-all.ts';
import { type ControllerProcess, startController } from './controller-process.ts';
import { type Receivers, startReceivers } from './receivers.ts';

const PATIENCE_MS = 90_000;
/** Kinds that every lab watches. */
export const watched = [
  canaryKind,
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
];

/** A namespace of its own on the real API server, with receivers and a controller that looks after it alone. */
export class Lab {
  readonly namespace = `e2e-${randomUUID().slice(0, 8)}`;
  /** Every status of every Canary, in the order in which they were seen. */
  readonly statuses: { readonly name: string; readonly status: JsonObject }[] = [];
  readonly receivers: Receivers;
  readonly cluster: ReturnType<typeof createCluster>;
  /** Kubeconfig of the controllers. */
  readonly #way: string;
  readonly #controllers: ControllerProcess[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(cluster: ReturnType<typeof createCluster>, receivers: Receivers, way: string) {
    this.cluster = cluster;
    this.receivers = receivers;
    this.#way = way;
    receivers.onRequest = () => this.#look();
  }

  /** On the common cluster, unless there is one of its own; there the controller is an administrator. */
  static async open(plane?: { readonly kubeconfig: string }): Promise<Lab> {
    const admin = plane?.kubeconfig ?? inject('admin');
    const access = await loadAccess({ kubeconfig: admin });
    const transport = undiciTransport(access.endpoint, systemClock);
    const client = new Client(transport, { clock: systemClock, userAgent: 'sluice-e2e', qps: 1_000, burst: 1_000 });
    const lab = new Lab(
      createCluster(client, { clock: systemClock }),
      await startReceivers(),
      plane?.kubeconfig ?? inject('controller'),
    );
    await lab.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: lab.namespace } });
    await Promise.all(watched.map((kind) => lab.cluster.watch(kind)));
    lab.cluster.onChange(({ object }) => {
      if (object.kind !== 'Canary' || object.metadata.namespace !== lab.namespace) return;
      lab.statuses.push({ name: object.metadata.name, status: (object['status'] ?? {}) as JsonObject });
    });
    return lab;
  }

  /** Starts the controller, on the common cluster with the rights of the installed ServiceAccount. */
  run(flags: readonly string[] = []): ControllerProcess {
    const own = [
      `-namespace=${this.namespace}`,
      '-mesh-provider=kubernetes',
      '-min-interval=1s',
      `-metrics-server=${this.receivers.url}/prom`,
      `-slack-url=${this.receivers.url}/slack`,
      '-slack-channel=releases',
    ];
    const controller = startController(this.#way, [...own, ...flags], () => this.#look());
    this.#controllers.push(controller);
    return controller;
  }

  /** Ends every controller that was started here, paused ones too, and deletes the namespace. */
  close(): Promise<void> {
    return closeAll(
      () => Promise.all(this.#controllers.map((controller) => controller.kill())),
      () => this.cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: this.namespace }),
      () => this.cluster.close(),
      () => this.receivers.close(),
    );
  }

  /** Creates the objects of a YAML text in the namespace of the lab; `$URL` in it is that of the receivers. */
  async apply(text: string): Promise<void> {
    for (const object of parseManifests(text.replaceAll('$URL', this.receivers.url))) {
      await this.cluster.create({ ...object, metadata: { ...object.metadata, namespace: this.namespace } });
    }
  }

  /** A new version of a Deployment: what it differs in is an environment variable. */
  async release(name: string, version: string): Promise<void> {
    const containers = [{ name: 'app', env: [{ name: 'VERSION', value: version }] }];
    await this.cluster.patch(
      this.deployment(name),
      { spec: { template: { spec: { containers } } } },
      { type: 'strategic' },
    );
  }

  /** The version that a Deployment's template says. */
  version(name: string): unknown {
    return dig(this.cluster.get(this.deployment(name)), 'spec', 'template', 'spec', 'containers', 0, 'env', 0, 'value');
  }

  replicas(name: string): unknown {
    return dig(this.cluster.get(this.deployment(name)), 'spec', 'replicas');
  }

  deployment(name: string): ObjectRef {
    return { apiVersion: 'apps/v1', kind: 'Deployment', namespace: this.namespace, name };
  }

  canary(name: string): ObjectRef {
    return { ...canaryKind, namespace: this.namespace, name };
  }

  status(name: string): JsonObject {
    return (dig(this.cluster.get(this.canary(name)), 'status') ?? {}) as JsonObject;
  }

  /** Distinct values of a status field, in the order in which they were seen. */
  seen(name: string, field: string): unknown[] {
    const values = this.statuses.filter((each) => each.name === name).map(({ status }) => status[field]);
    return values.filter((value, i) => value !== undefined && value !== values[i - 1]);
  }

  phase(name: string, phase: string): Promise<void> {
    return this.until(`${name} is ${phase}`, () => this.status(name)['phase'] === phase);
  }

  /** Waits until something holds; looks after each change of the cluster, request to the receivers and log line. Rejects with where the canaries stand and the end of the controller's log. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        cancel();
        stop();
        this.#waiting.delete(look);
      };
      const look = () => {
        if (!holds()) return;
        done();
        resolve();
      };
      const stop = this.cluster.onChange(look);
      this.#waiting.add(look);
      const cancel = systemClock.after(PATIENCE_MS, () => {
        done();
        reject(new Error(`timed out: ${what}\n${this.#report()}`));
      });
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }

  #report(): string {
    const canaries = this.cluster
      .list(canaryKind, this.namespace)
      .map((object: KubeObject) => JSON.stringify(object['status']));
    return [...canaries, this.#controllers.at(-1)?.log().split('\n').slice(-15).join('\n') ?? ''].join('\n');
  }
}
