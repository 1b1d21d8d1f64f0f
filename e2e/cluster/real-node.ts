import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { makeCgroup, removeCgroup } from './cgroups.ts';
import { startComponent } from './component.ts';
import type { ControlPlane } from './control-plane.ts';
import { makeImage } from './image.ts';
import { containerdConfig, kubeletConfig, networkConfig } from './node-config.ts';
import type { NodeTools } from './node-tools.ts';
import { issueClientCertificate } from './pki.ts';

const run = promisify(execFile);

/** Image of the web server of `web/`; the tag keeps the kubelet from pulling it. */
export const WEB_IMAGE = 'localhost/web:v1';
const PAUSE_IMAGE = 'localhost/pause:v1';

export interface RealNodeOptions {
  /** Its scheduler gives pods to nodes; the node joins it. */
  readonly plane: ControlPlane;
  readonly binaries: Binaries;
  readonly tools: NodeTools;
}

/** A node with real containers, in namespaces of its own: network, mounts and processes end with it. */
export interface RealNode {
  /** Starts a program in the node's network, where Services have their addresses. */
  spawn(program: string, argv: readonly string[]): ChildProcess;
  /** Ends every pod and program of the node, and removes what it made on this machine. */
  stop(): Promise<void>;
}

/** Starts containerd, kubelet and kube-proxy; resolves when the node is ready. Needs what `whyNoRealNode` looks for. */
export async function startRealNode(options: RealNodeOptions): Promise<RealNode> {
  const node = new Node(options);
  try {
    await node.start();
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }
}

class Node implements RealNode {
  readonly #options: RealNodeOptions;
  readonly #folder: string;
  /** Two nodes on one machine must not meet. */
  readonly #id = `${process.pid % 100_000}`;
  readonly #cgroup = `sluice-${this.#id}`;
  readonly #subnet = `10.97.${process.pid % 250}`;
  #init: ChildProcess | undefined;
  /** Process that the namespaces belong to. */
  #pid = 0;
  #way: Server | undefined;

  constructor(options: RealNodeOptions) {
    this.#options = options;
    this.#folder = join(options.plane.folder, 'node');
  }

