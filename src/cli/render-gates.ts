import type { KubeObject } from '../kube/object.ts';
import { type Gate, type GateView, holds, viewOf } from './gates.ts';
import { relative } from './relative-time.ts';
import type { Colour, Style } from './terminal.ts';
import { type Cell, renderTable } from './text-table.ts';

const NONE = '-';

/** A line per gate: what it holds, how it stands, who said so and when. Pure; ends with a newline. */
export function renderGates(canary: KubeObject, gates: readonly Gate[], nowMs: number, style: Style): string {
  const rows = gates.map((gate): readonly Cell[] => {
    const waits = holds(canary, gate) ? 'yes' : NONE;
    if (gate.url !== undefined)
      return [gate.name, gate.type, { text: asked(gate.url), colour: 'dim' }, waits, NONE, NONE];
    const { state, said } = viewOf(canary, gate.name);
    const [text, colour] = states[state];
    return [
      gate.name,
      gate.type,
      { text, colour },
      waits,
      said?.by ?? NONE,
      relative(said?.at, nowMs) ?? said?.at ?? NONE,
    ];
  });
  return renderTable(['GATE', 'TYPE', 'STATE', 'HOLDS', 'SET BY', 'WHEN'], rows, style);
}

const states: Readonly<Record<GateView['state'], readonly [string, Colour]>> = {
  open: ['open', 'green'],
  approved: ['approved once', 'cyan'],
  closed: ['closed', 'yellow'],
  used: ['closed, approval used', 'yellow'],
};

/** Without path and query, which may hold a secret. */
export function asked(url: string): string {
  return `asks ${URL.parse(url)?.host || 'its url'}`;
}
