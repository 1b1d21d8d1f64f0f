import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CanaryStatus, Evidence } from '../api/status.ts';
import { canaryKind } from '../canary/observe.ts';
import { dig } from '../kube/object.ts';
import { undiciTransport } from '../kube/undici-transport.ts';
import { createSluice, type Sluice } from '../main.ts';
import { defaultOptions } from '../options.ts';
import { axiosHttp } from '../runtime/axios-http.ts';
import { systemClock } from '../runtime/clock.ts';
import { createLogger } from '../runtime/log.ts';
import { onShutdown } from '../runtime/shutdown.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { demoHost, demoManifests } from './demo-manifests.ts';
import { type Tally, Traffic } from './demo-traffic.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo', name: 'shop' };
const canary = { ...canaryKind, namespace: 'demo', name: 'shop' };
/** No phase of the demo takes longer unless something is broken. */
const PATIENCE_MS = 60_000;

/**
 * `sluice demo`: a whole cluster in this process, the real controller, real HTTP traffic; one good release and one bad one.
 * Nothing about the outcome is scripted. Resolves with the exit code: 0 when the good one was promoted, the bad one rolled
 * back, and nobody but the bad version failed a request.
 */
export async function demo(argv: readonly string[]): Promise<number> {
  const keep = argv.includes('--keep');
  const unknown = argv.find((word) => word !== '--keep');
  if (unknown !== undefined) {
    process.stderr.write(`sluice demo: unknown argument ${unknown}; the only one is --keep\n`);
    return 2;
  }
  const screen = new Screen();
  const clock = systemClock;
  const http = axiosHttp();
  screen.title('Sluice: a release that is good, and one that is not');
  const sandbox = await startSandbox({ clock, http });
  const sluice = controller(sandbox);
  const traffic = new Traffic(sandbox.gateway.url, demoHost, clock);
  try {
    await sandbox.cluster.watch(canaryKind);
    await sluice.start();
    screen.say(`cluster up: API server ${sandbox.api.url}, gateway ${sandbox.gateway.url}`);
    const outcome = await play(sandbox, traffic, screen);
    if (keep) await leaveUp(sandbox, screen);
    return outcome;
  } finally {
    await traffic.stop();
    await sluice.stop();
    await sandbox.stop();
  }
}

async function play(sandbox: Sandbox, traffic: Traffic, screen: Screen): Promise<number> {
  const story = new Story(sandbox, screen);
  await sandbox.cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  for (const object of demoManifests()) await sandbox.cluster.create(object);
  screen.chapter('Version 1.0.0 is taken over: a primary is made from it, without downtime');
  await story.until('Initialized');
  traffic.start();
  screen.say('eight clients begin to send requests through the gateway');

  screen.chapter('Version 2.0.0 is deployed');
  await sandbox.cluster.patch(target, image('shop:2.0.0', 0), { type: 'strategic' });
  const promoted = await story.until('Succeeded', 'Failed');

  screen.chapter('Version 3.0.0 is deployed; every fourth answer of it is an error');
  const before = traffic.tally.sent;
  await sandbox.cluster.patch(target, image('shop:3.0.0', 0.25), { type: 'strategic' });
  const bad = await story.firstTraffic();
  const rolledBack = await story.until('Failed', 'Succeeded');
  const back = traffic.tally.lastSeen.get('3.0.0') ?? bad;
  await story.quiet();
  const replicas = dig(sandbox.cluster.get(target), 'spec', 'replicas');
  return summary(screen, traffic.tally, {
    atRest: replicas === 0,
    promoted: promoted === 'Succeeded',
    rolledBack: rolledBack === 'Failed',
    secondsToSafety: (back - bad) / 1000,
    during: traffic.tally.sent - before,
  });
}

function controller(sandbox: Sandbox): Sluice {
  const endpoint = { server: sandbox.api.url, tls: {}, authorize: async () => ({}) };
  const options = {
    ...defaultOptions(),
    meshProvider: 'kubernetes',
    metricsServer: sandbox.prometheusUrl,
    // The reference allows no interval below ten seconds; a demo needn't take that long
    minIntervalMs: 1_000,
  };
  return createSluice(options, {
    transport: undiciTransport(endpoint, systemClock),
    http: axiosHttp(),
    clock: systemClock,
    log: createLogger({ level: process.env['SLUICE_DEMO_LOG'] === 'debug' ? 'info' : 'error', encoding: 'console' }),
    version: 'demo',
  });
}

function image(name: string, errorRate: number) {
  const env = [{ name: 'FAULT_ERROR_RATE', value: String(errorRate) }];
  return { spec: { template: { spec: { containers: [{ name: 'shop', image: name, env }] } } } };
}

/** Follows the Canary's status and tells what is decided, as it is decided. */
class Story {
  readonly #sandbox: Sandbox;
  readonly #screen: Screen;
  #told = '';

  constructor(sandbox: Sandbox, screen: Screen) {
    this.#sandbox = sandbox;
    this.#screen = screen;
  }

