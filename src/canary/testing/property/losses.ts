import { type KubeObject, refKey, refOf } from '../../../kube/object.ts';
import type { Written } from './controller-view.ts';
import { imageIn, isTarget } from './inspector.ts';
import type { MemoryApi } from './memory-api.ts';

/** What users took away, and what nobody can know any more since then. */
export class Losses {
  /** As it was last. */
  readonly #lost = new Map<string, KubeObject>();
  /** Images that the target has had as long as it is there. */
  readonly #past = new Set<string>();
  /** The Canary was deleted, and has promoted nothing since: what its primary runs is in no status. */
  #isNew = false;
  #goneAt = Number.POSITIVE_INFINITY;
  readonly #now: () => number;

  constructor(api: MemoryApi, now: () => number) {
    this.#now = now;
    api.onChange(({ type, object }) => {
      if (type === 'deleted') this.#took(object);
      else if (isTarget(object)) this.#past.add(imageIn(object));
    });
  }

  /** Nobody can keep a user from taking something away: what comes back is judged as if it had been there all the time. */
  restored(write: Written): Written {
    const key = refKey(refOf(write.after));
    const before = write.before ?? this.#lost.get(key);
    this.#lost.delete(key);
    return { ...write, before };
  }

  /** Whether a template is in no history any more: of a target that was deleted, or of what a former Canary promoted. */
  isForgotten(image: string): boolean {
    return this.#isNew || !this.#past.has(image);
  }

  promoted(): void {
    this.#isNew = false;
  }

  /** How long the target was gone, when it is back. */
  goneMs(): number {
    return this.#now() - this.#goneAt;
  }

  #took(object: KubeObject): void {
    this.#lost.set(refKey(refOf(object)), object);
    if (object.kind === 'Canary') this.#isNew = true;
    if (!isTarget(object)) return;
    this.#goneAt = this.#now();
    this.#past.clear();
  }
}
