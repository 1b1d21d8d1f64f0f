import type { Live, Mesh } from '../../meshes/contract.ts';
import type { Canary, Parsed, Refusal } from '../api/canary.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Reader } from '../kube/cluster.ts';
import { controllerOf, dig, type Kind, type KubeObject, kindKey, type ObjectRef, refKey } from '../kube/object.ts';
import { toTimestamp } from '../runtime/clock.ts';
import { autoscalerFor } from './autoscalers/registry.ts';
import { seeScalers } from './autoscalers/sight.ts';
import { configRefs, copyRefOf } from './configs.ts';
import type { Contents } from './contents.ts';
import { hardFailureOf, isSelected } from './hard-failure.ts';
import type { History } from './history.ts';
import { inherited } from './inherit.ts';
import type { ConfigSight, Observation, Routed, Scene, Sight } from './observation.ts';
import { compilePlan } from './plan.ts';
import { disruptionBudgetRef } from './primary-disruption-budget.ts';
import { inFormerRoutes, isRetargeted, revisionOfPrimary, routesDeferred } from './remembered.ts';
import { resume } from './resume.ts';
import { sidesOfPods } from './sides/pods.ts';
import { sidesOfRouted } from './sides/routed.ts';
import { statusOf } from './status.ts';
import type { Impossible, RoutedTarget, Workload } from './workloads/contract.ts';
import { objectOr, textsOf } from './workloads/json.ts';
import type { Written } from './written.ts';

/** How long before its run a pod of it may be born, in milliseconds. */
const BORN_AHEAD_MS = 2_000;

export const canaryKind: Kind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' };

/** What observing needs besides the key: all of it is in memory. */
export interface Observatory {
  readonly reader: Reader;
  readonly parse: (object: KubeObject) => Parsed<Canary>;
  readonly meshFor: (provider: string) => Mesh | undefined;
  readonly workloadFor: (kind: string) => Workload | undefined;
  readonly routedFor: (target: Canary['target']) => RoutedTarget | undefined;
  readonly contents: Contents;
  readonly history: History;
  readonly written: Written;
  readonly configTracking: boolean;
  /** Other Canaries on the same target. */
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
  const parsed = from.parse(object.metadata.deletionTimestamp === undefined ? object : withoutAnalysis(object));
  if (!parsed.ok) return { kind: 'refused', seen, refusals: parsed.refusals };
  const sight = lookCloser(seen, parsed.value, from, glass);
  const refusals = forbidden(glass);
  return refusals.length > 0 ? { kind: 'refused', seen, refusals } : sight;
}

/** Giving back needs no analysis, and must not fail on one that can't work. */
function withoutAnalysis(object: KubeObject): KubeObject {
  const { canaryAnalysis: _, ...spec } = objectOr(object.spec);
  return { ...object, spec: { ...spec, analysis: { interval: '1m', threshold: 1, iterations: 1 } } };
}

function lookCloser(seen: Observation, written: Canary, from: Observatory, glass: Glass): Sight {
  const former = formerRoutes(written, seen.status, from, glass);
  // Of another target only what carries the traffic of the one before is of interest
  const leaves = isRetargeted(written, seen.status) ? former : undefined;
  const canary = leaves ? written : (former?.canary ?? written);
  const mesh = from.meshFor(canary.provider);
  const routed = from.routedFor(canary.target);
  const workload = from.workloadFor(canary.target.kind);
  const refusals = [
    ...impossible(canary, mesh, routed ?? workload),
    ...rivalry(seen.object, from),
    ...(canary.deleting ? [] : unserved(canary, mesh, glass)),
  ];
  if (!mesh || refusals.length > 0) return { kind: 'refused', seen, refusals };
  const target = glass.get(targetRef(canary));
  for (const each of mesh.refs(canary)) glass.get(each);
  if (!target) return { kind: 'blocked', seen, canary, mesh, why: missing(canary), ...(leaves ? { leaves } : {}) };
  const live: Live = (ref) => {
    const object = glass.get(ref);
    return object && inherited(object, canary, (owner) => glass.get(owner));
  };
  const found = routed
    ? seeRouted(canary, routed, target, live)
    : workload && seePods(canary, workload, target, from, glass, live, seen.status);
  if (!found) return { kind: 'refused', seen, refusals };
  if ('impossible' in found) return { kind: 'blocked', seen, canary, mesh, why: found.impossible };
  const plan = compilePlan(canary, mesh.can);
  return {
    kind: 'scene',
    scene: {
      ...seen,
      ...found,
      live,
      status: resume(seen.status, plan),
      canary,
      mesh,
      target,
      plan,
      ...(leaves ? { leaves } : former ? { deferred: routesDeferred(former.canary) } : {}),
    },
  };
}

