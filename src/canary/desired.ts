import type { Mesh } from '../../meshes/contract.ts';
import type { Canary } from '../api/canary.ts';
import type { Stage } from '../api/status.ts';
import { equalValues } from '../kube/compare.ts';
import { dig, type JsonObject, type KubeObject, refOf, type StringMap } from '../kube/object.ts';
import { affinityCookies } from './affinity.ts';
import { followIn } from './autoscalers/follow.ts';
import { renderPrimaryScalerOf, scalerPatch } from './autoscalers/sight.ts';
import { checksum, configRefs, copyRefOf, isTracked, renderCopy } from './configs.ts';
import { digestUuid } from './digest.ts';
import { givenBack } from './given-back.ts';
import { withTemplate } from './history.ts';
import type { Progress } from './machine.ts';
import type { Observation, Scene } from './observation.ts';
import { disruptionBudgetRef, renderDisruptionBudget } from './primary-disruption-budget.ts';
import { primaryReadiness } from './readiness.ts';
import { revisionOfPrimary } from './remembered.ts';
import { type Desired, nothing, type Patch, patchOf, type RenderOptions } from './wanted.ts';
import { type Impossible, isImpossible } from './workloads/contract.ts';
import { isObject } from './workloads/json.ts';
import { primaryValue } from './workloads/primary-labels.ts';

/**
 * From where the machine stands to the world that it means. Pure: a crash between two writes leads to the same world again.
 * What must come later (scaling down before the routes have moved) is absent until the earlier part stands.
 */
