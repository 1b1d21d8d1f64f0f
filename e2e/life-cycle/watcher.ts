import { dig, type KubeObject, type ObjectRef } from '../../src/kube/object.ts';
import type { SeenRequest } from '../../src/sandbox/api/server.ts';
import { kindNamed, NAMESPACE } from './kinds.ts';

/** Whether a verb of Kubernetes changes something. */
export function isWrite(verb: string): boolean {
  return ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb);
}

/**
 * Looks at what clients get after every write of the controller: the apex Service `web`, and where an Istio route of that name
 * leads. One that answered must go on answering.
 */
export class Watcher {
  /** Moments at which clients lost what they had, in words. */
  readonly outages: string[] = [];
  /** Places whose outage belongs to the story: `apex` or `route`. */
  readonly excused = new Set<string>();
  readonly #get: (ref: ObjectRef) => KubeObject | undefined;
  readonly #workloads: readonly string[];
  readonly #served = new Set<string>();
  readonly #names = ['web'];

  constructor(
    get: (ref: ObjectRef) => KubeObject | undefined,
    workloads = ['web', 'web-primary', 'shop', 'shop-primary'],
  ) {
    this.#get = get;
    this.#workloads = workloads;
  }

  /** To be called after each request of the controller. */
  look({ verb, resource, name }: SeenRequest): void {
    if (!isWrite(verb) || resource === 'events') return;
    const after = `${verb} ${resource} ${name ?? ''}`;
    for (const apex of this.#names) {
      this.#judge(apex === 'web' ? 'apex' : `apex ${apex}`, after, this.#find('Service', apex) ? [apex] : []);
      this.#judge(apex === 'web' ? 'route' : `route ${apex}`, after, routed(this.#find('VirtualService', apex)));
    }
  }

  /** Clients also come by this name. */
  follow(apex: string): void {
    this.#names.push(apex);
    this.#served.add(`apex ${apex}`);
    // Without a route they reach the Service itself, so the first route has to lead to somebody
    this.#served.add(`route ${apex}`);
  }

  /** Whether ready pods stand behind a Service now. */
  answers(service: string): boolean {
    const selector = dig(this.#find('Service', service), 'spec', 'selector');
    return this.#workloads.some((name) => {
      const workload = this.#find('Deployment', name);
      const labels = dig(workload, 'spec', 'template', 'metadata', 'labels');
      const wanted = Object.entries((selector ?? {}) as Record<string, string>);
      if (wanted.length === 0 || !wanted.every(([key, value]) => dig(labels, key) === value)) return false;
      return dig(workload, 'spec', 'replicas') !== 0 && Number(dig(workload, 'status', 'availableReplicas') ?? 0) > 0;
    });
  }

  #judge(place: string, after: string, services: readonly string[]): void {
    const silent = services.filter((service) => !this.answers(service));
    if (services.length > 0 && silent.length === 0) this.#served.add(place);
    if (silent.length === 0 || !this.#served.has(place) || this.excused.has(place)) return;
    this.outages.push(`after ${after} the ${place} leads to ${silent.join(' and ')} without ready pods`);
  }

  #find(kind: string, name: string): KubeObject | undefined {
    return this.#get({ ...kindNamed(kind), namespace: NAMESPACE, name });
  }
}

/** Services to which a route sends any share of its traffic. */
function routed(route: KubeObject | undefined): readonly string[] {
  const rules = (dig(route, 'spec', 'http') ?? []) as unknown[];
  return rules.flatMap((rule) => {
    const destinations = (dig(rule, 'route') ?? []) as unknown[];
    const used = destinations.filter((each) => dig(each, 'weight') !== 0);
    return used.map((each) => String(dig(each, 'destination', 'host')));
  });
}
