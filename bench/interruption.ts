import type { Cleanup } from './cleanup.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on a signal, or an error that nobody catches, ends the run with 1 after everything was undone. A second signal ends
 * it at once: whoever is impatient finds folders, but no processes.
 */
export function endInOrder(cleanup: Cleanup): void {
  let isEnding = false;
  const end = (why: unknown) => {
    console.error('bench: gives up:', why);
    isEnding = true;
    cleanup
      .run()
      .catch((left: unknown) => console.error('bench: not everything could be undone:', left))
      .finally(() => process.exit(1));
  };
  for (const signal of signals) process.on(signal, () => (isEnding ? process.exit(1) : end(signal)));
  // What breaks while everything is taken apart is of no interest
  process.on('uncaughtException', (error) => isEnding || end(error));
}
