import type { Severity } from './contract.ts';

const rank: Readonly<Record<Severity, number>> = { info: 0, warn: 1, error: 2 };

/** Whether an alert is grave enough for someone who asked for `least` and above. */
export function isWanted(severity: Severity, least: Severity): boolean {
  return rank[severity] >= rank[least];
}
