import { describe, expect, it } from 'vitest';
import { explore, soundPlay } from './explore.ts';
import { seeds, storiesToTry } from './settings.ts';
import { wildStories } from './stories.ts';

const MINUTES_MS = 10 * 60_000;

describe('whatever users, pods, gateways and the API server do, and whenever', () => {
  it.each(seeds())(
    'weights sum to 100, nobody is sent to dead pods, nothing is promoted unchecked, and every run ends (seed %i)',
    { timeout: MINUTES_MS },
    async (seed) => {
      const runs = storiesToTry(0.5 / seeds().length, 1);
      expect(await explore(wildStories, soundPlay, { seed, runs })).toBeUndefined();
    },
  );
});
