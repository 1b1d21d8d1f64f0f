/** Where stop signals come from; the process, outside of tests. */
export interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

/** Aborts at the first SIGTERM or SIGINT; the second one ends the process at once (Flagger compatibility). */
export function onShutdown(
  source: SignalSource = process,
  exit: (code: number) => void = (code) => process.exit(code),
): AbortSignal {
  const stop = new AbortController();
  const signalled = () => {
    if (stop.signal.aborted) exit(1);
    stop.abort();
  };
  source.on('SIGTERM', signalled);
  source.on('SIGINT', signalled);
  return stop.signal;
}
