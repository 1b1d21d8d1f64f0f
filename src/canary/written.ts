import { comparable, equalObjects } from '../kube/compare.ts';
import { type KubeObject, refKey, refOf } from '../kube/object.ts';
import { digest } from './digest.ts';

/**
 * Remembers what was written last, and which version came back. API servers fill in defaults that a renderer can't know;
 * as long as the version that answered our write still stands, the same write isn't repeated. Losing this memory costs one
 * write that changes nothing.
 */
export class Written {
  readonly #last = new Map<string, { readonly digest: string; readonly resourceVersion: string | undefined }>();

  /** Whether a wanted object needs no write. */
  stands(wanted: KubeObject, live: KubeObject | undefined): boolean {
    const key = refKey(refOf(wanted));
    if (!live) {
      this.#last.delete(key);
      return false;
    }
    if (equalObjects(wanted, live)) return true;
    const last = this.#last.get(key);
    return last?.resourceVersion === live.metadata.resourceVersion && last?.digest === digest(comparable(wanted));
  }

  remember(wanted: KubeObject, answer: KubeObject): void {
    const entry = { digest: digest(comparable(wanted)), resourceVersion: answer.metadata.resourceVersion };
    this.#last.set(refKey(refOf(wanted)), entry);
  }
}
