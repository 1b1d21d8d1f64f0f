import type { Labels } from '../labels.ts';
import { anchoredRegex } from '../regex.ts';
import type { FunctionSpec } from './function-spec.ts';
import { executionError } from './query-error.ts';
import { asSamples, asText, vector } from './value.ts';

/** Functions that write labels. */
export const LABEL_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  label_replace: {
    args: ['vector', 'string', 'string', 'string', 'string'],
    returns: 'vector',
    apply(args) {
      const [target = '', template = '', source = '', pattern = ''] = args.slice(1).map(asText);
      const regex = anchoredRegex(pattern);
      if ('problem' in regex) throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
      requireLabelName(target, 'label_replace', 'destination');
      return relabelled(asSamples(args[0]), (labels) => {
        const found = regex.exec(labels.get(source));
        return found ? labels.with([[target, expand(template, found)]]) : labels;
      });
    },
  },
  label_join: {
    args: ['vector', 'string', 'string', 'string'],
    optional: 1,
    repeatsLast: true,
    returns: 'vector',
    apply(args) {
      const [target = '', separator = '', ...sources] = args.slice(1).map(asText);
      requireLabelName(target, 'label_join', 'destination');
      for (const source of sources) requireLabelName(source, 'label_join', 'source');
      return relabelled(asSamples(args[0]), (labels) =>
        labels.with([[target, sources.map((source) => labels.get(source)).join(separator)]]),
      );
    },
  },
};

function relabelled(samples: ReturnType<typeof asSamples>, change: (labels: Labels) => Labels) {
  return vector(samples.map(({ labels, value }) => ({ labels: change(labels), value })));
}

function requireLabelName(name: string, place: string, role: string): void {
  if (!isLabelName(name)) throw executionError(`invalid ${role} label name in ${place}(): ${name}`);
}

/** Whether the text can be the name of a label without quotes. */
export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/** `$1`, `${1}`, `$name` and `${name}` become what the group matched, `$$` a dollar sign, anything unknown nothing. */
function expand(template: string, found: RegExpExecArray): string {
  return template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (whole, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) return dollar;
    const name = plain ?? braced;
    if (name === undefined) return whole;
    return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? '';
  });
}
