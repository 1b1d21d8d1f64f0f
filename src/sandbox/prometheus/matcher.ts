import { anchoredRegex, type BadPattern } from './regex.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition on one label. A label that isn't there has the value `''`. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  matches(value: string): boolean;
}

/** Regular expressions match the whole value. A bad pattern is returned as the reason. */
export function matcher(name: string, operator: MatchOperator, value: string): Matcher | BadPattern {
  const test = condition(operator, value);
  return typeof test === 'function' ? { name, operator, value, matches: test } : test;
}

function condition(operator: MatchOperator, value: string): ((label: string) => boolean) | BadPattern {
  if (operator === '=') return (label) => label === value;
  if (operator === '!=') return (label) => label !== value;
  const regex = anchoredRegex(value);
  if ('problem' in regex) return regex;
  return operator === '=~' ? (label) => regex.test(label) : (label) => !regex.test(label);
}
