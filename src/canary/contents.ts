import type { KubeObject } from '../kube/object.ts';

/**
 * Contents of ConfigMaps and Secrets, each under the version that it was read at. The cluster cache keeps only their
 * metadata; a content is asked for when a Canary tracks the object, and again when its version changed.
 */
export class Contents {
  readonly #byUid = new Map<string, KubeObject>();
  readonly #limit: number;

  /** Keeps at most `limit` contents; the ones that were not used for the longest time go first. */
  constructor(limit = 5_000) {
    this.#limit = limit;
  }

  /** The content of the object whose metadata is given, if it was read at that version. */
  of(metadata: KubeObject): KubeObject | undefined {
    const { uid, resourceVersion } = metadata.metadata;
    if (uid === undefined) return undefined;
    const content = this.#byUid.get(uid);
    if (content?.metadata.resourceVersion !== resourceVersion) return undefined;
    if (content) this.#touch(uid, content);
    return content;
  }

  keep(content: KubeObject): void {
    const { uid } = content.metadata;
    if (uid === undefined) return;
    this.#touch(uid, content);
    const oldest = this.#byUid.keys().next();
    if (this.#byUid.size > this.#limit && !oldest.done) this.#byUid.delete(oldest.value);
  }

  #touch(uid: string, content: KubeObject): void {
    this.#byUid.delete(uid);
    this.#byUid.set(uid, content);
  }
}