/** Routes that are gone, or were never made, have nothing to lead back. */
function formerRoutes(written: Canary, status: CanaryStatus, from: Observatory, glass: Glass): Routed | undefined {
  const canary = inFormerRoutes(written, status);
  const mesh = canary && from.meshFor(canary.provider);
  if (!canary || !mesh) return undefined;
  return mesh.refs(canary).some((ref) => glass.get(ref) !== undefined) ? { canary, mesh } : undefined;
}

/** What of a scene depends on the kind of target. */
type Found = Pick<
  Scene,
  | 'sides'
  | 'primary'
  | 'selector'
  | 'revision'
  | 'configs'
  | 'tracksConfigs'
  | 'scalers'
  | 'hardFailure'
  | 'promotedTemplate'
>;

function seePods(
  canary: Canary,
  workload: Workload,
  target: KubeObject,
  from: Observatory,
  glass: Glass,
  live: Live,
  status: CanaryStatus,
): Found | Impossible {
  const selector = workload.selector(canary, target);
  if ('impossible' in selector) return selector;
  const primary = live({ ...targetRef(canary), name: canary.primaryName });
  const taken = takenService(canary, live);
  if (taken) return taken;
  const budget = disruptionBudgetRef(canary);
  if (canary.primaryDisruptionBudget) glass.get(budget);
  else glass.heed(budget);
  const scalers = seeScalers(canary, live);
  const revision = workload.revision(target);
  const promoted = primary ? undefined : promotedBefore(status, revision);
  return {
    sides: sidesOfPods({ canary, workload, target, primary, selector, scalers, live }),
    primary,
    selector,
    revision,
    ...(promoted === undefined ? {} : { promotedTemplate: from.history.of(target, promoted) }),
    configs: from.configTracking ? configsOf(canary, target, from, glass) : [],
    tracksConfigs: from.configTracking,
    scalers,
    ...(canary.analysis.failFast ? hardFailure(canary, target, glass, status) : {}),
  };
}

/** The revision that a primary had if it isn't the target's; a first primary has none before it. */
function promotedBefore(status: CanaryStatus, revision: string): string | undefined {
  const had = revisionOfPrimary(status);
  return status.phase === 'Initializing' || had === revision ? undefined : had;
}

/** Pods are watched from the first Canary on that asks for it. */
function hardFailure(
  canary: Canary,
  target: KubeObject,
  glass: Glass,
  { run }: CanaryStatus,
): Pick<Scene, 'hardFailure'> {
  const labels = textsOf(dig(target, 'spec', 'selector', 'matchLabels'));
  const pods = glass.list({ apiVersion: 'v1', kind: 'Pod' }, canary.namespace);
  const found = hardFailureOf(
    target,
    pods.filter((pod) => isSelected(pod, labels)),
    // Later stages begin when the pods of the run are there
    run?.stage === 'starting' ? secondsBefore(run.since) : undefined,
  );
  return found === undefined ? {} : { hardFailure: found };
}

/** Kubernetes tells births in whole seconds, and pods of a new template may come ahead of the decision about it. */
function secondsBefore(instant: string): string | undefined {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? undefined : toTimestamp(at - BORN_AHEAD_MS);
}

function seeRouted(canary: Canary, routed: RoutedTarget, target: KubeObject, live: Live): Found | Impossible {
  const primary = live(routed.primaryRef(canary));
  for (const each of routed.refs(canary, target)) live(each);
  const revision = routed.revision(target);
  if (typeof revision !== 'string') return revision;
  const sides = sidesOfRouted({ canary, routed, target, primary, live });
  return { sides, primary, selector: undefined, revision, configs: [], tracksConfigs: false, scalers: undefined };
}

function targetRef({ target, namespace }: Canary): ObjectRef {
  return { apiVersion: target.apiVersion, kind: target.kind, namespace, name: target.name };
}

/** Event text for a target that isn't there (Flagger compatibility). */
function missing({ target, namespace }: Canary): string {
  const { apiVersion, kind, name } = target;
  const [group, version] = apiVersion.split('/');
  const plural = `${kind.toLowerCase()}s${version === undefined ? '' : `.${group}`}`;
  return `${kind.toLowerCase()} ${name}.${namespace} get query error: ${plural} "${name}" not found`;
}