export function desired(scene: Scene, stage: Stage, progress: Progress, options: RenderOptions): Desired {
  const world = new World(scene, stage, progress, options);
  const inherited = scene.status.run?.inherited;
  switch (stage) {
    case 'creating':
      return world
        .presentRoutes()
        .backends()
        .copies(inherited ? 'replace' : 'create')
        .primary('create')
        .companions()
        .done();
    case 'takingOver':
      return world
        .backends()
        .primary('create')
        .companions()
        .onceItServes((later) => later.apex().routes())
        .afterwards((later) => later.targetDown())
        .done();
    case 'idle':
    case 'asking':
      return world
        .backends()
        .primary('create')
        .companions()
        .apex()
        .routes()
        .afterwards((later) => later.scaler('resting'))
        .done();
    case 'stranded':
      return world.backends().lostPrimary().apex().routes().companions().scaler('working').done();
    case 'starting':
    case 'analysing':
    case 'holding':
      return world.backends().primary('create').companions().apex().routes().targetUp().done();
    case 'promoting':
      return world
        .backends()
        .apex()
        .routes()
        .copies('promote')
        .primary('promote')
        .companions()
        .scaler('working')
        .done();
    case 'returning':
      return world.backends().lostPrimary().apex().routes().companions().done();
    case 'draining':
      return world
        .backends()
        .lostPrimary()
        .apex()
        .routes()
        .companions()
        .afterwards((later) => later.targetDown())
        .done();
    case 'skipping':
      return world
        .backends()
        .apex()
        .routes()
        .copies('promote')
        .primary('promote')
        .companions()
        .afterwards((later) => later.targetDown())
        .done();
    case 'rollingBack':
      return world
        .backends()
        .primary('create')
        .companions()
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

/** Routes that stand, with all traffic on the primary: all that can be done for a run whose target can't be looked at. */
export function retreat(
  { canary, seen, progress }: { canary: Canary; seen: Observation; progress: Progress },
  mesh: Mesh,
  { ownsRoutes }: RenderOptions,
): Desired {
  if (!mesh.refs(canary).every((ref) => seen.live(ref))) return nothing;
  const traffic = { primary: 100, canary: 0, mirror: false };
  const cookies = affinityCookies(seen.status, progress);
  const rendered = mesh.render({ canary, traffic, selectorLabel: undefined, owned: ownsRoutes, cookies }, seen.live);
  return 'impossible' in rendered ? nothing : { objects: rendered.objects, patches: [] };
}

/** When the data plane's word on the routes of the present stage isn't waited for any longer, in milliseconds. */
export function settlesAt({ status, canary }: Pick<Scene, 'status' | 'canary'>): number {
  const since = Date.parse(status.run?.since ?? '');
  return Number.isNaN(since) ? 0 : since + canary.analysis.intervalMs;
}

/** Collects the parts of a wanted world in the order in which they are to be written. */
class World {
  readonly #scene: Scene;
  readonly #stage: Stage;
  readonly #progress: Progress;
  readonly #options: RenderOptions;
  readonly #objects: KubeObject[] = [];
  readonly #patches: Patch[] = [];
  #impossible: string | undefined;
  #warning: string | undefined;
  #unfinished = false;

  constructor(scene: Scene, stage: Stage, progress: Progress, options: RenderOptions) {
    this.#scene = scene;
    this.#stage = stage;
    this.#progress = progress;
    this.#options = options;
  }

  done(): Desired {
    return {
      objects: this.#objects,
      patches: this.#patches,
      ...(this.#unfinished ? { unfinished: true } : {}),
      ...(this.#impossible === undefined ? {} : { impossible: this.#impossible }),
      ...(this.#warning === undefined ? {} : { warning: this.#warning }),
    };
  }

  /** The Services behind which the two sides stand. */
  backends(): this {
    for (const each of this.#scene.sides.backends()) this.#addSteady(each);
    return this;
  }

  apex(): this {
    for (const each of this.#scene.sides.apex()) this.#addSteady(each);
    return this;
  }

  /** Routes of a target that was taken in hand before, under another name: nobody is sent to pods of the new one yet. */
  presentRoutes(): this {
    const { mesh, canary, live, status } = this.#scene;
    const stand = status.lastPromotedSpec !== undefined && mesh.refs(canary).every((ref) => live(ref) !== undefined);
    return stand ? this.routes() : this;
  }

  /** Adds what sends clients to the primary, as soon as that can answer them. */
  onceItServes(add: (world: this) => unknown): this {
    if (primaryReadiness(this.#scene).ready) add(this);
    else this.#unfinished = true;
    return this;
  }

  routes(): this {
    const { canary, mesh, sides, live } = this.#scene;
    const { canary: weight, mirror } = this.#progress.traffic;
    const rendered = mesh.render(
      {
        canary,
        traffic: { primary: 100 - weight, canary: weight, mirror },
        selectorLabel: sides.selectorLabel,
        owned: this.#options.ownsRoutes,
        cookies: affinityCookies(this.#scene.status, this.#progress),
      },
      live,
    );
    if ('impossible' in rendered) this.#impossible ??= rendered.impossible;
    else this.#objects.push(...rendered.objects);
    return this;
  }

  /**
   * `-primary` copies of tracked configs. `create`: in step with their sources. `promote`: only with the content that this run
   * has measured. `replace`: those that are missing.
   */
  copies(how: 'create' | 'promote' | 'replace'): this {
    const { canary, configs, live, status } = this.#scene;
    for (const { key, content, ref } of configs) {
      if (!content || !isTracked(content)) continue;
      const copy = live(copyRefOf(ref));
      if (how === 'promote' && status.trackedConfigs && checksum(content) !== status.trackedConfigs[key]) continue;
      if (how === 'replace' && copy) continue;
      this.#objects.push(renderCopy(canary, content, copy, this.#options.includeLabelPrefix));
    }
    return this;
  }

  /** `create`: only when it is missing, or was never ready with an older template. `promote`: the revision of this run. */
  primary(how: 'create' | 'promote'): this {
    const { canary, sides, primary, configs, revision, status, promotedTemplate } = this.#scene;
    if (how === 'promote' && revision !== status.lastAppliedSpec) return this;
    const id =
      how === 'promote'
        ? promotionId(canary, revision, this.#progress.number, status.trackedConfigs)
        : promotionId(canary, revision, 0, undefined);
    if (how === 'promote' ? sides.promoted(id) : this.#servesAsItIs(id)) {
      // Nothing of it changes but its owner, where it was inherited
      if (primary && !this.#scene.stands(primary)) this.#objects.push(primary);
      return this;
    }
    if (how === 'create' && isObject(promotedTemplate)) return this.#primaryAsItWas(promotedTemplate);
    if (how === 'create' && !primary && status.phase !== 'Initializing') {
      this.copies('replace');
      if (promotedTemplate) {
        this.#warning ??=
          `${missing(this.#scene)}, and the history of its target has nothing of what was promoted: ` +
          'it is made from the present template, which may never have been released';
      }
    }
    const copied = configs.filter(({ content }) => content && isTracked(content));
    return this.#add(sides.primary({ id, copiedConfigs: new Set(copied.map((config) => config.key)) }));
  }

  /** A primary that is gone comes back as it was, also with a revision whose promotion isn't done. */
  lostPrimary(): this {
    const { primary, revision, status } = this.#scene;
    if (primary) return this;
    return this.primary(revision === status.run?.overwritten ? 'promote' : 'create');
  }

  /** The copies of its configs are those of its promotion as well, and stay as they are. */
  #primaryAsItWas(template: JsonObject): this {
    const { canary, sides, target, live, status } = this.#scene;
    this.#warning ??= `${missing(this.#scene)}: it is made again as it was promoted, out of the history of its target`;
    const copied = configRefs(withTemplate(target, template), canary.namespace).filter(({ ref }) => {
      return live(copyRefOf(ref)) !== undefined;
    });
    const id = promotionId(canary, revisionOfPrimary(status) ?? '', 0, undefined);
    return this.#add(sides.primary({ id, copiedConfigs: new Set(copied.map(({ key }) => key)), template }));
  }

  /** A foreign object under the primary's name serves nobody until its pods carry the label that the Service selects. */
  #servesAsItIs(id: string): boolean {
    return this.#scene.sides.reachable() && !this.#outdatedBeforeFirstUse(id);
  }

  #outdatedBeforeFirstUse(id: string): boolean {
    const { primary, sides, status, canary } = this.#scene;
    if (!primary || status.phase !== 'Initializing') return false;
    // One that was there before this Canary, or before it came to this target, goes on as it is, if it is good for anything
    const readiness = primaryReadiness(this.#scene);
    if (status.run?.inherited && (readiness.ready || !readiness.permanent)) return false;
    const ours = primary.metadata.ownerReferences?.some((owner) => owner.uid === canary.uid) ?? false;
    const everReady = status.run?.stage !== 'creating';
    return ours && !everReady && !sides.promoted(id);
  }

  /** What stands beside the primary: its own autoscaler and disruption budget, in step with what they are made from. */
  companions(): this {
    const { scalers, canary, status, revision, selector, live } = this.#scene;
    const { lastAppliedSpec, lastPromotedSpec } = status;
    if (scalers) {
      const follow = followIn(this.#stage, { revision, lastAppliedSpec, lastPromotedSpec });
      const scaler = renderPrimaryScalerOf(scalers, canary, follow, this.#options.includeLabelPrefix);
      const needed = scalers.primary === undefined && (this.#stage === 'creating' || this.#stage === 'takingOver');
      if (needed) this.#add(scaler);
      else this.#addIfPossible(scaler);
    }
    if (selector) {
      const budget = canary.primaryDisruptionBudget;
      const rendered = renderDisruptionBudget({ canary, selector, budget, live: live(disruptionBudgetRef(canary)) });
      if (rendered) this.#addIfPossible(rendered);
    }
    return this;
  }

  /** The canary comes up, and its scaler works from now on: one at rest would take it down again. */
  targetUp(): this {
    return this.scaler('working').#patchTarget(this.#scene.sides.up(), 'scale the target up');
  }

  /** The canary goes to zero, and its scaler rests: one that works would bring it up again. */
  targetDown(): this {
    return this.scaler('resting').#patchTarget(this.#scene.sides.down(), 'scale the target to zero');
  }

  /** What the autoscaler of the target does; its object is the user's. */
  scaler(does: 'working' | 'resting'): this {
    const { scalers } = this.#scene;
    const patch = scalerPatch(scalers, does);
    const what = does === 'working' ? 'let the scaler of the target work' : 'let the scaler of the target rest';
    if (scalers?.scaler && patch) this.#patches.push(patchOf(scalers.scaler, patch, what));
    return this;
  }

  /**
   * Adds more once all that was collected so far stands and the data plane has taken it over. A data plane that says nothing
   * for a whole interval isn't waited for any longer.
   */
  afterwards(add: (world: this) => unknown): this {
    const { stands, mesh, canary, live } = this.#scene;
    const stand = this.#impossible === undefined && !this.#unfinished && this.#objects.every(stands);
    if (stand && (mesh.settled(canary, live).settled || settlesAt(this.#scene) <= this.#scene.at)) add(this);
    else this.#unfinished = true;
    return this;
  }

  #patchTarget(patch: JsonObject | undefined, what: string): this {
    if (patch) this.#patches.push(patchOf(this.#scene.target, patch, what));
    return this;
  }

  /** A Service that stands is turned to the primary's pods no sooner than those are ready. */
  #addSteady(object: KubeObject): void {
    const { selector, live } = this.#scene;
    const present = live(refOf(object));
    const wanted = dig(object, 'spec', 'selector');
    const isTurned = present !== undefined && !equalValues(dig(present, 'spec', 'selector'), wanted);
    const toPrimary = selector !== undefined && dig(wanted, selector.label) === primaryValue(selector);
    if (isTurned && toPrimary && !primaryReadiness(this.#scene).ready) this.#unfinished = true;
    else this.#objects.push(object);
  }

  #add(part: KubeObject | Impossible): this {
    if (isImpossible(part)) this.#impossible ??= part.impossible;
    else this.#objects.push(part);
    return this;
  }

  /** What can wait is warned about and keeps nothing else from being made. */
  #addIfPossible(part: KubeObject | Impossible): void {
    if (isImpossible(part)) this.#warning ??= part.impossible;
    else this.#objects.push(part);
  }
}

function missing({ canary }: Scene): string {
  return `${canary.target.kind} ${canary.primaryName}.${canary.namespace} is missing`;
}
