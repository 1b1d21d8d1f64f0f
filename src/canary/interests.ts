/**
 * Who looked at what. A change of an object brings every Canary that looked at it back to work, and no other; nothing has
 * to know which kinds matter to which Canary.
 */
export class Interests {
  readonly #byKey = new Map<string, ReadonlySet<string>>();
  readonly #byRef = new Map<string, Set<string>>();

  /** Replaces what `key` looks at. */
  set(key: string, refs: ReadonlySet<string>): void {
    for (const ref of this.#byKey.get(key) ?? []) if (!refs.has(ref)) this.#drop(ref, key);
    for (const ref of refs) {
      const keys = this.#byRef.get(ref) ?? new Set();
      keys.add(key);
      this.#byRef.set(ref, keys);
    }
    this.#byKey.set(key, refs);
  }

  delete(key: string): void {
    for (const ref of this.#byKey.get(key) ?? []) this.#drop(ref, key);
    this.#byKey.delete(key);
  }

  in(ref: string): Iterable<string> {
    return this.#byRef.get(ref) ?? [];
  }

  #drop(ref: string, key: string): void {
    const keys = this.#byRef.get(ref);
    keys?.delete(key);
    if (keys?.size === 0) this.#byRef.delete(ref);
  }
}
