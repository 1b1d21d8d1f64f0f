import type { CheckEvidence, Evidence } from '../api/status.ts';

/**
 * The last decisions and what they rest on, as they stand in `status.evidence`. Bounded in number and in bytes: a status
 * has to be written with every step and must never grow out of what an API server takes.
 */

const DECISIONS_KEPT = 16;
const CHECKS_KEPT = 16;
const MOST_BYTES = 6 * 1024;
const longest = { decision: 300, name: 80, value: 120, bound: 60 } as const;

/**
 * The ring with one more decision at its end, if there is one, in at most `room` bytes. What is too much goes in this order:
 * the oldest decisions, the checks of older decisions, and of a single decision the checks that passed.
 */
export function addEvidence(
  ring: readonly Evidence[],
  entry: Evidence | undefined,
  room = MOST_BYTES,
): readonly Evidence[] {
  const all = entry ? [...ring, bounded(entry)] : ring;
  const kept = within(all.slice(-DECISIONS_KEPT), Math.min(room, MOST_BYTES));
  return kept.length === ring.length && kept.every((each, i) => each === ring[i]) ? ring : kept;
}

/** The check that a decision against the canary rests on, for people: `errors: 7, bound: <= 1`. */
export function decisiveCheck(checks: readonly CheckEvidence[]): string | undefined {
  const found = checks.find(({ verdict, effect }) => verdict !== 'pass' && effect === undefined);
  if (!found) return undefined;
  const { name, value, bound } = boundedCheck(found);
  return `${name}: ${value}, bound: ${bound}`;
}

function within(ring: readonly Evidence[], room: number): readonly Evidence[] {
  if (bytesOf(ring) <= room) return ring;
  const [newest] = ring.slice(-1);
  const older = ring.slice(0, -1);
  const checked = older.findIndex(({ checks }) => checks !== undefined);
  if (checked >= 0)
    return within(
      ring.map((each, i) => (i === checked ? withChecks(each, []) : each)),
      room,
    );
  if (older.length > 0) return within(ring.slice(1), room);
  if (!newest?.checks) return ring;
  return within([withChecks(newest, mostTelling(newest.checks, newest.checks.length - 1))], room);
}

function bounded(entry: Evidence): Evidence {
  const checks = mostTelling(entry.checks ?? [], CHECKS_KEPT).map(boundedCheck);
  return withChecks({ ...entry, decision: cut(entry.decision, longest.decision) }, checks);
}

function boundedCheck(check: CheckEvidence): CheckEvidence {
  return {
    ...check,
    name: cut(check.name, longest.name),
    value: cut(check.value, longest.value),
    bound: cut(check.bound, longest.bound),
  };
}

function withChecks({ checks: _, ...entry }: Evidence, checks: readonly CheckEvidence[]): Evidence {
  return checks.length > 0 ? { ...entry, checks } : entry;
}

/** At most `limit` of the checks, in their order: those that passed go first. */
function mostTelling(checks: readonly CheckEvidence[], limit: number): readonly CheckEvidence[] {
  const passed = (check: CheckEvidence) => check.verdict === 'pass';
  const ranked = [...checks.filter((check) => !passed(check)), ...checks.filter(passed)];
  const kept = new Set(ranked.slice(0, limit));
  return checks.filter((check) => kept.has(check));
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

/** Bytes that a value takes as JSON. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
