import { defineConfig } from 'vitest/config';

/** Scenarios on a real control plane: each file has a namespace and a controller of its own, and waits more than it works. */
export default defineConfig({
  test: {
    include: ['e2e/scenarios/**/*.scenario.ts'],
    globalSetup: ['e2e/lab/setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 6,
  },
});
