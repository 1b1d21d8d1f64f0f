import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { type Component, startComponent } from './component.ts';
import { freePort } from './free-port.ts';
import { makePki } from './pki.ts';

export interface ControlPlaneOptions {
  readonly binaries: Binaries;
  /** `all`: Deployments make pods. `lifecycle`: only owners and namespaces take their objects with them. `none`: not even these. */
  readonly controllers: 'none' | 'lifecycle' | 'all';
  /** Pods run on nodes that only say so: ready at once, without traffic. Needs all `controllers`. */
  readonly nodes: boolean;
  /** Pods are given to nodes although there are none of these `nodes`: real ones join. */
  readonly scheduler?: boolean;
  /** More users who may do everything, each with a kubeconfig of its own: what they do is told apart in the audit log. */
  readonly administrators?: readonly string[];
  /** Every write is noted in `audit.log`: who did it, to what, when, with which answer. */
  readonly audit?: boolean;
}

/** A real control plane of our own on loopback. */
export interface ControlPlane {
  readonly server: string;
  /** Kubeconfig file of a cluster administrator. */
  readonly kubeconfig: string;
  /** Bearer token of the same. */
  readonly token: string;
  readonly folder: string;
  /** Client URL of etcd. */
  readonly etcd: string;
  /** File of certificates that the API server's own is signed by; `apiserver.crt` and `apiserver.key` lie beside it. */
  readonly authority: string;
  /** Lines of JSON, there from the first write on where `audit` was asked for. */
  readonly auditLog: string;
  /** Kubeconfig file of a user, optionally with another way to the API server, such as through a proxy. */
  kubeconfigOf(user: string, server?: string): string;
  /** One request as an administrator. Rejects when there is no answer. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }>;
  /** Kills the API server as a crash does, and starts it anew on the same port when `between` has resolved. */
  crashApiServer(between?: () => Promise<void>): Promise<void>;
  /** Kills etcd as a crash does, and starts it anew on its data. */
  crashEtcd(): Promise<void>;
  stop(): Promise<void>;
}

const lifecycle = ['garbage-collector-controller', 'namespace-controller', 'serviceaccount-controller'];

const users = [
  ['admin', 'admin', 'system:masters'],
  ['controllers', 'system:kube-controller-manager', ''],
  ['scheduler', 'system:kube-scheduler', ''],
  ['kwok', 'kwok', 'system:masters'],
] as const;

