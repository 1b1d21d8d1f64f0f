import { defineConfig } from 'vitest/config';

const onTheCluster = 'e2e/scenarios/*.scenario.ts';
/** They break or empty their cluster, so they bring one along and are of no use to that of a user. */
const onTheirOwn = 'e2e/scenarios/own-control-plane/*.scenario.ts';

/** Scenarios on a real control plane: each file has a namespace and a controller of its own, and waits more than it works. */
export default defineConfig({
  test: {
    include: process.env['KUBECONFIG'] ? [onTheCluster] : [onTheCluster, onTheirOwn],
    globalSetup: ['e2e/lab/setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A cluster that isn't ours is cleaned up, which waits for what is deleted there
    teardownTimeout: 240_000,
    maxWorkers: 6,
  },
});
