const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Longer texts are no duration, whatever they hold: nobody writes them, and somebody would have to read them. */
const LONGEST = 64;

// No amount can be split in two ways: on a long run of digits that would take quadratic time
const goDuration = /^[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const prometheusDuration = /^(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;
const parts = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|[smhdwy])/g;

/** Milliseconds of a duration in Go's notation (`90s`, `1m30s`, `1.5h`, `0`); `undefined` when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  if (/^[-+]?0$/.test(text)) return 0;
  return goDuration.test(text) ? total(text) : undefined;
}

/** Milliseconds of a query window, in Go's or in Prometheus' notation (`5m`, `1d`); `undefined` when it is neither. */
export function parseWindow(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  return parseDuration(text) ?? (prometheusDuration.test(text) ? total(text) : undefined);
}

/** Whether a Gateway API object may hold the text as a duration. */
export function isGatewayDuration(text: string): boolean {
  return /^(?:\d{1,5}(?:h|m|s|ms)){1,4}$/.test(text);
}

/** A text that should have been a duration, as messages show it: quoted, and cut where no duration goes on. */
export function quoteDuration(text: string): string {
  return text.length > LONGEST ? `${JSON.stringify(text.slice(0, LONGEST))}…` : JSON.stringify(text);
}

function total(text: string): number {
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(parts)) sum += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return text.startsWith('-') ? -sum : sum;
}
