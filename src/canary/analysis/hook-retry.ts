import type { HttpAnswer } from '../../runtime/http.ts';

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;
/** A receiver may ask for more time than it would be given, but not hold up a visit for as long as it likes. */
const MAX_ASKED_MS = 300_000;

/** Whether a status may change by itself: too many requests, or a server that isn't well. */
export function mayHelpAgain(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/**
 * How long to wait after the attempt with that number (from 1): 1 s, 2 s, 4 s … at most 30 s, unless a busy server named a
 * time of its own, of which at most 5 minutes are waited (the reference waits for as long as it is told).
 */
export function retryDelayMs(attempt: number, answer: HttpAnswer | undefined, nowMs: number): number {
  const asked = answer && (answer.status === 429 || answer.status === 503) ? retryAfterMs(answer, nowMs) : undefined;
  if (asked !== undefined) return Math.min(asked, MAX_ASKED_MS);
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), MAX_DELAY_MS);
}

/** `Retry-After` in seconds or as a date; `undefined` when it is absent or says nothing that we understand. */
function retryAfterMs({ headers }: HttpAnswer, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // a date has the name of a month; `Date.parse` would also find dates in odd numbers
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(at - nowMs, 0);
}
