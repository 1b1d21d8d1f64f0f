import type { Terminal } from '../terminal.ts';

/** A terminal that remembers what was written. */
export interface Recorder extends Terminal {
  readonly written: { out: string; err: string };
}

export function recorder(nowMs = 0): Recorder {
  const written = { out: '', err: '' };
  return {
    written,
    out(text) {
      written.out += text;
    },
    err(text) {
      written.err += text;
    },
    style: 'plain',
    now: () => nowMs,
  };
}
