/**
 * Stories that make up a share of all runs, of which there are a thousand unless `PROPERTY_RUNS` says otherwise. A run is one play
 * of a story.
 */
export function storiesToTry(share: number, playsEach: number): number {
  return Math.ceil((Number(process.env['PROPERTY_RUNS'] ?? 1_000) * share) / playsEach);
}

/** A seed that stays, and one that is new each time and printed when it fails; `PROPERTY_SEED` replaces both. */
export function seeds(): readonly number[] {
  const given = process.env['PROPERTY_SEED'];
  return given === undefined ? [2026, Math.floor(Math.random() * 2 ** 31)] : [Number(given)];
}