  async start(): Promise<void> {
    for (const name of ['', 'cni', 'plugins', 'pki']) mkdirSync(join(this.#folder, name), { recursive: true });
    makeCgroup(this.#cgroup);
    await this.#isolate();
    await this.#joinNetworks();
    await this.#startContainerd();
    await this.#importImages();
    await Promise.all([this.#startKubelet(), this.#startProxy()]);
  }

  spawn(program: string, argv: readonly string[]): ChildProcess {
    return spawn('nsenter', this.#inside(program, argv), { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async stop(): Promise<void> {
    if (this.#pid > 0) process.kill(this.#pid, 'SIGKILL');
    if (this.#init && this.#init.exitCode === null && this.#init.signalCode === null) await once(this.#init, 'exit');
    this.#way?.close();
    await removeCgroup(this.#cgroup);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The first process of new namespaces. Folders that programs fill by habit are empty ones in memory there. */
  async #isolate(): Promise<void> {
    const script = [
      ...['/run', '/var/log', '/var/lib'].map((folder) => `mount -t tmpfs none ${folder}`),
      'mkdir -p /run/netns',
      'ip link set lo up',
      'echo ready',
      // Ends when this process does, however that happens: nobody else has the other end of its input
      'exec cat',
    ].join(' && ');
    const argv = ['-n', '-m', '-p', '-f', '--mount-proc', '--kill-child', 'sh', '-c', script];
    const init = spawn('unshare', argv, { stdio: 'pipe' });
    this.#init = init;
    let said = '';
    init.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await Promise.race([
      once(init.stdout, 'data'),
      once(init, 'exit').then(() => {
        throw new Error(`the namespaces of the node could not be made: ${said}`);
      }),
    ]);
    this.#pid = Number(readFileSync(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8'));
  }

  /** A cable between this machine and the node, and the API server at its end. */
  async #joinNetworks(): Promise<void> {
    const cable = `sluice${this.#id}`;
    await run('ip', ['link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.#pid)]);
    await run('ip', ['addr', 'add', `${this.#subnet}.1/30`, 'dev', cable]);
    await run('ip', ['link', 'set', cable, 'up']);
    await this.#run('ip', ['addr', 'add', `${this.#address}/30`, 'dev', 'eth0']);
    await this.#run('ip', ['link', 'set', 'eth0', 'up']);
    // Services have addresses that only rules know: without a route the kernel refuses them before it looks at the rules
    await this.#run('ip', ['route', 'add', 'default', 'via', `${this.#subnet}.1`]);
    await this.#run('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    const { port } = new URL(this.#options.plane.server);
    this.#way = createServer((socket) => {
      const on = connect(Number(port), '127.0.0.1');
      for (const [from, to] of [
        [socket, on],
        [on, socket],
      ] as const) {
        from.pipe(to);
        from.on('error', () => to.destroy());
      }
    });
    this.#way.listen(Number(port), `${this.#subnet}.1`);
    await once(this.#way, 'listening');
  }

  async #startContainerd(): Promise<void> {
    const { tools } = this.#options;
    const config = this.#write('containerd.toml', containerdConfig(this.#folder, tools.cni, PAUSE_IMAGE));
    this.#write('cni/10-bridge.conflist', networkConfig(this.#folder));
    await this.#launch(tools.path('containerd'), ['-c', config], async () => {
      await this.#ctr('version');
      return true;
    });
  }

  async #importImages(): Promise<void> {
    const program = this.#options.tools.path('web');
    for (const [name, command] of [
      [PAUSE_IMAGE, 'pause'],
      [WEB_IMAGE, 'serve'],
    ] as const) {
      const file = makeImage(join(this.#folder, 'images', command), { name, program, command: [command] });
      await this.#ctr('images', 'import', file);
    }
  }

  async #startKubelet(): Promise<void> {
    const config = kubeletConfig({ folder: this.#folder, address: this.#address, cgroup: this.#cgroup });
    const flags = [
      `--config=${this.#write('kubelet.yaml', JSON.stringify(config))}`,
      `--kubeconfig=${this.#kubeconfig('kubelet', '/O=system:nodes/CN=system:node:real')}`,
      '--hostname-override=real',
      `--node-ip=${this.#address}`,
      `--root-dir=${join(this.#folder, 'kubelet')}`,
      `--cert-dir=${join(this.#folder, 'pki')}`,
    ];
    await this.#launch(this.#options.binaries.path('kubelet'), flags, async () => {
      const { text } = await this.#options.plane.ask('GET', '/api/v1/nodes/real');
      const { status } = JSON.parse(text) as { status?: { conditions?: { type: string; status: string }[] } };
      return status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
    });
  }

  async #startProxy(): Promise<void> {
    const flags = [
      `--kubeconfig=${this.#kubeconfig('kube-proxy', '/CN=system:kube-proxy')}`,
      '--proxy-mode=iptables',
      '--hostname-override=real',
      '--cluster-cidr=10.244.0.0/16',
      '--conntrack-max-per-core=0',
      '--healthz-bind-address=127.0.0.1:10256',
      '--metrics-bind-address=127.0.0.1:10249',
      `--nodeport-addresses=${this.#address}/32`,
    ];
    await this.#launch(this.#options.binaries.path('kube-proxy'), flags, async () => {
      await this.#run('iptables', ['-t', 'nat', '-L', 'KUBE-SERVICES']);
      return true;
    });
  }

  get #address(): string {
    return `${this.#subnet}.2`;
  }

  async #launch(program: string, argv: readonly string[], ready: () => Promise<boolean>): Promise<void> {
    const log = join(this.#folder, `${program.split('/').at(-1)}.log`);
    await startComponent('nsenter', this.#inside(program, argv), log, ready);
  }

  #ctr(...argv: string[]): Promise<unknown> {
    return this.#run(this.#options.tools.path('ctr'), ['-a', '/run/containerd.sock', '-n', 'k8s.io', ...argv]);
  }

  #run(program: string, argv: readonly string[]): Promise<unknown> {
    return run('nsenter', this.#inside(program, argv));
  }

  /** How `nsenter` runs a program among those of the node. */
  #inside(program: string, argv: readonly string[]): string[] {
    const environment = Object.entries(this.#options.tools.environment).map(([name, value]) => `${name}=${value}`);
    return ['-t', String(this.#pid), '-n', '-m', '-p', 'env', ...environment, program, ...argv];
  }

  #write(name: string, content: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** The way of a component of the node to the API server, whose certificate is for other addresses than that of the cable. */
  #kubeconfig(name: string, subject: string): string {
    const { plane } = this.#options;
    const { certificate, key } = issueClientCertificate(plane.folder, name, subject);
    const server = `https://${this.#subnet}.1:${new URL(plane.server).port}`;
    const cluster = { server, 'certificate-authority': join(plane.folder, 'ca.crt'), 'tls-server-name': 'kubernetes' };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'node',
      clusters: [{ name: 'node', cluster }],
      users: [{ name, user: { 'client-certificate': certificate, 'client-key': key } }],
      contexts: [{ name: 'node', context: { cluster: 'node', user: name } }],
    };
    return this.#write(`${name}.kubeconfig`, JSON.stringify(config));
  }
}
