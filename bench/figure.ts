/** One measured number. */
export interface Figure {
  /** What was measured; also what tells the rows of the table apart. */
  readonly what: string;
  readonly value: number;
  readonly unit: '' | 'B' | 'KiB' | 'MiB' | 'ms' | 's' | 'cores' | '%';
  /** The most that it may be; absent for what is told only. */
  readonly budget?: number;
}

/** No number breaks a budget as much as one that is too big: what could not be measured isn't good. */
export function isBroken({ value, budget }: Figure): boolean {
  return budget !== undefined && !(value <= budget);
}
