import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { Lab, watched } from './lab.ts';
import { type Left, leave } from './leave.ts';

const alsoWatched = [
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
];

/** A cluster on which the reference controller ran until a moment ago, and ours from `start` on. */
export class TakenOver {
  readonly lab: Lab;
  readonly #found = new Map<string, KubeObject>();
  /** Every version of every object since the start. */
  readonly #writes: KubeObject[] = [];

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  /** Puts everything into place while no controller runs, and waits until its pods are ready. */
  static async prepare(all: readonly Left[]): Promise<TakenOver> {
    const lab = await Lab.open();
    await Promise.all(alsoWatched.map((kind) => lab.cluster.watch(kind)));
    const left = leave(lab, all);
    const taken = new TakenOver(lab);
    await lab.until('all is there and up', () => {
      const present = new Map(taken.#objects().map((object) => [keyOf(object), object]));
      return left.every((object) => isThere(object, present.get(keyOf(object)))) && [...present.values()].every(isUp);
    });
    return taken;
  }

  /** The controller has the rights that `sluice install` gives, and tells events to a hook. */
  start(): void {
    for (const object of this.#objects()) this.#found.set(keyOf(object), object);
    this.lab.cluster.onChange(({ object }) => {
      if (object.metadata.namespace === this.lab.namespace) this.#writes.push(object);
    });
    this.lab.run([`-event-webhook=${this.lab.receivers.url}/hook/events`]);
  }

  /**
   * What was said about a Canary in events, in order and without repetitions; `N` stands for its name and namespace,
   * `P` for those of its primary. How often a rollout is waited for depends on time, so that is left out.
   */
  events(name: string): string[] {
    const all = (this.lab.receivers.calls['events'] ?? []) as { name: string; metadata: { eventMessage: string } }[];
    const own = all.filter((event) => event.name === name);
    const { namespace } = this.lab;
    const texts = own.map(({ metadata }) => metadata.eventMessage);
    const short = texts.map((text) =>
      text.replaceAll(`${name}.${namespace}`, 'N').replaceAll(`${name}-primary.${namespace}`, 'P'),
    );
    return distinct(short.filter((text) => !text.includes('waiting for rollout to finish')));
  }

  /** Texts of the alerts about a Canary, in order. */
  alerts(name: string): string[] {
    const all = this.lab.receivers.alerts.map((text) => dig(JSON.parse(text), 'attachments', 0));
    const own = all.filter((each) => dig(each, 'author_name') === `${name}.${this.lab.namespace}`);
    return own.map((each) => String(dig(each, 'text')));
  }

  /** How often each hook of a Canary was called. */
  calls(name: string): Record<string, number> {
    const own = Object.entries(this.lab.receivers.calls).filter(([hook]) => hook.startsWith(`${name}-`));
    return Object.fromEntries(own.map(([hook, calls]) => [hook.slice(name.length + 1), calls.length]));
  }

  /** Distinct phases of a Canary, the one that was found first; empty text for none. */
  phases(name: string): unknown[] {
    return distinct(this.#versions('Canary', name).map((object) => dig(object, 'status', 'phase') ?? ''));
  }

  /** Distinct shares of the canary in its routes, in percent, the one that was found first. */
  shares(name: string): unknown[] {
    const routes = [
      ...this.#versions('VirtualService', name),
      ...this.#versions('HTTPRoute', name),
      ...this.#versions('Ingress', `${name}-canary`),
    ];
    return distinct(routes.map((object) => share(object, name)));
  }

  /** Objects of a Canary that are no longer as they were found, statuses aside. */
  changed(name: string): string[] {
    const own = this.#writes.filter((object) => new RegExp(`^${name}(-|$)`).test(object.metadata.name));
    const keys = own.filter((object) => object.kind !== 'Canary' && !this.#isAsFound(object)).map(keyOf);
    return [...new Set(keys)];
  }

  found(kind: string, name: string): KubeObject | undefined {
    return this.#found.get(`${kind}/${name}`);
  }

  /** Tag of the image that a workload's template says. */
  tag(name: string, kind = 'Deployment'): unknown {
    const ref = { apiVersion: 'apps/v1', kind, namespace: this.lab.namespace, name };
    const image = dig(this.lab.cluster.get(ref), 'spec', 'template', 'spec', 'containers', 0, 'image');
    return String(image).split(':')[1];
  }

  #objects(): KubeObject[] {
    return [...watched, ...alsoWatched].flatMap((kind) => [...this.lab.cluster.list(kind, this.lab.namespace)]);
  }

  #versions(kind: string, name: string): KubeObject[] {
    const found = this.found(kind, name);
    const later = this.#writes.filter((object) => object.kind === kind && object.metadata.name === name);
    return [...(found ? [found] : []), ...later];
  }

  #isAsFound(object: KubeObject): boolean {
    const found = this.#found.get(keyOf(object));
    // Only objects with a generation have statuses that others write
    const version = ({ metadata }: KubeObject) => metadata.generation ?? metadata.resourceVersion;
    return found !== undefined && version(found) === version(object);
  }
}

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function isThere(left: KubeObject, present: KubeObject | undefined): boolean {
  return present !== undefined && (left['status'] === undefined || present['status'] !== undefined);
}

function isUp(object: KubeObject): boolean {
  const status = (object['status'] ?? {}) as JsonObject;
  if (object.kind === 'DaemonSet') {
    const { observedGeneration, desiredNumberScheduled, numberAvailable = 0 } = status;
    return observedGeneration === object.metadata.generation && desiredNumberScheduled === numberAvailable;
  }
  if (object.kind !== 'Deployment' || dig(object, 'spec', 'template', 'spec', 'nodeSelector')) return true;
  const { observedGeneration, availableReplicas = 0 } = status;
  return observedGeneration === object.metadata.generation && availableReplicas === dig(object, 'spec', 'replicas');
}

/** Of the rule that leads to the canary: the only one, or the one with a match. */
function share(route: KubeObject, name: string): unknown {
  if (route.kind === 'Ingress') {
    return Number(route.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'] ?? 0);
  }
  if (route.kind === 'HTTPRoute') {
    const backends = (dig(route, 'spec', 'rules', 0, 'backendRefs') ?? []) as { name: string; weight?: number }[];
    return backends.find((backend) => backend.name === `${name}-canary`)?.weight ?? 0;
  }
  const rule = dig(route, 'spec', 'http', 0);
  const destinations = (dig(rule, 'route') ?? []) as { destination: { host: string }; weight?: number }[];
  const weight = destinations.find(({ destination }) => destination.host === `${name}-canary`)?.weight ?? 0;
  return dig(rule, 'mirror') ? `${weight} mirrored` : weight;
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return items.filter((item, i) => i === 0 || item !== items[i - 1]);
}
