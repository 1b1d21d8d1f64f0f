import { expect, test } from 'vitest';
import { isWanted } from './severity.ts';

test.each([
  { least: 'info', wanted: ['info', 'warn', 'error'] },
  { least: 'warn', wanted: ['warn', 'error'] },
  { least: 'error', wanted: ['error'] },
] as const)('who asks for $least receives $wanted', ({ least, wanted }) => {
  expect((['info', 'warn', 'error'] as const).filter((severity) => isWanted(severity, least))).toEqual(wanted);
});
