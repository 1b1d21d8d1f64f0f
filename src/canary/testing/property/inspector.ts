import type { CanaryStatus } from '../../../api/status.ts';
import type { Reader } from '../../../kube/cluster.ts';
import { dig, type KubeObject, type ObjectRef } from '../../../kube/object.ts';
import type { Written } from './controller-view.ts';
import { Losses } from './losses.ts';
import type { MemoryApi } from './memory-api.ts';
import { Orders } from './orders.ts';
import type { ScriptedAnswers } from './scripted-answers.ts';
import { type Share, shareOf } from './shares.ts';
import type { Story } from './story.ts';
import { NAMESPACE } from './story-objects.ts';

const STATUS_LIMIT_BYTES = 16 * 1024;
/** A controller that died, and a few writes that failed, are behind it by then. */
const SEEN_TO_MS = 15_000;
const WRITES_PER_ADVANCE = 3;

/** Judges every write of the controller by what it could know when it wrote. */
export class Inspector {
  /** Broken properties, each with the time and the write that broke it. */
  readonly faults: string[] = [];
  readonly #api: MemoryApi;
  readonly #answers: ScriptedAnswers;
  readonly #now: () => number;
  readonly #target: ObjectRef;
  readonly #intervalMs: number;
  /** Since when the target has had an image. */
  readonly #imageSince = new Map<string, number>();
  /** The traffic leaves the canary whatever the primary is like. */
  #mustGoBack = false;
  readonly #losses: Losses;
  readonly #orders = new Orders();
  #statusAt = 0;
  #approvedAt: number | undefined;
  #advance: { readonly at: number; writes: number } | undefined;

  constructor(story: Story, parts: { api: MemoryApi; answers: ScriptedAnswers; now: () => number }) {
    this.#api = parts.api;
    this.#answers = parts.answers;
    this.#now = parts.now;
    this.#target = { apiVersion: 'apps/v1', kind: story.target, namespace: NAMESPACE, name: 'web' };
    this.#intervalMs = story.intervalSeconds * 1000;
    this.#losses = new Losses(parts.api, parts.now);
    let image = '';
    parts.api.onChange(({ type, object }) => {
      if (type === 'added' && isTarget(object)) this.#back();
      if (!isTarget(object) || imageIn(object) === image) return;
      image = imageIn(object);
      this.#imageSince.set(image, this.#now());
    });
  }

