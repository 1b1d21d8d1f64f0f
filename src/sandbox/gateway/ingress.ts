import type { KubeObject } from '../../kube/object.ts';
import { type Fields, fieldItemsIn, fieldsIn, textIn, valueIn } from '../api/fields.ts';
import { canaryRule, isCanary } from './canary-rule.ts';
import type { PathMatch } from './matching.ts';
import type { Backend, Canary, Entry } from './route-table.ts';

export interface IngressOptions {
  /** Ingresses of other classes are left alone; those without a class are taken. */
  readonly ingressClass: string;
  /** Of the canary annotations. */
  readonly prefix: string;
}

interface Path {
  readonly host: string;
  readonly path: PathMatch;
  /** As the object says, since it is part of a path's identity. */
  readonly type: string;
  readonly backend: Backend;
}

/**
 * Reads Ingresses, oldest first, as ingress-nginx does: a canary Ingress has no paths of its own but gives those of others
 * an alternative, where host, path and path type are the same. The first canary of a path wins, and the first main one.
 */
export function readIngresses(ingresses: readonly KubeObject[], options: IngressOptions): readonly Entry[] {
  const ours = ingresses.filter((ingress) => isOurs(ingress, options));
  const canaries = new Map<string, Canary>();
  for (const ingress of ours.filter((item) => isCanary(item.metadata.annotations ?? {}, options.prefix))) {
    const rule = canaryRule(ingress.metadata.annotations ?? {}, options.prefix);
    for (const path of pathsOf(ingress)) {
      const key = keyOf(ingress, path);
      if (!canaries.has(key)) canaries.set(key, { ...rule, backend: path.backend });
    }
  }
  return ours
    .filter((ingress) => !isCanary(ingress.metadata.annotations ?? {}, options.prefix))
    .flatMap((ingress) =>
      [...pathsOf(ingress), ...defaultsOf(ingress)].map((path) =>
        entryOf(ingress, path, canaries.get(keyOf(ingress, path))),
      ),
    );
}

function isOurs(ingress: KubeObject, { ingressClass }: IngressOptions): boolean {
  const annotation = ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  const named = textIn(ingress, 'spec', 'ingressClassName') ?? annotation;
  return named === undefined || named === ingressClass;
}

function keyOf(ingress: KubeObject, { host, path, type }: Path): string {
  return JSON.stringify([ingress.metadata.namespace, host, path.value, type]);
}

function entryOf(ingress: KubeObject, { host, path, backend }: Path, canary: Canary | undefined): Entry {
  const { namespace = '', name } = ingress.metadata;
  const condition = { path, method: undefined, headers: [], query: [] };
  // a path whose canary is itself has no alternative
  const alternative = canary && canary.backend.service !== backend.service ? canary : undefined;
  return { namespace, name, host, condition, action: { kind: 'Ingress', backend, canary: alternative } };
}

function pathsOf(ingress: KubeObject): readonly Path[] {
  return fieldItemsIn(ingress, 'spec', 'rules').flatMap((rule) =>
    fieldItemsIn(rule, 'http', 'paths').flatMap((item) => {
      const backend = backendOf(ingress, fieldsIn(item, 'backend'));
      const type = textIn(item, 'pathType') ?? 'ImplementationSpecific';
      const value = textIn(item, 'path') ?? '/';
      const path = { kind: type === 'Exact' ? 'exact' : 'prefix', value } as const;
      return backend ? [{ host: hostOf(rule), path, type, backend }] : [];
    }),
  );
}

/** What no path takes, on the hosts of the Ingress and on those that nobody names. */
function defaultsOf(ingress: KubeObject): readonly Path[] {
  const backend = backendOf(ingress, fieldsIn(ingress, 'spec', 'defaultBackend'));
  if (!backend) return [];
  const hosts = new Set([...fieldItemsIn(ingress, 'spec', 'rules').map(hostOf), '*']);
  return [...hosts].map((host) => ({ host, path: { kind: 'prefix', value: '' }, type: 'default', backend }));
}

function hostOf(rule: Fields): string {
  return (textIn(rule, 'host') || '*').toLowerCase();
}

function backendOf(ingress: KubeObject, backend: Fields | undefined): Backend | undefined {
  const service = textIn(backend, 'service', 'name');
  const port = valueIn(backend, 'service', 'port', 'number') ?? valueIn(backend, 'service', 'port', 'name');
  if (service === undefined || (typeof port !== 'number' && typeof port !== 'string')) return undefined;
  return { namespace: ingress.metadata.namespace ?? '', service, port };
}
