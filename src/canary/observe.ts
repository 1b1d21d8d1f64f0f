import type { Live, Mesh } from '../../meshes/contract.ts';
import type { Canary, Parsed, Refusal } from '../api/canary.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Reader } from '../kube/cluster.ts';
import { dig, type Kind, type KubeObject, kindKey, type ObjectRef, refKey } from '../kube/object.ts';
import { configRefs } from './configs.ts';
import type { Contents } from './contents.ts';
import type { ConfigSight, Observation, Sight } from './observation.ts';
import { compilePlan } from './plan.ts';
import { resume } from './resume.ts';
import { statusOf } from './status.ts';
import type { Workload } from './workloads/contract.ts';
import type { Written } from './written.ts';

export const canaryKind: Kind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' };

/** What observing needs besides the key: all of it is in memory. */
export interface Observatory {
  readonly reader: Reader;
  readonly parse: (object: KubeObject) => Parsed<Canary>;
  readonly meshFor: (provider: string) => Mesh | undefined;
  readonly workloadFor: (kind: string) => Workload | undefined;
  readonly contents: Contents;
  readonly written: Written;
  readonly configTracking: boolean;
  /** Other Canaries on the same target, as keys `<namespace>/<name>`. */
  readonly rivals: (object: KubeObject) => readonly KubeObject[];
  /** The status as it was written, where the API server drops the fields that it doesn't know. */
  readonly recall: (object: KubeObject) => CanaryStatus | undefined;
}

/** What one look found, and every object that it looked at: a change of any of them is a reason to look again. */
export interface Look {
  readonly sight: Sight;
  readonly refs: ReadonlySet<string>;
}

/** One look at a Canary and all that matters to it. Synchronous: from the cache alone. */
export function observe(ref: ObjectRef, now: number, from: Observatory): Look {
  const glass = new Glass(from.reader);
  const sight = look(ref, now, from, glass);
  if (glass.unknown.size > 0)
    return { sight: { kind: 'loading', kinds: [...glass.unknown.values()] }, refs: glass.refs };
  return { sight, refs: glass.refs };
}

function look(ref: ObjectRef, at: number, from: Observatory, glass: Glass): Sight {
  const object = glass.get(ref);
  if (!object) return { kind: 'gone' };
  const live: Live = (wanted) => glass.get(wanted);
  const stands = (wanted: KubeObject) => {
    const { apiVersion, kind, metadata } = wanted;
    const { name, namespace } = metadata;
    const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    return from.written.stands(wanted, glass.get(key));
  };
  const seen: Observation = { at, object, status: from.recall(object) ?? statusOf(object), live, stands };
  const parsed = from.parse(object);
  if (!parsed.ok) return { kind: 'refused', seen, refusals: parsed.refusals };
  return lookCloser(seen, parsed.value, from, glass);
}

function lookCloser(seen: Observation, canary: Canary, from: Observatory, glass: Glass): Sight {
  const mesh = from.meshFor(canary.provider);
  const workload = from.workloadFor(canary.target.kind);
  const refusals = [
    ...impossible(canary, mesh, workload),
    ...rivalry(seen.object, from),
    ...unserved(canary, mesh, glass),
  ];
  if (!mesh || !workload || refusals.length > 0) return { kind: 'refused', seen, refusals };
  const blocked = (why: string): Sight => ({ kind: 'blocked', seen, canary, why });
  const { apiVersion, kind, name } = canary.target;
  const target = glass.get({ apiVersion, kind, namespace: canary.namespace, name });
  const plural = `${kind.toLowerCase()}s.${apiVersion.split('/')[0]}`;
  if (!target) {
    return blocked(`${kind.toLowerCase()} ${name}.${canary.namespace} get query error: ${plural} "${name}" not found`);
  }
  const selector = workload.selector(canary, target);
  if ('impossible' in selector) return blocked(selector.impossible);
  const primary = glass.get({ apiVersion, kind, namespace: canary.namespace, name: canary.primaryName });
  for (const each of [...mesh.refs(canary), ...serviceRefs(canary)]) glass.get(each);
  const plan = compilePlan(canary, mesh.can);
  return {
    kind: 'scene',
    scene: {
      ...seen,
      status: resume(seen.status, plan),
      canary,
      mesh,
      workload,
      target,
      primary,
      selector,
      ports: workload.ports(canary, target),
      revision: workload.revision(target),
      configs: from.configTracking ? configsOf(canary, target, from, glass) : [],
      tracksConfigs: from.configTracking,
      plan,
      autoscalerFloor: floorOf(canary, glass),
    },
  };
}

