import { phases, type Stage as RunStage } from '../../src/api/status.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef, refOf } from '../../src/kube/object.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { isStream, jsonAnswer } from '../../src/sandbox/api/exchange.ts';
import { inProcessTransport } from '../../src/sandbox/api/in-process.ts';
import type { ApiServer, SeenRequest } from '../../src/sandbox/api/server.ts';
import type { Scenario } from '../replay/scenario.ts';
import { Stage } from '../replay/stage.ts';
import { kindNamed, NAMESPACE, pathOf } from './kinds.ts';
import { isWrite, Watcher } from './watcher.ts';

export interface LifeOptions {
  readonly flags?: Readonly<Record<string, string>>;
  /** Answers of Prometheus, as in recordings. */
  readonly metrics?: Scenario['metrics'];
  readonly hooks?: Scenario['hooks'];
  /** False: what belongs to a deleted object stays until `collect` is called, as in a cluster that is slow. */
  readonly garbageCollection?: boolean;
}

/** A request of the controller, with the virtual time at which it came. */
export interface Told extends SeenRequest {
  readonly at: number;
}

const LIMIT_MS = 400_000;
const PIECE_MS = 500;
/** What is made for a Canary on the Deployment `web`. */
export const made = [
  ['Deployment', 'web-primary'],
  ['Service', 'web-primary'],
  ['Service', 'web-canary'],
  ['VirtualService', 'web'],
  ['DestinationRule', 'web-primary'],
  ['DestinationRule', 'web-canary'],
] as const;

/**
 * Plays `act` in a cluster in memory that begins with `objects`, in order. Every write of the controller is judged by the
 * watcher; what it found is thrown at the end.
 */
export async function live(
  objects: readonly KubeObject[],
  act: (life: Life) => Promise<void>,
  options: LifeOptions = {},
): Promise<void> {
  const life = new Life(options);
  try {
    await life.begin(objects);
    await act(life);
    if (life.watcher.outages.length > 0) throw new Error(life.watcher.outages.join('\n'));
  } finally {
    await life.end();
  }
}

/** What a user of the cluster does and sees while the real controller is at work. All time is the stage's. */
export class Life {
  readonly stage: Stage;
  readonly watcher: Watcher;
  /** Everything that the controller asked of the API server so far. */
  readonly requests: Told[] = [];
  #cutOff = () => {};

  constructor({ flags, metrics, hooks, garbageCollection = true }: LifeOptions) {
    const scenario: Scenario = {
      id: NAMESPACE,
      title: 'a life',
      provider: 'istio',
      timeline: [],
      manifests: [],
      recording: { status: {}, objects: {}, events: [], webhooks: {}, alerts: [], queries: [] },
      ...(flags ? { flags } : {}),
      ...(metrics ? { metrics } : {}),
      ...(hooks ? { hooks } : {}),
    };
    const transport = (server: ApiServer): Transport => this.#mortal(server);
    this.stage = new Stage(scenario, { transport, garbageCollection });
    this.watcher = new Watcher((ref) => this.get(ref));
    this.stage.server.onRequest((request) => {
      if (!request.userAgent.startsWith('flagger/')) return;
      this.requests.push({ ...request, at: this.stage.clock.now() });
      this.watcher.look(request);
    });
  }

  /** What it wrote so far, Events left out. */
  get writes(): readonly Told[] {
    return this.requests.filter(({ verb, resource }) => isWrite(verb) && resource !== 'events');
  }

  async begin(objects: readonly KubeObject[]): Promise<void> {
    await this.stage.run();
    await this.#settle(this.stage.cluster.watch(kindNamed('PodDisruptionBudget')));
    for (const object of objects) {
      // A workload runs before its Canary comes
      if (object.kind === 'Canary') await this.advance(2_500);
      await this.put(object);
    }
  }

  async end(): Promise<void> {
    await this.stage.close();
  }

  async advance(ms: number): Promise<void> {
    await this.#runUntil(() => false, ms);
  }

