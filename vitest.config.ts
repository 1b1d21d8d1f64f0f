import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{src,meshes,metrics,bench}/**/*.test.ts',
      'e2e/{cluster,faults,kind,lab,life-cycle,reference-cases,replay,traffic}/**/*.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'meshes/**/*.ts', 'metrics/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testdata/**', '**/testing/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 85 },
    },
  },
});