function impossible(canary: Canary, mesh: Mesh | undefined, workload: Workload | undefined): Refusal[] {
  const refusals: Refusal[] = [];
  if (!mesh) {
    const message = `spec.provider: no adapter for "${canary.provider}" exists; set it to a provider that is supported`;
    refusals.push({ reason: 'UnknownProvider', field: 'spec.provider', message });
  }
  if (!workload) {
    const { kind } = canary.target;
    const message = `spec.targetRef.kind: targets of kind ${kind} are not supported; use a Deployment, DaemonSet or StatefulSet`;
    refusals.push({ reason: 'UnsupportedTarget', field: 'spec.targetRef.kind', message });
  }
  if (canary.autoscalerRef) {
    const message =
      'spec.autoscalerRef: autoscalers of the primary are not supported yet, and without one the primary would keep a fixed ' +
      'number of replicas; remove autoscalerRef to release with the replicas of the target';
    refusals.push({ reason: 'UnsupportedAutoscaler', field: 'spec.autoscalerRef', message });
  }
  return refusals;
}

/** Two Canaries on one target would undo each other's work: the older one keeps it. */
function rivalry(object: KubeObject, from: Observatory): Refusal[] {
  const older = from.rivals(object).find((rival) => isOlder(rival, object));
  if (!older) return [];
  const message =
    `spec.targetRef: canary ${older.metadata.name}.${older.metadata.namespace} is already in charge of this target; ` +
    'delete one of the two or point it to another target';
  return [{ reason: 'DuplicateTarget', field: 'spec.targetRef', message }];
}

function isOlder(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return left < right || (left === right && a.metadata.name < b.metadata.name);
}

function unserved(canary: Canary, mesh: Mesh | undefined, glass: Glass): Refusal[] {
  const kinds = new Map((mesh?.refs(canary) ?? []).map((ref) => [kindKey(ref), ref]));
  return [...kinds.values()].flatMap((kind) => {
    if (glass.state(kind) !== 'notServed') return [];
    const message =
      `spec.provider: ${canary.provider} needs ${kind.kind} of ${kind.apiVersion}, which this API server doesn't serve; ` +
      'install its CRDs or choose another provider';
    return [{ reason: 'ProviderNotInstalled', field: 'spec.provider', message }];
  });
}

function configsOf(canary: Canary, target: KubeObject, from: Observatory, glass: Glass): ConfigSight[] {
  return configRefs(target, canary.namespace).map((config) => {
    const metadata = glass.get(config.ref);
    glass.get({ ...config.ref, name: `${config.ref.name}-primary` });
    return { ...config, exists: metadata !== undefined, content: metadata && from.contents.of(metadata) };
  });
}

function serviceRefs({ namespace, service }: Canary): ObjectRef[] {
  const names = [service.apexName, service.primaryName, service.canaryName];
  return names.map((name) => ({ apiVersion: 'v1', kind: 'Service', namespace, name }));
}

function floorOf(canary: Canary, glass: Glass): number | undefined {
  if (!canary.autoscalerRef) return undefined;
  const { apiVersion, kind, name } = canary.autoscalerRef;
  const scaler = glass.get({ apiVersion, kind, namespace: canary.namespace, name });
  const floor = dig(scaler, 'spec', kind === 'ScaledObject' ? 'minReplicaCount' : 'minReplicas');
  return typeof floor === 'number' && floor > 1 ? floor : 1;
}

/** Looks into the cache and remembers at what. */
class Glass {
  readonly refs = new Set<string>();
  /** Kinds that were looked for and aren't in the cache yet. */
  readonly unknown = new Map<string, Kind>();
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  state(kind: Kind): ReturnType<Reader['state']> {
    const state = this.#reader.state(kind);
    if (state === 'unwatched' || state === 'syncing') {
      this.unknown.set(kindKey(kind), { apiVersion: kind.apiVersion, kind: kind.kind });
    }
    return state;
  }

  get(ref: ObjectRef): KubeObject | undefined {
    this.refs.add(refKey(ref));
    return this.state(ref) === 'synced' ? this.#reader.get(ref) : undefined;
  }
}
