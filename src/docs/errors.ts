import { promotedCondition } from '../api/conditions.ts';
import { generatedFrom } from '../api/reference/render.ts';
import { refusal, refusalReasons } from '../api/refusals.ts';
import { phases } from '../api/status.ts';
import { controllerReasons } from './controller-reasons.ts';

/** `docs/errors.md`: every reason that a condition can carry, what it means and what to do. */
export function errorsPage(): string {
  const { reason, message } = refusal('ServicePortMissing', 'spec.service.port', 'is missing');
  return `${[
    generatedFrom('src/api/refusals.ts, src/api/conditions.ts and src/docs'),
    '# Errors',
    'A Canary whose spec can not work is refused: nothing that it names is touched, and the condition `Ready` is `False`, with the ' +
      'first reason and the messages of all. An event says the same, once per interval. When the spec is mended, the condition goes.',
    'A message names the field, says what is wrong with it, and then what to do. A reason can have other remedies than the one ' +
      'below where more is known. An example:',
    `\`\`\`text\n${reason}: ${message}\n\`\`\``,
    '`sluice explain canary NAME` and `sluice get canaries` show it. Fields are told in the reference of ' +
      '[Canary](reference/canary.md), [MetricTemplate](reference/metric-template.md) and [AlertProvider](reference/alert-provider.md).',
    '## What is wrong with the spec',
    reasonTable(refusalReasons),
    '## What is wrong around it',
    'The spec is fine by itself, but not in this cluster or with this controller.',
    reasonTable(controllerReasons),
    '## The condition `Promoted`',
    'Its reason is the phase ([lifecycle](lifecycle.md)). It is `True` when nothing is under way and the last release went well, so ' +
      '`kubectl wait --for=condition=promoted` after a change that was seen ends with the promotion.',
    promotedTable(),
  ].join('\n\n')}\n`;
}

function reasonTable(reasons: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>): string {
  const rows = Object.entries(reasons).map(
    ([reason, { meaning, remedy }]) => `| \`${reason}\` | ${meaning} | ${remedy} |`,
  );
  return ['| Reason | Meaning | What to do |', '|---|---|---|', ...rows].join('\n');
}

function promotedTable(): string {
  const rows = phases.map((phase) => {
    const { status, reason, message } = promotedCondition(phase, 'Deployment');
    return `| \`${reason}\` | \`${status}\` | ${message} |`;
  });
  return ['| Reason | Status | Message, for a Deployment |', '|---|---|---|', ...rows].join('\n');
}
