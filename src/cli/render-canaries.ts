import { refusalIn } from '../api/conditions.ts';
import type { KubeObject } from '../kube/object.ts';
import { nextOf, phaseColour, statusOf, stepOf, targetOf } from './canary-view.ts';
import { formatSpan } from './relative-time.ts';
import type { Style } from './terminal.ts';
import { type Cell, renderTable } from './text-table.ts';

const NEXT_SHOWN = 60;

/** The table of `sluice get canaries`. `wide` adds the target and the last decision, and shortens nothing. Pure. */
export function renderCanaries(
  canaries: readonly KubeObject[],
  nowMs: number,
  style: Style,
  show: { readonly wide: boolean; readonly namespaces: boolean },
): string {
  const header = ['NAME', 'STATUS', 'WEIGHT', 'FAILED', 'STEP', 'NEXT', 'AGE'];
  const rows = canaries.map((canary): Cell[] => {
    const status = statusOf(canary);
    const refusal = refusalIn(status);
    const next = refusal ? refusal.message : nextOf(status, nowMs);
    const born = Date.parse(canary.metadata.creationTimestamp ?? '');
    return [
      ...(show.namespaces ? [canary.metadata.namespace ?? ''] : []),
      canary.metadata.name,
      refusal ? { text: 'Refused', colour: 'red' } : { text: status.phase ?? '-', colour: phaseColour(status.phase) },
      String(status.canaryWeight),
      String(status.failedChecks),
      stepOf(status) || '-',
      (show.wide ? next : shorten(next)) || '-',
      Number.isNaN(born) ? '-' : formatSpan(nowMs - born),
      ...(show.wide ? [targetOf(canary), status.evidence?.at(-1)?.decision ?? '-'] : []),
    ];
  });
  const wide = show.wide ? ['TARGET', 'LAST DECISION'] : [];
  return renderTable([...(show.namespaces ? ['NAMESPACE'] : []), ...header, ...wide], rows, style);
}

function shorten(text: string): string {
  return text.length > NEXT_SHOWN ? `${text.slice(0, NEXT_SHOWN - 1)}…` : text;
}
