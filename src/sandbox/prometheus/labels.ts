/** Label that carries the name of a metric. */
export const METRIC_NAME = '__name__';

/**
 * The labels of a series: sorted by name, never changed. A label with an empty value is the same as none, so it isn't kept.
 */
export class Labels {
  readonly #values: ReadonlyMap<string, string>;
  #key: string | undefined;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Later entries win over earlier ones of the same name. */
  static of(entries: Iterable<readonly [string, string]>): Labels {
    const kept = [...new Map(entries)].filter(([, value]) => value !== '');
    return new Labels(new Map(kept.sort(([a], [b]) => compareText(a, b))));
  }

  /** Text that two label sets share exactly when they are equal. */
  get key(): string {
    this.#key ??= JSON.stringify([...this.#values]);
    return this.#key;
  }

  /** The value of a label, `''` when there is none. */
  get(name: string): string {
    return this.#values.get(name) ?? '';
  }

  /** In the order of their names. */
  entries(): Iterable<readonly [string, string]> {
    return this.#values;
  }

  only(names: readonly string[]): Labels {
    return new Labels(new Map([...this.#values].filter(([name]) => names.includes(name))));
  }

  without(names: readonly string[]): Labels {
    return new Labels(new Map([...this.#values].filter(([name]) => !names.includes(name))));
  }

  /** Sets labels; an empty value takes the label away. */
  with(entries: Iterable<readonly [string, string]>): Labels {
    return Labels.of([...this.#values, ...entries]);
  }

  withoutName(): Labels {
    return this.#values.has(METRIC_NAME) ? this.without([METRIC_NAME]) : this;
  }

  /** As a JSON object; any label name is an own property of it. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }
}

/** The label set without labels. */
export const NO_LABELS = Labels.of([]);

/** Order of texts by code unit, independent of the locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