/** Starts etcd, the API server and what else is asked for, each on free ports of loopback; some seconds. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const plane = new Plane(folder, options, {
    etcd: await freePort(),
    peer: await freePort(),
    api: await freePort(),
    controllers: await freePort(),
    scheduler: await freePort(),
  });
  try {
    await plane.start();
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

type Ports = Readonly<Record<'etcd' | 'peer' | 'api' | 'controllers' | 'scheduler', number>>;

/** Reads are left out: there are many, and they change nothing. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'None', verbs: ['get', 'list', 'watch'] }, { level: 'Metadata' }],
};

class Plane implements ControlPlane {
  readonly folder: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly etcd: string;
  readonly authority: string;
  readonly auditLog: string;
  readonly token = 'admin-token';
  readonly #options: ControlPlaneOptions;
  readonly #ports: Ports;
  readonly #running = new Map<string, Component>();
  #authority = '';

  constructor(folder: string, options: ControlPlaneOptions, ports: Ports) {
    this.folder = folder;
    this.#options = options;
    this.#ports = ports;
    this.server = `https://127.0.0.1:${ports.api}`;
    this.etcd = `http://127.0.0.1:${ports.etcd}`;
    this.kubeconfig = this.#file('admin.kubeconfig');
    this.authority = this.#file('ca.crt');
    this.auditLog = this.#file('audit.log');
  }

  async start(): Promise<void> {
    makePki(this.folder);
    this.#authority = new X509Certificate(readFileSync(this.authority)).toString();
    const administrators = (this.#options.administrators ?? []).map((name) => [name, name, 'system:masters'] as const);
    const tokens = [...users, ...administrators].map(
      ([name, user, group]) => `${name}-token,${user},${name},"${group}"\n`,
    );
    writeFileSync(this.#file('tokens.csv'), tokens.join(''), { mode: 0o600 });
    for (const [name] of users) this.kubeconfigOf(name);
    writeFileSync(this.#file('audit-policy.yaml'), JSON.stringify(auditPolicy));
    mkdirSync(this.#file('etcd'), { mode: 0o700 });
    await this.#startEtcd();
    await this.#startApiServer();
    await this.#startClients();
  }

  async crashApiServer(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.#running.get('kube-apiserver')?.kill();
    await between();
    await this.#startApiServer();
    await this.#restartClients();
  }

  async crashEtcd(): Promise<void> {
    await this.#running.get('etcd')?.kill();
    await this.#startEtcd(() => this.#readyz());
    await this.#restartClients();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].reverse().map((component) => component.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #startEtcd(ready = async () => (await fetch(`${this.etcd}/health`)).ok): Promise<void> {
    const client = this.etcd;
    const peer = `http://127.0.0.1:${this.#ports.peer}`;
    const flags = [
      '--name=e2e',
      `--data-dir=${this.#file('etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=e2e=${peer}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ];
    return this.#launch('etcd', flags, ready);
  }

  #startApiServer(): Promise<void> {
    const flags = [
      `--etcd-servers=${this.etcd}`,
      '--etcd-compaction-interval=0',
      '--bind-address=127.0.0.1',
      `--secure-port=${this.#ports.api}`,
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--tls-cert-file=${this.#file('apiserver.crt')}`,
      `--tls-private-key-file=${this.#file('apiserver.key')}`,
      `--client-ca-file=${this.authority}`,
      `--token-auth-file=${this.#file('tokens.csv')}`,
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${this.#file('sa.pub')}`,
      `--service-account-signing-key-file=${this.#file('sa.key')}`,
      '--profiling=false',
      ...(this.#options.audit
        ? [`--audit-policy-file=${this.#file('audit-policy.yaml')}`, `--audit-log-path=${this.auditLog}`]
        : []),
    ];
    return this.#launch('kube-apiserver', flags, () => this.#readyz());
  }

  async #startClients(): Promise<void> {
    const { controllers, nodes, scheduler = nodes } = this.#options;
    await Promise.all([
      controllers === 'none' ? undefined : this.#startControllers(),
      scheduler ? this.#startScheduler() : undefined,
      nodes ? this.#startNodes() : undefined,
    ]);
  }

  /**
   * After an outage they would look again only after up to half a minute, and kwok gives up a pod for which a write failed
   * once.
   */
  async #restartClients(): Promise<void> {
    const clients = ['kube-controller-manager', 'kube-scheduler', 'kwok'];
    await Promise.all(clients.map((name) => this.#running.get(name)?.kill()));
    // Another kwok would wait until it has run out
    await this.ask('DELETE', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/fake');
    await this.#startClients();
  }

  #startControllers(): Promise<void> {
    const flags = [
      ...this.#identity('controllers'),
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${this.#file('sa.key')}`,
      `--root-ca-file=${this.authority}`,
      '--allocate-node-cidrs=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${this.#ports.controllers}`,
      '--kube-api-qps=300',
      '--kube-api-burst=600',
      '--profiling=false',
      ...(this.#options.controllers === 'all' ? [] : [`--controllers=${lifecycle.join(',')}`]),
    ];
    return this.#launch('kube-controller-manager', flags, () => answers(this.#ports.controllers, '/healthz'));
  }

  #startScheduler(): Promise<void> {
    const flags = [
      ...this.#identity('scheduler'),
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${this.#ports.scheduler}`,
      '--kube-api-qps=300',
      '--kube-api-burst=600',
    ];
    return this.#launch('kube-scheduler', flags, () => answers(this.#ports.scheduler, '/healthz'));
  }

  async #startNodes(): Promise<void> {
    const flags = [
      `--kubeconfig=${this.#file('kwok.kubeconfig')}`,
      '--manage-nodes-with-label-selector=type=kwok',
      '--cidr=10.244.128.0/17',
      '--node-ip=10.97.0.1',
      '--node-lease-duration-seconds=40',
    ];
    await this.#launch('kwok', flags, async () => true);
    const capacity = { cpu: '1000', memory: '1Ti', pods: '10000' };
    await this.ask('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'fake', labels: { type: 'kwok' }, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      status: { allocatable: capacity, capacity },
    });
  }

  /** A component's way to the API server, and to check who asks it. */
  #identity(name: string): string[] {
    const file = this.#file(`${name}.kubeconfig`);
    return ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${file}`);
  }

  async #launch(name: string, flags: readonly string[], ready: () => Promise<boolean>): Promise<void> {
    const program = this.#options.binaries.path(name);
    this.#running.set(name, await startComponent(program, flags, this.#file(`${name}.log`), ready));
  }

  async #readyz(): Promise<boolean> {
    const { status } = await this.ask('GET', '/readyz');
    return status === 200;
  }

  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    return ask(this.#ports.api, method, path, {
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ca: this.#authority,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  kubeconfigOf(user: string, server = this.server): string {
    const file = this.#file(
      server === this.server ? `${user}.kubeconfig` : `${user}-${new URL(server).port}.kubeconfig`,
    );
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'e2e',
      clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority': this.authority } }],
      users: [{ name: user, user: { token: `${user}-token` } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user } }],
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  #file(name: string): string {
    return join(this.folder, name);
  }
}

/** Health endpoints of the other components have certificates that nobody signed. */
async function answers(port: number, path: string): Promise<boolean> {
  return (await ask(port, 'GET', path, { rejectUnauthorized: false })).status === 200;
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
  readonly body?: string;
}

function ask(port: number, method: string, path: string, how: Asked): Promise<{ status: number; text: string }> {
  const { body, ...options } = how;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, timeout: 5_000, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.end(body);
  });
}
