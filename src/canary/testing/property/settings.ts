/** Stories per run of the tests, in all; `PROPERTY_RUNS` says otherwise. */
export function storiesToTry(share: number): number {
  return Math.ceil(Number(process.env['PROPERTY_RUNS'] ?? 1_000) * share);
}

/** A seed that stays, and one that is new each time and printed when it fails; `PROPERTY_SEED` replaces both. */
export function seeds(): readonly number[] {
  const given = process.env['PROPERTY_SEED'];
  return given === undefined ? [2026, Math.floor(Math.random() * 2 ** 31)] : [Number(given)];
}