  /** Resolves with the first of the phases that is reached by a change from now on. */
  until(...phases: string[]): Promise<string> {
    return this.#follow((status) => {
      const { phase } = status;
      return phase !== undefined && phases.includes(phase) && status.run?.stage === 'idle' ? phase : undefined;
    });
  }

  /** Resolves with the time at which the running canary got its first traffic. */
  firstTraffic(): Promise<number> {
    return this.#follow((status) => ((status.run?.traffic.canary ?? 0) > 0 ? systemClock.now() : undefined));
  }

  /** Lets the last pods go. */
  async quiet(): Promise<void> {
    await this.#follow((status) => (status.run?.stage === 'idle' ? true : undefined), true);
  }

  #follow<T>(reached: (status: CanaryStatus) => T | undefined, now = false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const object = this.#sandbox.cluster.get(canary);
        const status = object?.['status'] as CanaryStatus | undefined;
        if (!status) return;
        this.#tell(status);
        const result = reached(status);
        if (result === undefined) return;
        cancel();
        stop();
        resolve(result);
      };
      const stop = this.#sandbox.cluster.onChange(({ object }) => {
        if (object.kind === canary.kind) look();
      });
      const cancel = systemClock.after(PATIENCE_MS, () => {
        stop();
        reject(new Error('the demo waited for a minute and nothing happened; run it with SLUICE_DEMO_LOG=debug'));
      });
      if (now) look();
    });
  }

  #tell(status: CanaryStatus): void {
    const latest = status.evidence?.at(-1);
    const id = JSON.stringify(latest);
    if (!latest || id === this.#told) return;
    this.#told = id;
    this.#screen.decision(status, latest);
  }
}

interface Outcome {
  /** Nothing of the faulty version is left running. */
  readonly atRest: boolean;
  readonly promoted: boolean;
  readonly rolledBack: boolean;
  readonly secondsToSafety: number;
  readonly during: number;
}

function summary(screen: Screen, tally: Tally, outcome: Outcome): number {
  screen.chapter('What the clients saw');
  let lost = 0;
  for (const [version, { ok, failed }] of [...tally.byVersion].sort()) {
    const name = version === 'none' ? 'unanswered' : version;
    screen.say(`${name.padEnd(10)} ${String(ok + failed).padStart(6)} requests, ${failed} failed`);
    if (version !== '3.0.0') lost += failed;
  }
  const bad = tally.byVersion.get('3.0.0');
  screen.say(`version 2.0.0 ${outcome.promoted ? 'was promoted' : 'WAS NOT PROMOTED'}`);
  const rest = outcome.atRest ? 'and scaled to zero' : 'BUT STILL RUNS';
  screen.say(`version 3.0.0 ${outcome.rolledBack ? 'was rolled back' : 'WAS NOT ROLLED BACK'} ${rest}`);
  screen.say(`from its first request to its last: ${outcome.secondsToSafety.toFixed(1)} s`);
  screen.say(`failed requests: ${bad?.failed ?? 0} by the faulty version, ${lost} by anything else`);
  return outcome.promoted && outcome.rolledBack && outcome.atRest && lost === 0 && (bad?.failed ?? 0) > 0 ? 0 : 1;
}

async function leaveUp(sandbox: Sandbox, screen: Screen): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.api.kubeconfig(), { mode: 0o600 });
  screen.chapter('It stays up until Ctrl-C. Things to try');
  screen.say(`export KUBECONFIG=${kubeconfig}`);
  screen.say('kubectl -n demo get canaries,deployments,httproutes');
  screen.say('kubectl -n demo set image deployment/shop shop=shop:4.0.0');
  screen.say('npm run sluice -- explain canary shop -n demo');
  screen.say(`curl -H 'Host: ${demoHost}' ${sandbox.gateway.url}`);
  screen.say(`curl '${sandbox.prometheusUrl}/api/v1/query?query=up'`);
  const stop = onShutdown();
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  rmSync(folder, { recursive: true });
}

/** Plain lines; colour only on a terminal. */
class Screen {
  readonly #start = systemClock.now();
  readonly #colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

  title(text: string): void {
    this.#line(this.#paint(text, '1'));
  }

  chapter(text: string): void {
    this.#line('');
    this.#line(this.#paint(text, '1;36'));
  }

  say(text: string): void {
    this.#line(`  ${text}`);
  }

  decision(status: CanaryStatus, { decision, checks = [] }: Evidence): void {
    const seconds = ((systemClock.now() - this.#start) / 1000).toFixed(1).padStart(5);
    const weight = status.run?.traffic.canary ?? 0;
    const bar = this.#paint('█'.repeat(weight / 5), '33') + this.#paint('░'.repeat(20 - weight / 5), '32');
    const bad = decision.startsWith('halt') || decision.startsWith('roll');
    this.#line(
      `  ${seconds} s  ${bar} ${String(weight).padStart(3)} %  ${bad ? this.#paint(decision, '31') : decision}`,
    );
    for (const { name, value, bound, verdict } of checks) {
      const mark = verdict === 'pass' ? this.#paint('ok  ', '32') : this.#paint('FAIL', '31');
      this.#line(`${' '.repeat(37)}${mark} ${name} ${value} (${bound})`);
    }
  }

  #paint(text: string, code: string): string {
    return this.#colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #line(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}
