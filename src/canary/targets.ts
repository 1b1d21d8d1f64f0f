import { dig, type KubeObject } from '../kube/object.ts';

/** Which Canaries point to which target, and how many there are per namespace. Fed by changes of the cache. */
export class Targets {
  readonly #canaries = new Map<string, KubeObject>();
  readonly #byTarget = new Map<string, Set<string>>();
  readonly #perNamespace = new Map<string, number>();

  /** Answers the Canaries whose rivals have changed. */
  put(object: KubeObject): readonly KubeObject[] {
    const former = this.remove(object);
    const key = keyOf(object);
    this.#canaries.set(key, object);
    const target = targetOf(object);
    const keys = this.#byTarget.get(target) ?? new Set();
    keys.add(key);
    this.#byTarget.set(target, keys);
    this.#count(object, 1);
    return [...new Set([...former, ...this.rivals(object)])];
  }

  /** Answers those that were its rivals. */
  remove(object: KubeObject): readonly KubeObject[] {
    const key = keyOf(object);
    const known = this.#canaries.get(key);
    if (!known) return [];
    const rivals = this.rivals(known);
    this.#canaries.delete(key);
    const target = targetOf(known);
    this.#byTarget.get(target)?.delete(key);
    if (this.#byTarget.get(target)?.size === 0) this.#byTarget.delete(target);
    this.#count(known, -1);
    return rivals;
  }

  /** The other Canaries on the same target. */
  rivals(object: KubeObject): readonly KubeObject[] {
    const keys = this.#byTarget.get(targetOf(object)) ?? [];
    return [...keys].flatMap((key) => {
      const rival = this.#canaries.get(key);
      return rival && key !== keyOf(object) ? [rival] : [];
    });
  }

  /** Canaries per namespace; a namespace that lost its last one stays, with 0. */
  get totals(): ReadonlyMap<string, number> {
    return this.#perNamespace;
  }

  #count(object: KubeObject, by: number): void {
    const namespace = object.metadata.namespace ?? '';
    this.#perNamespace.set(namespace, (this.#perNamespace.get(namespace) ?? 0) + by);
  }
}

/** `<namespace>/<name>`: the key under which a Canary is worked on. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function targetOf(object: KubeObject): string {
  const ref = dig(object, 'spec', 'targetRef');
  // Nothing depends on the version, but a Service of Knative isn't one of Kubernetes
  const group = String(dig(ref, 'apiVersion')).split('/').slice(0, -1).join('/');
  return `${object.metadata.namespace}/${group}/${dig(ref, 'kind')}/${dig(ref, 'name')}`;
}
