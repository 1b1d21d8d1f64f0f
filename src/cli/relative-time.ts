const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A span as people say it, at most two units: `45s`, `2m5s`, `3h`, `12d`. Negative spans count as none. */
export function formatSpan(ms: number): string {
  const first = units.findIndex(([, size]) => ms >= size);
  const unit = units[first];
  if (!unit) return '0s';
  const [name, size] = unit;
  const whole = Math.floor(ms / size);
  const below = units[first + 1];
  const rest = below && whole < 10 ? Math.floor((ms - whole * size) / below[1]) : 0;
  return `${whole}${name}${below && rest > 0 ? `${rest}${below[0]}` : ''}`;
}

/** `in 8s`, `now` or `3m ago`; `undefined` when the text is no RFC 3339 instant. */
export function relative(instant: string | undefined, nowMs: number): string | undefined {
  const at = Date.parse(instant ?? '');
  if (Number.isNaN(at)) return undefined;
  const ahead = at - nowMs;
  if (Math.abs(ahead) < 1_000) return 'now';
  return ahead > 0 ? `in ${formatSpan(ahead)}` : `${formatSpan(-ahead)} ago`;
}
