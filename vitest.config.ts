import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'meshes/**/*.test.ts', 'metrics/**/*.test.ts', 'e2e/{replay,kind}/**/*.test.ts'],
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
