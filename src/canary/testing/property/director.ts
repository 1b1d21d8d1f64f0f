import type { CanaryStatus } from '../../../api/status.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { imageIn } from './inspector.ts';
import type { MemoryApi } from './memory-api.ts';
import type { PodLifes } from './pod-life.ts';
import type { Deed, Story } from './story.ts';
import { configOf, editPatch, imageOf, NAMESPACE, reroutePatch } from './story-objects.ts';

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
    });
  }

  #do(deed: Deed): void {
    switch (deed.kind) {
      case 'release':
        this.#revision += 1;
        this.#setImage(imageOf(this.#revision));
        break;
      case 'revert':
        this.#setImage(imageIn(this.#api.get(this.#workload('primary'))));
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
        this.#forAWhile(deed.seconds, { suspend: true }, { suspend: null });
        break;
      case 'spoil':
        this.#forAWhile(deed.seconds, { provider: 'nowhere' }, { provider: this.#story.provider });
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
    }
  }

  #setImage(image: string): void {
    const containers = dig(this.#api.get(this.#workload('canary')), 'spec', 'template', 'spec', 'containers');
    const changed = (Array.isArray(containers) ? containers : []).map((each: JsonObject) => ({ ...each, image }));
    this.#patch(this.#workload('canary'), { spec: { template: { spec: { containers: changed } } } });
  }

  #forAWhile(seconds: number, begin: JsonObject, end: JsonObject): void {
    this.#patch(canaryRef, { spec: begin });
    this.#clock.after(seconds * 1000, () => this.#patch(canaryRef, { spec: end }));
  }

  #patch(ref: ObjectRef, patch: JsonObject): void {
    if (this.#api.get(ref)) this.#api.patch(ref, patch);
  }

  #workload(side: 'canary' | 'primary'): ObjectRef {
    const name = side === 'canary' ? 'web' : 'web-primary';
    return { apiVersion: 'apps/v1', kind: this.#story.target, namespace: NAMESPACE, name };
  }
}

const canaryRef: ObjectRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: NAMESPACE, name: 'shop' };
const configRef: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'config-0' };
