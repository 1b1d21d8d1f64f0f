import { refusalIn } from '../api/conditions.ts';
import type { CanaryStatus, CheckEffect, CheckEvidence, Evidence } from '../api/status.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { nextOf, phaseColour, statusOf, stepOf, targetOf } from './canary-view.ts';
import { phaseWords } from './phase-words.ts';
import { relative } from './relative-time.ts';
import { type Colour, paint, type Style } from './terminal.ts';
import { renderTable } from './text-table.ts';

const DECISIONS_SHOWN = 8;
const BAR = 20;

/** All that a Canary tells of itself, for people. Pure; ends with a newline. */
export function renderExplain(object: KubeObject, nowMs: number, style: Style): string {
  const status = statusOf(object);
  const { name, namespace } = object.metadata;
  const phase = paint(status.phase ?? 'not seen yet', phaseColour(status.phase), style);
  const parts = [
    `${paint(`canary ${namespace ? `${namespace}/` : ''}${name}`, 'bold', style)}: ${phase}\n${phaseWords(status)}\n`,
    refusal(status, style),
    facts(object, status, nowMs, style),
    failure(status, nowMs, style),
    checks(status, nowMs, style),
    decisions(status, nowMs, style),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function refusal(status: CanaryStatus, style: Style): string {
  const refused = refusalIn(status);
  if (!refused) return '';
  return `${paint(`Refused (${refused.reason})`, 'red', style)}: ${refused.message}\nNothing is done until the spec is mended.\n`;
}

function facts(object: KubeObject, status: CanaryStatus, nowMs: number, style: Style): string {
  const step = stepOf(status).replace('/', ' of ');
  const lines = [
    ['Target', targetOf(object)],
    ['Step', step && `${step} done`],
    ['Traffic', traffic(object, status, style)],
    ['Failed', failedChecks(object, status)],
    ['Since', relative(status.lastTransitionTime, nowMs) ?? ''],
    ['Next', nextOf(status, nowMs)],
    ['Ends', estimate(status, nowMs)],
    ['Suspended', dig(object, 'spec', 'suspend') === true ? 'yes: nothing is decided until spec.suspend is false' : ''],
  ] as const;
  const shown = lines.filter(([, text]) => text !== '');
  return shown.map(([label, text]) => `${paint(label.padEnd(11), 'dim', style)}${text}\n`).join('');
}

function traffic(object: KubeObject, status: CanaryStatus, style: Style): string {
  if (status.phase === undefined) return '';
  const { canary, mirror } = status.run?.traffic ?? { canary: status.canaryWeight, mirror: false };
  if (mirror) return 'all to the primary, and a copy of it to the canary';
  if (canary === 0) return 'all to the primary';
  const match = dig(object, 'spec', 'analysis', 'match');
  if (Array.isArray(match) && match.length > 0 && Number(dig(object, 'spec', 'analysis', 'iterations')) > 0) {
    return 'requests that match go to the canary, all others to the primary';
  }
  const filled = Math.round((canary / 100) * BAR);
  const bar = paint('#'.repeat(filled), 'cyan', style) + '.'.repeat(BAR - filled);
  return `[${bar}] ${canary} % to the canary, ${100 - canary} % to the primary`;
}

function estimate({ run }: CanaryStatus, nowMs: number): string {
  const when = relative(run?.estimatedEnd, nowMs);
  return when === undefined ? '' : `${when} if every check passes and nothing is waited for`;
}

function failedChecks(object: KubeObject, { failedChecks: failed, run }: CanaryStatus): string {
  if (!run || (failed === 0 && run.steps === 0)) return '';
  const threshold = dig(object, 'spec', 'analysis', 'threshold');
  return typeof threshold === 'number' ? `${failed} of at most ${threshold} checks` : `${failed} checks`;
}

function failure(status: CanaryStatus, nowMs: number, style: Style): string {
  const condition = status.conditions?.find(({ type, reason }) => type === 'Promoted' && reason === 'Failed');
  const { lastFailure } = status;
  const when = lastFailure && relative(lastFailure.time, nowMs);
  const past = lastFailure && `${lastFailure.cause}${when === undefined ? '' : ` (${when})`}`;
  const why = status.run?.failure ?? past ?? condition?.message;
  return why === undefined ? '' : `${paint('Last failure', 'red', style)}: ${why}\n`;
}

function checks(status: CanaryStatus, nowMs: number, style: Style): string {
  const last = status.evidence?.findLast((entry) => (entry.checks?.length ?? 0) > 0);
  if (!last) return '';
  const rows = (last.checks ?? []).map((check) => {
    const { name, value, bound, samples } = check;
    return [name, samples === undefined ? value : `${value} (${samples} samples)`, bound, verdictOf(check)];
  });
  const when = relative(last.time, nowMs);
  const table = renderTable(['CHECK', 'VALUE', 'BOUND', 'VERDICT'], rows, style, '  ');
  return `${paint(`Last checks${when ? `, ${when}` : ''}`, 'bold', style)}\n${table}`;
}

/** What came of a check and, where that isn't what counted, what it was taken for. */
function verdictOf({ verdict, effect }: CheckEvidence): { text: string; colour: Colour | undefined } {
  const [word, colour] = verdicts[verdict] ?? [verdict, undefined];
  return effect === undefined
    ? { text: word, colour }
    : { text: `${word}, ${effects[effect] ?? effect}`, colour: 'dim' };
}

const effects: Readonly<Record<CheckEffect, string>> = {
  dryRun: 'a dry run',
  waits: 'the step waits',
  passes: 'which passes',
  skipped: 'left to the others',
};

const verdicts: Readonly<Record<CheckEvidence['verdict'], readonly [string, Colour]>> = {
  pass: ['pass', 'green'],
  fail: ['fail', 'red'],
  noData: ['no data', 'yellow'],
  error: ['error', 'red'],
};

function decisions(status: CanaryStatus, nowMs: number, style: Style): string {
  const last: readonly Evidence[] = (status.evidence ?? []).slice(-DECISIONS_SHOWN).reverse();
  if (last.length === 0) return '';
  const rows = last.map(({ time, decision }) => [relative(time, nowMs) ?? time, decision]);
  return `${paint('Last decisions', 'bold', style)}\n${renderTable(['WHEN', 'DECISION'], rows, style, '  ')}`;
}
