import type { Cluster } from '../../kube/cluster.ts';
import { equalValues } from '../../kube/compare.ts';
import { type JsonObject, type Kind, type KubeObject, refOf } from '../../kube/object.ts';
import { type Clock, toTimestamp } from '../../runtime/clock.ts';
import { fieldItemsIn, fieldsIn, textIn } from '../api/fields.ts';
import { keyOf, refOfKey } from '../workloads/controller.ts';
import { isKind, SERVICE } from '../workloads/kinds.ts';
import { type BadReference, reference } from './http-filters.ts';
import { readHttpRoute } from './http-route.ts';

export const CONTROLLER_NAME = 'sluice.dev/sandbox-gateway';

interface Verdict {
  readonly type: 'Accepted' | 'ResolvedRefs';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/**
 * What the gateway has to say in `status.parents` of an HTTPRoute: one entry per parent reference, besides those of other
 * controllers. `undefined` when it stands there already.
 */
export function routeParents(
  route: KubeObject,
  serviceExists: (namespace: string, name: string) => boolean,
  nowMs: number,
): readonly JsonObject[] | undefined {
  const present = fieldItemsIn(route, 'status', 'parents') as JsonObject[];
  const own = present.filter((parent) => parent['controllerName'] === CONTROLLER_NAME);
  const verdicts = [accepted(route), resolved(route, serviceExists)];
  const wanted = fieldItemsIn(route, 'spec', 'parentRefs').map((parentRef) => {
    const before = own.find((parent) => equalValues(parent['parentRef'], parentRef));
    const conditions = verdicts.map((verdict) => condition(route, before, verdict, nowMs));
    return { parentRef: parentRef as JsonObject, controllerName: CONTROLLER_NAME, conditions };
  });
  if (equalValues(own, wanted)) return undefined;
  return [...present.filter((parent) => !own.includes(parent)), ...wanted];
}

function accepted(route: KubeObject): Verdict {
  const read = readHttpRoute(route);
  return 'problem' in read
    ? { type: 'Accepted', status: 'False', reason: 'UnsupportedValue', message: read.problem }
    : { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Route is accepted' };
}

function resolved(route: KubeObject, serviceExists: (namespace: string, name: string) => boolean): Verdict {
  const { namespace = '' } = route.metadata;
  for (const ref of backendRefs(route)) {
    const target = reference(ref, namespace);
    const found = !('problem' in target) && serviceExists(target.namespace, target.service);
    if (found) continue;
    const reason: BadReference['problem'] = 'problem' in target ? target.problem : 'BackendNotFound';
    const message = `backend ${textIn(ref, 'name')} can't be used`;
    return { type: 'ResolvedRefs', status: 'False', reason, message };
  }
  return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'All references resolved' };
}

function backendRefs(route: KubeObject): readonly unknown[] {
  return fieldItemsIn(route, 'spec', 'rules').flatMap((rule) => {
    const mirrors = fieldItemsIn(rule, 'filters').map((filter) => fieldsIn(filter, 'requestMirror', 'backendRef'));
    return [...fieldItemsIn(rule, 'backendRefs'), ...mirrors.filter((ref) => ref !== undefined)];
  });
}

function condition(route: KubeObject, parent: JsonObject | undefined, verdict: Verdict, nowMs: number): JsonObject {
  const before = fieldItemsIn(parent, 'conditions').find((item) => item['type'] === verdict.type);
  const since = before?.['status'] === verdict.status ? textIn(before, 'lastTransitionTime') : undefined;
  const observedGeneration = route.metadata.generation ?? 0;
  return { ...verdict, observedGeneration, lastTransitionTime: since ?? toTimestamp(nowMs) };
}

/** Writes the status of HTTPRoutes of one kind (version), only where something is new. */
export class RouteStatusWriter {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  readonly #kind: () => Kind;

  constructor(cluster: Cluster, clock: Clock, kind: () => Kind) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#kind = kind;
  }

  /** Keys of the routes whose status a change may touch. */
  concerns(object: KubeObject): readonly string[] {
    if (isKind(object, this.#kind())) return [keyOf(object)];
    if (!isKind(object, SERVICE)) return [];
    const { namespace, name } = object.metadata;
    const routes = this.#cluster.list(this.#kind(), namespace);
    return routes.filter((route) => backendRefs(route).some((ref) => textIn(ref, 'name') === name)).map(keyOf);
  }

  async visit(key: string): Promise<undefined> {
    const route = this.#cluster.get({ ...this.#kind(), ...refOfKey(key) });
    if (!route || route.metadata.deletionTimestamp !== undefined) return;
    const exists = (namespace: string, name: string) =>
      this.#cluster.get({ ...SERVICE, namespace, name }) !== undefined;
    const parents = routeParents(route, exists, this.#clock.now());
    if (!parents) return;
    const { resourceVersion = '' } = route.metadata;
    const patch = { metadata: { resourceVersion }, status: { parents } };
    await this.#cluster.patch(refOf(route), patch, { subresource: 'status' });
  }
}