  /** In short pieces: a long row of requests may need more than one pause of the clock. */
  async #runUntil(reached: () => boolean, limitMs: number): Promise<boolean> {
    const { clock } = this.stage;
    const end = clock.now() + limitMs;
    while (clock.now() < end) {
      if (await clock.runUntil(reached, Math.min(PIECE_MS, end - clock.now()))) return true;
    }
    return false;
  }

  /** Waits for something; a wait in vain tells how the Canary stands. */
  async until(what: string, reached: () => boolean): Promise<void> {
    if (await this.#runUntil(reached, LIMIT_MS)) return;
    throw new Error(`${what}: waited in vain; ${JSON.stringify(this.status())}\n${this.said.slice(-8).join('\n')}`);
  }

  /** Waits until the Canary shows a phase or stands in a stage. */
  async reach(wanted: string, canary = 'web'): Promise<void> {
    const isPhase = (phases as readonly string[]).includes(wanted);
    await this.until(`${canary} ${wanted}`, () => {
      return (isPhase ? dig(this.status(canary), 'phase') : this.stageOf(canary)) === wanted;
    });
  }

  stageOf(canary = 'web'): RunStage | undefined {
    return dig(this.status(canary), 'run', 'stage') as RunStage | undefined;
  }

  /** The object as the API server has it now. */
  get(ref: ObjectRef): KubeObject | undefined {
    const answer = this.stage.server.handle({ method: 'GET', path: pathOf(ref), headers: {} });
    if (isStream(answer) || answer.status !== 200) return undefined;
    return JSON.parse(answer.body) as KubeObject;
  }

  /** The same by kind and name in the namespace of the test. */
  find(kind: string, name = 'web'): KubeObject | undefined {
    return this.get({ ...kindNamed(kind), namespace: NAMESPACE, name });
  }

  status(canary = 'web'): JsonObject {
    return (dig(this.find('Canary', canary), 'status') ?? {}) as JsonObject;
  }

  replicas(deployment: string): unknown {
    return dig(this.find('Deployment', deployment), 'spec', 'replicas');
  }

  image(deployment: string): unknown {
    return dig(this.find('Deployment', deployment), 'spec', 'template', 'spec', 'containers', 0, 'image');
  }

  /** Percent of the traffic that an Istio route sends to the canary. */
  weight(name = 'web'): unknown {
    return dig(this.find('VirtualService', name), 'spec', 'http', 0, 'route', 1, 'weight') ?? 0;
  }

  condition(type: string, canary = 'web'): Record<string, unknown> | undefined {
    const conditions = dig(this.status(canary), 'conditions') as Record<string, unknown>[] | undefined;
    return conditions?.find((each) => each['type'] === type);
  }

  /** Texts of all events so far. */
  get said(): readonly string[] {
    return this.stage.mock.events.map((event) => String(dig(event, 'metadata', 'eventMessage')));
  }

  /** Creates an object, or merges it into the one that is there. */
  async put(object: KubeObject): Promise<void> {
    const ref = refOf(object);
    const { cluster } = this.stage;
    await this.#settle(
      this.get(ref) ? cluster.patch(ref, JSON.parse(JSON.stringify(object)) as JsonObject) : cluster.create(object),
    );
  }

  async patch(kind: string, name: string, patch: JsonObject): Promise<void> {
    await this.#settle(this.stage.cluster.patch({ ...kindNamed(kind), namespace: NAMESPACE, name }, patch));
  }

  /** The play of the cluster says nothing about a Deployment any more: `report` does. */
  freeze(name: string): void {
    this.stage.server.intercept(({ method, path, headers }) => {
      const played =
        method === 'PATCH' && path.includes(`deployments/${name}/status`) && headers['user-agent'] === 'user';
      return played ? jsonAnswer(200, this.find('Deployment', name)) : undefined;
    });
  }

  /** What Kubernetes would report of an object. */
  report(kind: string, name: string, status: JsonObject): void {
    const path = `${pathOf({ ...kindNamed(kind), namespace: NAMESPACE, name })}/status`;
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'kubelet' };
    this.stage.server.handle({ method: 'PATCH', path, headers, body: JSON.stringify({ status }) });
  }

  async setImage(image: string, name = 'web'): Promise<void> {
    const containers = dig(this.find('Deployment', name), 'spec', 'template', 'spec', 'containers') as JsonObject[];
    const next = containers.map((container) => ({ ...container, image }));
    await this.patch('Deployment', name, { spec: { template: { spec: { containers: next } } } });
  }

  async remove(kind: string, name = 'web'): Promise<void> {
    const { namespaced, ...known } = kindNamed(kind);
    await this.#settle(this.stage.cluster.delete({ ...known, ...(namespaced ? { namespace: NAMESPACE } : {}), name }));
  }

  /** What still belongs to a Canary that is gone goes as well. */
  async collect(uid: string | undefined): Promise<void> {
    for (const [kind, name] of made) {
      const owners = this.find(kind, name)?.metadata.ownerReferences ?? [];
      if (owners.some((owner) => owner.uid === uid)) await this.remove(kind, name);
    }
  }

  /** The API server refuses what the controller asks for, until the returned function is called. */
  refuse(method: string, path: RegExp): () => void {
    return this.stage.server.intercept((request) => {
      const ours = request.headers['user-agent']?.startsWith('flagger/') && request.method === method;
      if (!ours || !path.test(request.path)) return undefined;
      const body = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'injected',
        reason: 'InternalError',
      };
      return jsonAnswer(500, { ...body, code: 500 });
    });
  }

  /** The controller dies on the spot; another one starts two seconds later. */
  async restart(): Promise<void> {
    this.#cutOff();
    await this.advance(2_000);
    await this.#settle(this.stage.replace());
  }

  #mortal(server: ApiServer): Transport {
    const inner = inProcessTransport(server);
    let dead = false;
    this.#cutOff = () => {
      dead = true;
      void inner.close();
    };
    return {
      send: (request) => (dead ? new Promise(() => {}) : inner.send(request)),
      stream: (request, onLine) => inner.stream(request, (line) => (dead ? undefined : onLine(line))),
      close: () => inner.close(),
    };
  }

  async #settle<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => {});
    await this.until('an answer of the API server', () => done);
    return finished;
  }
}
