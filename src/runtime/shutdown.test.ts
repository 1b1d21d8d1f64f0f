import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onShutdown } from './shutdown.ts';

test.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGTERM'],
])('the first signal (%s) stops, the second (%s) ends the process with 1', (first, second) => {
  const source = new EventEmitter();
  const codes: number[] = [];
  const signal = onShutdown({ on: (name, listener) => source.on(name, listener) }, (code) => codes.push(code));
  expect(signal.aborted).toBe(false);
  source.emit(first);
  expect(signal.aborted).toBe(true);
  expect(codes).toEqual([]);
  source.emit(second);
  expect(codes).toEqual([1]);
});