  /** To be called after each write. */
  look(write: Written, view: Reader): void {
    this.#cost(write);
    if (write.after.kind === 'Canary' && write.status) this.#status(write, view);
    const change = this.#losses.restored(write);
    if (write.after.kind === 'Service') this.#apex(change, view);
    this.#route(change, view);
    if (isTarget(write.after)) this.#descent(write);
    if (write.after.kind === this.#target.kind && write.after.metadata.name === 'web-primary') {
      // A template that is in no history can't come back
      if (write.before || !this.#losses.isForgotten(imageIn(change.before))) this.#promotion(change);
    }
  }

  /** While the target was away, its traffic has come back from it: as soon as somebody was there to see to that. */
  #back(): void {
    const canary = this.#canary();
    const { suspend, provider } = Object(dig(canary, 'spec'));
    const isSeen = canary?.metadata.deletionTimestamp === undefined && !suspend && provider !== 'nowhere';
    if (!canary || !isSeen || this.#losses.goneMs() < SEEN_TO_MS) return;
    for (const object of this.#api.all()) {
      const { percent = 0, mirror = false } = shareOf(object) ?? {};
      if (percent > 0 || mirror) this.fault(`${object.kind} sent ${percent} % to a target that was gone`);
    }
  }

  fault(text: string): void {
    if (this.faults.length < 20) this.faults.push(`${new Date(this.#now()).toISOString().slice(11, 19)} ${text}`);
  }

  #cost({ status, before, after }: Written): void {
    const [old, next] = [runOf(before), runOf(after)];
    // A plan that was replaced in mid-run counts its steps anew, also where the analysis is left out from then on
    const onward = next?.stage === 'analysing' || next?.stage === 'holding' || next?.stage === 'promoting';
    const advanced = status && onward && old?.number === next?.number && (next?.step ?? 0) > (old?.step ?? 0);
    if (status) this.#advance = advanced ? { at: this.#now(), writes: 0 } : undefined;
    // Routes of another provider are made whenever they are first needed
    if (this.#advance?.at !== this.#now() || before === undefined) return;
    this.#advance.writes += 1;
    if (this.#advance.writes === WRITES_PER_ADVANCE + 1)
      this.fault(`an advance takes more than ${WRITES_PER_ADVANCE} writes`);
  }

  #status(write: Written, view: Reader): void {
    const { before, after } = write;
    const bytes = Buffer.byteLength(JSON.stringify(after['status']));
    if (bytes >= STATUS_LIMIT_BYTES) this.fault(`the status has ${bytes} bytes`);
    const [old, next] = [runOf(before), runOf(after)];
    const { word, faults } = this.#orders.hear(write);
    for (const each of faults) this.fault(each);
    const [had, has] = [old, next].map((run) => run?.traffic.canary ?? 0);
    // What stands at the canary was never measured, or somebody has said so: it goes back whatever the primary is like
    if (had !== has) this.#mustGoBack = has === 0 && (next?.stage === 'starting' || word === 'abort');
    if (next?.stage === 'promoting' && old?.stage !== 'promoting') {
      this.#approvedAt = old?.stage === 'stranded' ? undefined : this.#now();
      // Both words leave out checks by what they mean: nobody else may, and not for what came after them
      const byHand = word === 'promote' || word === 'skip' || old?.promotedBy !== undefined;
      if (this.#approvedAt !== undefined && !byHand) this.#approved(before, old, view);
    }
    if (next?.stage === 'skipping' && dig(after, 'spec', 'skipAnalysis') !== true)
      this.fault('analysis was skipped unasked');
    this.#statusAt = this.#now();
  }

  /** Every check of the spec as the controller knew it must have passed in this run, since the status before. */
  #approved(canary: KubeObject | undefined, run: CanaryStatus['run'], view: Reader): void {
    const analysis = dig(canary && view.get(refTo(canary)), 'spec', 'analysis');
    const hooks = listOf(dig(analysis, 'webhooks')).filter((hook) => dig(hook, 'type') === 'rollout');
    for (const check of [...listOf(dig(analysis, 'metrics')), ...hooks]) {
      const name = String(dig(check, 'name'));
      const last = this.#answers.last.get(name);
      if (last?.passed && last.run === run?.number && last.at >= this.#statusAt) continue;
      this.fault(`promotes although ${name} ${last?.passed === false ? 'failed' : 'was not asked'}`);
    }
  }

  #route({ before, after }: Written, view: Reader): void {
    const share = shareOf(after);
    if (!share) return;
    if (share.fault !== undefined) this.fault(`${after.kind}: ${share.fault}`);
    const old: Share = shareOf(before) ?? { percent: 0, mirror: false, fault: undefined };
    const [canary, primary] = [this.#available(view, 'web'), this.#available(view, 'web-primary')];
    const more = share.percent > old.percent || (share.mirror && !old.mirror);
    if (more && canary === 0) this.fault(`sends ${share.percent} % to a canary without ready pods`);
    const less = share.percent < old.percent && !this.#mustGoBack;
    const lessOrNew = less || (before === undefined && share.percent < 100);
    if (lessOrNew && primary === 0 && canary > 0)
      this.fault(`sends ${100 - share.percent} % to a primary without ready pods`);
    const meant = runOf(this.#canary())?.traffic.canary;
    if (meant !== undefined && meant !== share.percent && !(share.audience && meant > 0))
      this.fault(`routes ${share.percent} % while the status means ${meant} %`);
  }

  #apex({ before, after }: Written, view: Reader): void {
    const [old, next] = [before, after].map((service) => dig(service, 'spec', 'selector', 'app'));
    if (after.metadata.name !== 'web' || old === next) return;
    const pods = String(next);
    if (this.#available(view, pods) === 0) this.fault(`the apex leads to ${pods} without ready pods`);
  }

  /** A gateway that reports on its routes must have taken over the present ones, or stayed silent for an interval. */
  #settled(): boolean {
    return this.#api.all().every((route) => {
      const observed = dig(route, 'status', 'parents', 0, 'conditions', 0, 'observedGeneration');
      if (route.kind !== 'HTTPRoute' || observed === undefined || observed === route.metadata.generation) return true;
      const since = Date.parse(runOf(this.#canary())?.since ?? '');
      return this.#now() - since >= this.#intervalMs;
    });
  }

  #descent({ before, after }: Written): void {
    if (podsWanted(before) === 0 || podsWanted(after) > 0) return;
    if (!this.#settled()) this.fault('the target goes to zero before the gateway has taken over its routes');
    const routes = this.#api
      .all()
      .map(shareOf)
      .filter((share) => share !== undefined);
    const most = Math.max(0, ...routes.map(({ percent }) => percent));
    if (most > 0) this.fault(`the target goes to zero with ${most} % of the traffic`);
    const apex = this.#api.get({ apiVersion: 'v1', kind: 'Service', namespace: NAMESPACE, name: 'web' });
    if (dig(apex, 'spec', 'selector', 'app') === 'web')
      this.fault('the target goes to zero while the apex leads to it');
  }

  #promotion({ before, after }: Written): void {
    const [old, next] = [before, after].map(imageIn);
    if (before === undefined || old === next || next === undefined) return;
    const stage = runOf(this.#canary())?.stage;
    if (stage !== 'promoting' && stage !== 'skipping' && stage !== 'creating') {
      this.fault(`the primary gets ${next} in the stage ${stage}`);
    }
    if (stage !== 'creating') this.#losses.promoted();
    const since = this.#imageSince.get(next) ?? Number.POSITIVE_INFINITY;
    if (stage === 'promoting' && this.#approvedAt !== undefined && since > this.#approvedAt) {
      this.fault(`the primary gets ${next}, which came after its checks`);
    }
  }

  #canary(): KubeObject | undefined {
    return this.#api.get({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: NAMESPACE, name: 'shop' });
  }

  /** Pods that answer, as far as the controller knows. */
  #available(view: Reader, name: string): number {
    const object = view.get({ ...this.#target, name });
    return Number(dig(object, 'status', 'availableReplicas') ?? dig(object, 'status', 'numberAvailable') ?? 0);
  }
}

/** Whether an object is the target of the story. */
export function isTarget({ apiVersion, metadata }: KubeObject): boolean {
  return apiVersion === 'apps/v1' && metadata.name === 'web';
}

/** Image of the first container of a workload. */
export function imageIn(object: KubeObject | undefined): string {
  return String(dig(object, 'spec', 'template', 'spec', 'containers', 0, 'image'));
}

/** Whether a workload is to run any pods. */
export function podsWanted(object: KubeObject | undefined): number {
  if (dig(object, 'spec', 'template', 'spec', 'nodeSelector', 'flagger.app/scale-to-zero') !== undefined) return 0;
  return Number(dig(object, 'spec', 'replicas') ?? 1);
}

function runOf(object: KubeObject | undefined): CanaryStatus['run'] {
  return (object?.['status'] as CanaryStatus | undefined)?.run;
}

function refTo({ apiVersion, kind, metadata: { name } }: KubeObject): ObjectRef {
  return { apiVersion, kind, namespace: NAMESPACE, name };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
