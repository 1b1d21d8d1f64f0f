import type { Canary } from '../api/canary.ts';
import type { Stage } from '../api/status.ts';
import type { JsonObject, KubeObject, ObjectRef, StringMap } from '../kube/object.ts';
import { affinityCookies } from './affinity.ts';
import { isTracked, renderCopy } from './configs.ts';
import { digestUuid } from './digest.ts';
import type { Progress } from './machine.ts';
import type { Scene } from './observation.ts';
import { canaryReadiness } from './readiness.ts';
import { releaseApex, renderServices } from './services.ts';
import { carriesPrimaryLabel } from './workloads/primary-labels.ts';

/** A merge patch for an object that belongs to the user. */
export interface Patch {
  readonly ref: ObjectRef;
  readonly patch: JsonObject;
  /** In words, for logs and evidence. */
  readonly what: string;
}

/**
 * How the cluster must look. `objects` are complete and written in order where they don't stand; what is absent is left
 * alone. `impossible`: why a part can't be made, as a sentence.
 */
export interface Desired {
  readonly objects: readonly KubeObject[];
  readonly patches: readonly Patch[];
  readonly impossible?: string;
  /** More belongs to it, and comes once what is here has been taken over. */
  readonly unfinished?: boolean;
}

export interface RenderOptions {
  /** False when routing objects live in another cluster than the Canary. */
  readonly ownsRoutes: boolean;
  readonly includeLabelPrefix: readonly string[];
}

const nothing: Desired = { objects: [], patches: [] };

/**
 * From where the machine stands to the world that it means. Pure: a crash between two writes leads to the same world again.
 * What must come later (scaling down before the routes have moved) is absent until the earlier part stands.
 */
export function desired(scene: Scene, stage: Stage, progress: Progress, options: RenderOptions): Desired {
  const world = new World(scene, progress, options);
  switch (stage) {
    case 'creating':
      return world.backends().copies().primary('create').done();
    case 'takingOver':
      return world
        .backends()
        .primary('create')
        .apex()
        .routes()
        .afterwards((later) => later.targetDown())
        .done();
    case 'idle':
    case 'asking':
      return world.backends().primary('create').apex().routes().done();
    case 'stranded':
      return world.backends().apex().routes().done();
    case 'starting':
    case 'analysing':
    case 'holding':
      return world.backends().primary('create').apex().routes().targetUp().done();
    case 'promoting':
      return world.backends().apex().routes().copies().primary('promote').done();
    case 'returning':
      return world.backends().apex().routes().done();
    case 'draining':
      return world
        .backends()
        .apex()
        .routes()
        .afterwards((later) => later.targetDown())
        .done();
    case 'skipping':
      return world
        .backends()
        .apex()
        .routes()
        .copies()
        .primary('promote')
        .afterwards((later) => later.targetDown())
        .done();
    case 'rollingBack':
      return world
        .backends()
        .primary('create')
        .apex()
        .routes()
        .afterwards((later) => later.targetDown())
        .done();
    case 'leaving':
      return givenBack(scene);
  }
}

/**
 * The id that a promotion leaves on the primary's pods: the same for the same run, so that a replay changes nothing. Configs
 * are part of it, because they may be all that differs from the promotion before.
 */
export function promotionId(canary: Canary, revision: string, run: number, configs: StringMap | undefined): string {
  return digestUuid({ uid: canary.uid, revision, run, configs });
}

/** Whether something of it still has to be written. */
export function unmet(wanted: Desired, scene: Pick<Scene, 'stands'>): boolean {
  const { impossible, unfinished, patches, objects } = wanted;
  return impossible !== undefined || unfinished === true || patches.length > 0 || !objects.every(scene.stands);
}

/**
 * `revertOnDeletion`: the target comes up first; once it is ready, apex and routes go back to what their owner had; the
 * finalizer goes last (see `finalizerPatch`).
 */
function givenBack(scene: Scene): Desired {
  const { canary, selector, ports, live, workload, target, primary, mesh } = scene;
  const patch = workload.restore(target, primary);
  if (patch) return { objects: [], patches: [{ ref: targetRef(scene), patch, what: 'restore the target' }] };
  if (!workload.atZero(target) && !canaryReadiness(scene).ready) return nothing;
  const apex = releaseApex({ canary, selector, ports, live });
  const routes = mesh.release(canary, live);
  if ('impossible' in routes) return { ...nothing, impossible: routes.impossible };
  return { objects: [...(apex ? [apex] : []), ...routes.objects], patches: [] };
}

/** Whether everything was given back, so that the Canary may go. */
export function isGivenBack(scene: Scene): boolean {
  const { workload, target, primary } = scene;
  if (workload.restore(target, primary)) return false;
  if (!workload.atZero(target) && !canaryReadiness(scene).ready) return false;
  return !unmet(givenBack(scene), scene);
}

/** When the data plane's word on the routes of the present stage isn't waited for any longer, in milliseconds. */
export function settlesAt({ status, canary }: Pick<Scene, 'status' | 'canary'>): number {
  const since = Date.parse(status.run?.since ?? '');
  return Number.isNaN(since) ? 0 : since + canary.analysis.intervalMs;
}

