/** The smallest value that at least this share (0 to 1) of the values doesn't exceed; `NaN` of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? Number.NaN;
}

/** The biggest value; 0 of none. */
export function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