function impossible(canary: Canary, mesh: Mesh | undefined, known: Workload | RoutedTarget | undefined): Refusal[] {
  const refusals: Refusal[] = [];
  if (!mesh) {
    const message = `spec.provider: no adapter for "${canary.provider}" exists; set it to a provider that is supported`;
    refusals.push({ reason: 'UnknownProvider', field: 'spec.provider', message });
  }
  if (!known) {
    const { apiVersion, kind } = canary.target;
    const message =
      `spec.targetRef: targets of kind ${kind} in ${apiVersion} are not supported; use a Deployment, DaemonSet or ` +
      'StatefulSet of apps/v1, a Service of v1, or a Service of serving.knative.dev/v1';
    refusals.push({ reason: 'UnsupportedTarget', field: 'spec.targetRef', message });
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
  const routes = [...kinds.values()].flatMap((kind) => {
    if (glass.state(kind) !== 'notServed') return [];
    const message =
      `spec.provider: ${canary.provider} needs ${kind.kind} of ${kind.apiVersion}, which this API server doesn't serve; ` +
      'install its CRDs or choose another provider';
    return [{ reason: 'ProviderNotInstalled', field: 'spec.provider', message }];
  });
  const scaler = canary.autoscalerRef && autoscalerFor(canary.autoscalerRef);
  if (!scaler || glass.state(scaler) !== 'notServed') return routes;
  const message =
    `spec.autoscalerRef: this API server doesn't serve ${scaler.kind} of ${scaler.apiVersion}; ` +
    'install its CRDs or remove autoscalerRef';
  return [...routes, { reason: 'AutoscalerNotInstalled', field: 'spec.autoscalerRef', message }];
}

/** Kinds that the controller may not read: without them nothing can be decided, and nobody would see why. */
function forbidden({ forbidden: kinds }: Glass): Refusal[] {
  return [...kinds.values()].map(({ apiVersion, kind }) => {
    const message =
      `the controller may not list and watch ${kind} of ${apiVersion}, which this Canary needs; ` +
      'grant it (`sluice check` shows what is missing)';
    return { reason: 'PermissionMissing', field: '', message };
  });
}

function configsOf(canary: Canary, target: KubeObject, from: Observatory, glass: Glass): ConfigSight[] {
  return configRefs(target, canary.namespace).map((config) => {
    const metadata = glass.get(config.ref);
    const copy = glass.get(copyRefOf(config.ref));
    return {
      ...config,
      exists: metadata !== undefined,
      content: metadata && from.contents.of(metadata),
      copy,
      copied: copy && from.contents.of(copy),
    };
  });
}

/** Two Canaries behind one Service would turn it back and forth for ever. */
function takenService(canary: Canary, live: Live): Impossible | undefined {
  for (const ref of serviceRefs(canary)) {
    const service = live(ref);
    const owner = service && controllerOf(service);
    if (owner?.kind !== canaryKind.kind || owner.uid === canary.uid) continue;
    const claim = `Service ${ref.name}.${ref.namespace} belongs to the canary ${owner.name}.${ref.namespace}`;
    return { impossible: `${claim}: give one of the two another spec.service.name` };
  }
  return undefined;
}

function serviceRefs({ namespace, service }: Canary): ObjectRef[] {
  const names = [service.apexName, service.primaryName, service.canaryName];
  return names.map((name) => ({ apiVersion: 'v1', kind: 'Service', namespace, name }));
}

/** Stands for all objects of a kind in a namespace, also those that don't exist yet. */
export function listKey(kind: Kind, namespace: string): string {
  return `list ${kindKey(kind)} ${namespace}`;
}

/** Looks into the cache and remembers at what. */
class Glass {
  readonly refs = new Set<string>();
  /** Kinds that were looked for and aren't in the cache yet. */
  readonly unknown = new Map<string, Kind>();
  /** Kinds that may not be read. */
  readonly forbidden = new Map<string, Kind>();
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  state(kind: Kind): ReturnType<Reader['state']> {
    const state = this.#reader.state(kind);
    if (state === 'unwatched' || state === 'syncing') {
      this.unknown.set(kindKey(kind), { apiVersion: kind.apiVersion, kind: kind.kind });
    }
    if (state === 'forbidden') this.forbidden.set(kindKey(kind), { apiVersion: kind.apiVersion, kind: kind.kind });
    return state;
  }

  get(ref: ObjectRef): KubeObject | undefined {
    this.refs.add(refKey(ref));
    return this.state(ref) === 'synced' ? this.#reader.get(ref) : undefined;
  }

  list(kind: Kind, namespace: string): readonly KubeObject[] {
    this.refs.add(listKey(kind, namespace));
    return this.state(kind) === 'synced' ? this.#reader.list(kind, namespace) : [];
  }

  /** A change of it matters, but its kind is not loaded for that. */
  heed(ref: ObjectRef): void {
    this.refs.add(refKey(ref));
  }
}
