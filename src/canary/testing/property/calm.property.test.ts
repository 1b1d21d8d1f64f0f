import { describe, expect, it } from 'vitest';
import { everyDeath, explore, sameEnd } from './explore.ts';
import { seeds, storiesToTry } from './settings.ts';
import { calmStories } from './stories.ts';
import { turningPoints } from './turning-points.ts';

const MINUTES_MS = 10 * 60_000;

describe('a release ends the same whether or not the controller dies and writes fail on the way', () => {
  it.each(seeds())('in random stories of seed %i', { timeout: MINUTES_MS }, async (seed) => {
    expect(await explore(calmStories, sameEnd, { seed, runs: storiesToTry(0.5 / seeds().length, 2) })).toBeUndefined();
  });

  it.each(turningPoints)('wherever it dies: $name', { timeout: MINUTES_MS }, async ({ story, phase }) => {
    const { faults, plays, phase: end } = await everyDeath(story);
    expect(faults).toEqual([]);
    expect(end).toBe(phase);
    expect(plays).toBeGreaterThan(20);
  });
});
