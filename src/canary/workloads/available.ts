/**
 * How many pods must be available before traffic may go to them: the threshold's share, rounded down (Flagger
 * compatibility), and at least one of those that are wanted, or nothing would answer.
 */
export function neededAvailable(wanted: number, thresholdPercent: number): number {
  return Math.max(Math.trunc((wanted * thresholdPercent) / 100), 1);
}