function targetRef(scene: Scene): ObjectRef {
  const { apiVersion, kind, name } = scene.canary.target;
  return { apiVersion, kind, namespace: scene.canary.namespace, name };
}

/** Collects the parts of a wanted world in the order in which they are to be written. */
class World {
  readonly #scene: Scene;
  readonly #progress: Progress;
  readonly #options: RenderOptions;
  readonly #objects: KubeObject[] = [];
  readonly #patches: Patch[] = [];
  #impossible: string | undefined;
  #unfinished = false;

  constructor(scene: Scene, progress: Progress, options: RenderOptions) {
    this.#scene = scene;
    this.#progress = progress;
    this.#options = options;
  }

  done(): Desired {
    const parts = { objects: this.#objects, patches: this.#patches, ...(this.#unfinished ? { unfinished: true } : {}) };
    return this.#impossible === undefined ? parts : { ...parts, impossible: this.#impossible };
  }

  /** The Services behind which the two sides stand. */
  backends(): this {
    const { canary, primary } = this.#services();
    this.#objects.push(canary, primary);
    return this;
  }

  apex(): this {
    this.#objects.push(this.#services().apex);
    return this;
  }

  routes(): this {
    const { canary, mesh, selector, live } = this.#scene;
    const { canary: weight, mirror } = this.#progress.traffic;
    const rendered = mesh.render(
      {
        canary,
        traffic: { primary: 100 - weight, canary: weight, mirror },
        selectorLabel: selector.label,
        owned: this.#options.ownsRoutes,
        cookies: affinityCookies(this.#scene.status, this.#progress),
      },
      live,
    );
    if ('impossible' in rendered) this.#impossible ??= rendered.impossible;
    else this.#objects.push(...rendered.objects);
    return this;
  }

  /** `-primary` copies of tracked configs, in step with their sources. */
  copies(): this {
    const { canary, configs, live } = this.#scene;
    for (const { content, ref } of configs) {
      if (!content || !isTracked(content)) continue;
      const copyRef = { ...ref, name: `${ref.name}-primary` };
      this.#objects.push(renderCopy(canary, content, live(copyRef), this.#options.includeLabelPrefix));
    }
    return this;
  }

  /** `create`: only when it is missing, or was never ready with an older template. `promote`: the revision of this run. */
  primary(how: 'create' | 'promote'): this {
    const { canary, workload, target, primary, selector, configs, revision, status } = this.#scene;
    if (how === 'promote' && revision !== status.lastAppliedSpec) return this;
    const id =
      how === 'promote'
        ? promotionId(canary, revision, this.#progress.number, status.trackedConfigs)
        : promotionId(canary, revision, 0, undefined);
    if (primary && (how === 'promote' ? workload.promoted(primary, id) : this.#servesAsItIs(primary, id))) return this;
    if (how === 'create' && !primary && status.phase !== 'Initializing') this.copies();
    const copied = configs.filter(({ content }) => content && isTracked(content));
    const copiedConfigs = new Set(copied.map((config) => config.key));
    const autoscaled = canary.autoscalerRef !== undefined;
    const rendered = workload.primary({ canary, target, selector, live: primary, copiedConfigs, id, autoscaled });
    if ('impossible' in rendered && typeof rendered.impossible === 'string') this.#impossible ??= rendered.impossible;
    else this.#objects.push(rendered as KubeObject);
    return this;
  }

  /** A foreign object under the primary's name serves nobody until its pods carry the label that the Service selects. */
  #servesAsItIs(primary: KubeObject, id: string): boolean {
    return carriesPrimaryLabel(primary, this.#scene.selector) && !this.#outdatedBeforeFirstUse(id);
  }

  #outdatedBeforeFirstUse(id: string): boolean {
    const { primary, workload, status, canary } = this.#scene;
    if (!primary || status.phase !== 'Initializing') return false;
    const ours = primary.metadata.ownerReferences?.some((owner) => owner.uid === canary.uid) ?? false;
    const everReady = status.run?.stage !== 'creating';
    return ours && !everReady && !workload.promoted(primary, id);
  }

  targetUp(): this {
    const { workload, target, primary, autoscalerFloor } = this.#scene;
    return this.#patchTarget(workload.fromZero(target, primary, autoscalerFloor), 'scale the target up');
  }

  targetDown(): this {
    const { workload, target } = this.#scene;
    return this.#patchTarget(workload.toZero(target), 'scale the target to zero');
  }

  /**
   * Adds more once all that was collected so far stands and the data plane has taken it over. A data plane that says nothing
   * for a whole interval isn't waited for any longer.
   */
  afterwards(add: (world: this) => unknown): this {
    const { stands, mesh, canary, live } = this.#scene;
    const stand = this.#impossible === undefined && this.#objects.every(stands);
    if (stand && (mesh.settled(canary, live).settled || settlesAt(this.#scene) <= this.#scene.at)) add(this);
    else this.#unfinished = true;
    return this;
  }

  #patchTarget(patch: JsonObject | undefined, what: string): this {
    if (patch) this.#patches.push({ ref: targetRef(this.#scene), patch, what });
    return this;
  }

  #services(): ReturnType<typeof renderServices> {
    const { canary, selector, ports, live } = this.#scene;
    return renderServices({ canary, selector, ports, live });
  }
}
