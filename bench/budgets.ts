import type { Hop } from './hop.ts';

/** The most that is allowed. Counts are absolute; the reaction is measured in hops of the API server. */
export const budgets = {
  helpMs: 300,
  requestsPerIdleCanary: 0,
  writesPerAdvance: 3,
  readsPerAdvance: 0,
  bytesPerAdvance: 65_536,
  backMs: 1_000,
  startUpS: 15,
  cores: 1,
  rssMiB: 512,
  latenessMs: 1_000,
  /** Canaries that wait to be looked at while 500 progress. */
  queue: 100,
  heapGrowthPercent: 5,
} as const;

/** From a new image to the run that it starts: p99, in milliseconds. */
export function reactionBudget(hop: Hop): number {
  return 5 * hop.p99Ms + 50;
}
