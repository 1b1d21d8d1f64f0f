import { customResourceDefinitions } from '../../src/api/crd.ts';
import { Client } from '../../src/kube/client.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { createCluster } from '../../src/kube/kube-cluster.ts';
import { dig, type JsonObject, type Kind, type KubeObject, type ObjectRef } from '../../src/kube/object.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { createSluice, type Sluice } from '../../src/main.ts';
import { defaultOptions, parseOptions } from '../../src/options.ts';
import { createLogger } from '../../src/runtime/log.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { inProcessTransport } from '../../src/sandbox/api/in-process.ts';
import { type ApiServer, createApiServer } from '../../src/sandbox/api/server.ts';
import { type ForeignKind, openDefinitions, routingDefinitions } from '../../src/sandbox/routing-crds.ts';
import { playKnative } from './knative.ts';
import { Mock, ROOT } from './mock.ts';
import { clean, cleanStatus, Names } from './normalise.ts';
import type { Recording, Scenario, TimelineStep, Version } from './scenario.ts';
import { playedKinds, playWorkloads } from './workloads.ts';

const recorded: readonly Kind[] = [
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  ...playedKinds,
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'DestinationRule' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
  { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
];
/** Kinds of KEDA and Knative, which only a recording needs. */
const foreign: readonly ForeignKind[] = [
  { group: 'keda.sh', kind: 'ScaledObject', plural: 'scaledobjects', versions: ['v1alpha1'] },
  { group: 'serving.knative.dev', kind: 'Service', plural: 'services', versions: ['v1'] },
  { group: 'serving.knative.dev', kind: 'Revision', plural: 'revisions', versions: ['v1'] },
];
const WAIT_LIMIT_MS = 400_000;
/** Steps of a timeline fall between two ticks. */
const BETWEEN_STEPS_MS = 1_500;

/** Plays a recorded scenario against the controller on the virtual clock, and records what it does. */
export async function replay(scenario: Scenario): Promise<Recording> {
  const stage = new Stage(scenario);
  try {
    return await stage.run();
  } finally {
    await stage.close();
  }
}

export interface StageOptions {
  /** How the controller reaches the API server; the plain in-process transport unless said otherwise. */
  readonly transport?: (server: ApiServer) => Transport;
  /** Definitions of our own kinds; those that we ship unless said otherwise. */
  readonly definitions?: readonly KubeObject[];
  /** Whether what belongs to a deleted object goes with it; false unless said otherwise, as in the recordings. */
  readonly garbageCollection?: boolean;
}

/** A cluster in memory on the virtual clock, with a controller, scripted users and receivers. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly server: ApiServer;
  readonly cluster: Cluster & { close(): Promise<void> };
  readonly mock: Mock;
  /** Every version of every recorded object, in the order of their writing. */
  readonly versions: { readonly type: string; readonly object: KubeObject }[] = [];
  readonly #scenario: Scenario;
  readonly #transport: (server: ApiServer) => Transport;
  #sluice: Sluice | undefined;
  #stopWorkloads = () => {};
  #mark = 0;

  constructor(scenario: Scenario, options: StageOptions = {}) {
    this.#transport = options.transport ?? inProcessTransport;
    this.#scenario = scenario;
    const seed = [
      ...(options.definitions ?? customResourceDefinitions()),
      ...routingDefinitions(),
      ...openDefinitions(foreign),
    ];
    const { garbageCollection = false } = options;
    this.server = createApiServer({ clock: this.clock, garbageCollection, eventRing: 10_000, seed });
    const client = new Client(inProcessTransport(this.server), { clock: this.clock, userAgent: 'user' });
    this.cluster = createCluster(client, { clock: this.clock });
    this.mock = new Mock(scenario, this.clock);
  }

  async run(): Promise<Recording> {
    const kinds = [...recorded, ...this.#routeKinds()];
    const loading = Promise.all(kinds.map((kind) => this.cluster.watch(kind)));
    await this.#settle(loading);
    this.cluster.onChange(({ type, object }) => this.versions.push({ type, object }));
    const stops = [playWorkloads(this.cluster, this.clock), playKnative(this.cluster, this.clock)];
    this.#stopWorkloads = () => {
      for (const stop of stops) stop();
    };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.#scenario.id } };
    await this.#settle(this.cluster.create(namespace));
    this.#sluice = this.#start();
    await this.#settle(this.#sluice.start());
    let error: string | undefined;
    try {
      await this.#timeline();
    } catch (failure) {
      error = failure instanceof Error ? failure.message : String(failure);
    }
    await this.clock.advance(3_000);
    return this.#recording(error);
  }

  async close(): Promise<void> {
    this.#stopWorkloads();
    const stopping = Promise.all([this.#sluice?.stop(), this.cluster.close()]);
    await this.#settle(stopping);
  }

  /** Lets the clock run while something that may need time is under way. */
  async #settle<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => {});
    if (!(await this.clock.runUntil(() => done, 60_000))) throw new Error('the set-up did not come to an end');
    return finished;
  }

  #routeKinds(): Kind[] {
    const version = this.#scenario.provider === 'gatewayapi:v1beta1' ? 'v1beta1' : 'v1';
    return [{ apiVersion: `gateway.networking.k8s.io/${version}`, kind: 'HTTPRoute' }];
  }

  /** Starts a controller beside the one that is there, as after a crash; the old one is expected to be cut off. */
  async replace(): Promise<void> {
    const next = this.#start();
    this.#sluice = next;
    await next.start();
  }

  #start(): Sluice {
    const flags = {
      'mesh-provider': 'kubernetes',
      'metrics-server': `${ROOT}/prom`,
      'event-webhook': `${ROOT}/events`,
      'slack-url': `${ROOT}/slack`,
      'slack-channel': 'general',
      'slack-user': 'flagger',
      ...this.#scenario.flags,
    };
    const parsed = parseOptions(
      Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`),
      {},
    );
    const options = parsed.ok ? parsed.options : defaultOptions();
    const log = createLogger({ level: 'error', encoding: 'json', destination: { write: () => {} } });
    const transport = this.#transport(this.server);
    return createSluice(options, { transport, http: this.mock, clock: this.clock, log, version: 'replay' });
  }

  async #timeline(): Promise<void> {
    const { manifests, timeline } = this.#scenario;
    for (const object of manifests) if (object.kind !== 'Canary') await this.#apply(object);
    await this.clock.advance(2_500);
    for (const object of manifests) if (object.kind === 'Canary') await this.#apply(object);
    for (const step of timeline) await this.#step(step);
  }

  async #step(step: TimelineStep): Promise<void> {
    const [op, argument] = Object.entries(step).find(([key]) => key !== 'timeout') ?? ['', undefined];
    const given = argument as Record<string, unknown>;
    switch (op) {
      case 'wait':
        await this.#wait(`wait ${JSON.stringify(given)}`, () => this.#reached(given));
        return this.clock.advance(BETWEEN_STEPS_MS);
      case 'waitEvent':
        await this.#wait(`event ${given['match']}`, () => {
          const pattern = new RegExp(String(given['match']));
          const seen = this.mock.events.filter((event) => pattern.test(String(dig(event, 'metadata', 'eventMessage'))));
          return seen.length >= Number(given['count'] ?? 1);
        });
        return this.clock.advance(BETWEEN_STEPS_MS);
      case 'waitHook':
        await this.#wait(`hook ${given['name']}`, () => {
          return this.mock.calls.filter((call) => call.hook === given['name']).length >= Number(given['count']);
        });
        return this.clock.advance(BETWEEN_STEPS_MS);
      case 'waitObject':
        return this.#wait(`object ${given['name']}`, () => {
          return (this.cluster.get(this.#ref(given)) !== undefined) !== Boolean(given['gone']);
        });
      case 'sleep':
        return this.clock.advance(Number(argument) * 1000);
      case 'metrics':
        this.mock.metrics = argument as never;
        return;
      case 'hook':
        Object.assign(this.mock.hooks, structuredClone(given));
        return;
      default:
        this.#mark = this.versions.length;
        return this.#change(op, argument);
    }
  }

  async #change(op: string, argument: unknown): Promise<void> {
    const given = argument as Record<string, unknown>;
    switch (op) {
      case 'apply':
        for (const object of argument as KubeObject[]) await this.#apply(object);
        return;
      case 'setImage': {
        const ref = this.#ref({ kind: 'Deployment', ...given });
        const containers = dig(this.cluster.get(ref), 'spec', 'template', 'spec', 'containers') as JsonObject[];
        const next = containers.map((container, i) =>
          i === 0 ? { ...container, image: String(given['image']) } : container,
        );
        await this.#settle(this.cluster.patch(ref, { spec: { template: { spec: { containers: next } } } }));
        return;
      }
      case 'patch': {
        const options = given['subresource'] ? { subresource: 'status' as const } : {};
        await this.#settle(this.cluster.patch(this.#ref(given), this.#resolve(given['patch']) as JsonObject, options));
        return;
      }
      case 'delete':
        await this.#settle(this.cluster.delete(this.#ref(given)));
        return;
      case 'restart': {
        const old = this.#sluice;
        this.#sluice = undefined;
        if (old) await this.#settle(old.stop());
        await this.clock.advance(Number(given['after'] ?? 2) * 1000);
        this.#sluice = this.#start();
        await this.#settle(this.#sluice.start());
        return;
      }
      default:
        throw new Error(`unknown step ${op}`);
    }
  }

  async #wait(what: string, reached: () => boolean): Promise<void> {
    if (!(await this.clock.runUntil(reached, WAIT_LIMIT_MS))) throw new Error(`timed out waiting for ${what}`);
  }

  /** Whether a status after the last change or wait has these values. */
  #reached(want: Record<string, unknown>): boolean {
    const at = this.versions.findIndex(({ object }, i) => {
      if (i < this.#mark || object.kind !== 'Canary') return false;
      const status = dig(object, 'status');
      return Object.entries(want).every(([field, value]) => {
        return (dig(status, field) ?? (typeof value === 'number' ? 0 : undefined)) === value;
      });
    });
    if (at >= 0) this.#mark = at + 1;
    return at >= 0;
  }

  #ref(given: Record<string, unknown>): ObjectRef {
    const kind = String(given['kind']);
    const known = [...recorded, ...this.#routeKinds()].find((each) => {
      return kind.includes('/') ? kind === `${each.apiVersion}/${each.kind}` : kind === each.kind;
    });
    if (!known) throw new Error(`the timeline names a kind that isn't recorded: ${kind}`);
    return { ...known, namespace: this.#scenario.id, name: String(given['name']) };
  }

  async #apply(source: KubeObject): Promise<void> {
    const { status, ...object } = withSecretsResolved(this.#resolve(source) as KubeObject, (text) => {
      return this.#resolve(text) as string;
    });
    const placed = { ...object, metadata: { ...object.metadata, namespace: this.#scenario.id } } as KubeObject;
    const ref = {
      apiVersion: placed.apiVersion,
      kind: placed.kind,
      namespace: this.#scenario.id,
      name: placed.metadata.name,
    };
    if (this.cluster.get(ref))
      await this.#settle(this.cluster.patch(ref, JSON.parse(JSON.stringify(placed)) as JsonObject));
    else await this.#settle(this.cluster.create(placed));
    if (status !== undefined) {
      await this.#settle(this.cluster.patch(ref, { status } as JsonObject, { subresource: 'status' }));
    }
  }

  #resolve(value: unknown): unknown {
    const text = JSON.stringify(value);
    return JSON.parse(text.replaceAll('{{MOCK}}', `${ROOT}/s/${this.#scenario.id}`).replaceAll('{{MOCK_ROOT}}', ROOT));
  }

  async #recording(error: string | undefined): Promise<Recording> {
    const replacements = [
      [`${ROOT}/s/${this.#scenario.id}`, '{{MOCK}}'],
      [ROOT, '{{MOCK_ROOT}}'],
    ] as const;
    const names = new Names(replacements, cookieNames(this.#scenario.manifests));
    const status: Record<string, Record<string, unknown>[]> = {};
    const objects: Record<string, Version[]> = {};
    const last = new Map<string, string>();
    const ordered = [...this.versions];
    for (const { type, object } of ordered) {
      if (object.kind === 'Canary' && object['status'] && type !== 'deleted') {
        const next = names.walk(cleanStatus(object['status'] as Record<string, unknown>)) as Record<string, unknown>;
        append(status, object.metadata.name, next);
      }
      const key = `${object.apiVersion}/${object.kind}/${object.metadata.name}`;
      const next = names.walk(clean(object)) as Record<string, unknown>;
      const text = JSON.stringify(next);
      if (type !== 'deleted' && last.get(key) === text) continue;
      last.set(key, text);
      const op = type === 'added' ? 'create' : type === 'changed' ? 'update' : 'delete';
      append(objects, key, op === 'delete' ? { op } : { op, object: next });
    }
    const webhooks: Record<string, Record<string, unknown>[]> = {};
    for (const { hook, method, answer, body } of this.mock.calls) {
      append(webhooks, hook, { method, answer, body: withoutTime(names.walk(body)) });
    }
    return {
      ...(error === undefined ? {} : { error }),
      status,
      objects,
      events: this.mock.events.map((event) => ({
        type: String(dig(event, 'metadata', 'eventType')),
        message: names.text(String(dig(event, 'metadata', 'eventMessage'))),
      })),
      webhooks,
      alerts: this.mock.alerts.map((alert) => names.walk(alert) as Record<string, unknown>),
      queries: this.mock.queries.map((query) => names.walk(query) as Record<string, unknown>),
      metrics: await this.#metrics(),
    };
  }

  /** What Prometheus scrapes of the controller. */
  async metricsPage(): Promise<string> {
    return (await this.#sluice?.metrics.text()) ?? '';
  }

  async #metrics(): Promise<Record<string, number>> {
    const page = await this.metricsPage();
    const found: [string, number][] = [];
    for (const line of page.split('\n')) {
      const match = /^(flagger_canary_(?!duration)\w+)\{(.*)\} (\S+)$/.exec(line);
      if (!match?.[2]?.includes(`namespace="${this.#scenario.id}"`)) continue;
      found.push([`${match[1]}{${match[2].split(',').sort().join(',')}}`, Number(match[3])]);
    }
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Of the session affinity of the scenario's Canary. */
export function cookieNames(manifests: readonly KubeObject[]): string[] {
  const affinity = manifests.map((object) => dig(object, 'spec', 'analysis', 'sessionAffinity'));
  const names = affinity.flatMap((each) => [dig(each, 'cookieName'), dig(each, 'primaryCookieName')]);
  return names.filter((name) => typeof name === 'string');
}

function append<T>(lists: Record<string, T[]>, key: string, item: T): void {
  const list = lists[key] ?? [];
  list.push(item);
  lists[key] = list;
}

/** Addresses of the mock also stand in Secrets, encoded. */
function withSecretsResolved(object: KubeObject, resolve: (text: string) => string): KubeObject {
  if (object.kind !== 'Secret') return object;
  const decoded = (value: unknown) => resolve(Buffer.from(String(value), 'base64').toString('utf8'));
  const entries = Object.entries((object['data'] ?? {}) as object);
  const data = entries.map(([key, value]) => [key, Buffer.from(decoded(value)).toString('base64')]);
  return entries.length > 0 ? { ...object, data: Object.fromEntries(data) } : object;
}

function withoutTime(body: unknown): unknown {
  const metadata = dig(body, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return body;
  const { timestamp: _, ...rest } = metadata as Record<string, unknown>;
  return { ...(body as object), metadata: rest };
}
