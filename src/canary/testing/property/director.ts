import type { CanaryStatus } from '../../../api/status.ts';
import { COMMAND, PAUSE, sayingOf } from '../../../api/steering.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef, refOf } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { imageIn } from './inspector.ts';
import type { MemoryApi } from './memory-api.ts';
import type { PodLifes } from './pod-life.ts';
import { shareOf } from './shares.ts';
import type { Deed, Losable, Story } from './story.ts';
import { configOf, editPatch, imageOf, NAMESPACE, reroutePatch, targetOf } from './story-objects.ts';

/** The user, and bad luck: does the deeds of a story when their cues come. */
export class Director {
  readonly #story: Story;
  readonly #api: MemoryApi;
  readonly #clock: Clock;
  readonly #lifes: PodLifes;
  #next = 0;
  #armed = true;
  #revision = 0;
  #config = 0;
  #command = 0;
  /** What a Canary that is away will be told. */
  #away: JsonObject[] | undefined;

  constructor(story: Story, parts: { api: MemoryApi; clock: Clock; lifes: PodLifes }) {
    this.#story = story;
    this.#api = parts.api;
    this.#clock = parts.clock;
    this.#lifes = parts.lifes;
    this.#api.onChange(({ object }) => {
      if (object.kind === 'Canary') this.#cue(object);
    });
  }

  /** Deeds that were done. */
  get done(): number {
    return this.#next;
  }

  #cue(canary: KubeObject): void {
    const scene = this.#story.scenes[this.#next];
    const run = (canary['status'] as CanaryStatus | undefined)?.run;
    if (!scene || !this.#armed || run?.stage !== scene.cue.stage || run.step < scene.cue.step) return;
    this.#armed = false;
    this.#clock.after(scene.cue.afterMs, () => {
      this.#do(scene.deed);
      this.#next += 1;
      this.#armed = true;
      const now = this.#api.get(canaryRef);
      if (now && this.#story.scenes[this.#next]?.cue.atOnce) this.#cue(now);
    });
  }

  #do(deed: Deed): void {
    switch (deed.kind) {
      case 'release':
        this.#revision += 1;
        this.#setImage(imageOf(this.#revision));
        break;
      case 'revert':
        this.#revert();
        break;
      case 'config':
        this.#config += 1;
        this.#patch(configRef, { data: configOf(0, this.#config)['data'] as JsonObject });
        break;
      case 'outage':
        this.#lifes.outage(this.#workload(deed.side), deed.seconds);
        break;
      case 'edit':
        this.#patch(canaryRef, editPatch(deed.edit, this.#story));
        break;
      case 'suspend':
        this.#forAWhile(deed.seconds, { spec: { suspend: true } }, { spec: { suspend: null } });
        break;
      case 'spoil':
        this.#forAWhile(deed.seconds, { spec: { provider: 'nowhere' } }, { spec: { provider: this.#story.provider } });
        break;
      case 'reroute':
        this.#patch(canaryRef, reroutePatch(dig(this.#api.get(canaryRef), 'spec', 'provider')));
        break;
      case 'scale':
        if (this.#story.target !== 'DaemonSet')
          this.#patch(this.#workload(deed.side), { spec: { replicas: deed.replicas } });
        break;
      case 'delete':
        if (this.#api.get(canaryRef)) this.#api.delete(canaryRef);
        break;
      case 'command':
        this.#command += 1;
        this.#patch(canaryRef, annotation(COMMAND, this.#order(deed)));
        break;
      case 'pause':
        this.#forAWhile(deed.seconds, annotation(PAUSE, 'pause'), annotation(PAUSE, null));
        break;
      case 'loss':
        for (const object of this.#api.all().filter((each) => isMeant(each, deed.of))) this.#api.delete(refOf(object));
        break;
      case 'reapply':
        this.#reapply(deed);
        break;
      case 'recreate':
        this.#recreate(deed.afterMs);
        break;
    }
  }

  #revert(): void {
    const primary = this.#api.get(this.#workload('primary'));
    if (primary) this.#setImage(imageIn(primary));
  }

  /** Each in words of its own, so that it is news. */
  #order({ word, named }: Extract<Deed, { readonly kind: 'command' }>): string {
    const revision = named ? dig(this.#api.get(canaryRef), 'status', 'lastAppliedSpec') : undefined;
    return sayingOf(word, {
      by: `user-${this.#command}`,
      revision: revision === undefined ? undefined : `${revision}`,
    });
  }

  #reapply({ seconds, release }: Extract<Deed, { readonly kind: 'reapply' }>): void {
    const ref = this.#workload('canary');
    const target = this.#api.get(ref);
    if (!target) return;
    this.#api.delete(ref);
    if (release) this.#revision += 1;
    const image = release ? imageOf(this.#revision) : imageIn(target);
    this.#clock.after(seconds * 1000, () => {
      this.#api.create(targetOf(this.#story, image));
    });
  }

  /** As it is written now: what else is done to it in between waits until it is back. */
  #recreate(afterMs: number): void {
    const canary = this.#api.get(canaryRef);
    const { finalizers = [], deletionTimestamp } = canary?.metadata ?? {};
    if (!canary || finalizers.length > 0 || deletionTimestamp !== undefined) return;
    this.#api.delete(canaryRef, 'late');
    this.#away = [];
    this.#clock.after(afterMs, () => {
      const { apiVersion, kind, spec } = canary;
      const { name, namespace = NAMESPACE } = canary.metadata;
      this.#api.create({ apiVersion, kind, metadata: { name, namespace }, spec });
      const missed = this.#away ?? [];
      this.#away = undefined;
      for (const patch of missed) this.#patch(canaryRef, patch);
    });
  }

  #setImage(image: string): void {
    const containers = dig(this.#api.get(this.#workload('canary')), 'spec', 'template', 'spec', 'containers');
    const changed = (Array.isArray(containers) ? containers : []).map((each: JsonObject) => ({ ...each, image }));
    this.#patch(this.#workload('canary'), { spec: { template: { spec: { containers: changed } } } });
  }

  #forAWhile(seconds: number, begin: JsonObject, end: JsonObject): void {
    this.#patch(canaryRef, begin);
    this.#clock.after(seconds * 1000, () => this.#patch(canaryRef, end));
  }

  #patch(ref: ObjectRef, patch: JsonObject): void {
    if (this.#away && ref === canaryRef) this.#away.push(patch);
    else if (this.#api.get(ref)) this.#api.patch(ref, patch);
  }

  #workload(side: 'canary' | 'primary'): ObjectRef {
    const name = side === 'canary' ? 'web' : 'web-primary';
    return { apiVersion: 'apps/v1', kind: this.#story.target, namespace: NAMESPACE, name };
  }
}

function isMeant(object: KubeObject, lost: Losable): boolean {
  const { kind, apiVersion, metadata } = object;
  if (lost === 'route') return shareOf(object) !== undefined;
  if (lost === 'primary') return apiVersion === 'apps/v1' && metadata.name === 'web-primary';
  const names = { apex: 'web', primaryService: 'web-primary', canaryService: 'web-canary' };
  return kind === 'Service' && metadata.name === names[lost];
}

function annotation(key: string, value: string | null): JsonObject {
  return { metadata: { annotations: { [key]: value } } };
}

const canaryRef: ObjectRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: NAMESPACE, name: 'shop' };
const configRef: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'config-0' };
