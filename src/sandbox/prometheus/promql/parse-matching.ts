import type { SyntaxNode } from '@lezer/common';
import { childrenOf, type QueryReader } from './reader.ts';
import type { Matching } from './syntax.ts';

/** Reads `on (…) group_left (…)` and its relatives. */
export function readMatching(clause: SyntaxNode, reader: QueryReader): Matching {
  const children = childrenOf(clause);
  const mode = children.some(({ name }) => name === 'On') ? 'on' : 'ignoring';
  const [labels = [], include = []] = children
    .filter(({ name }) => name === 'GroupingLabels')
    .map((list) => reader.labels(list));
  const twice = mode === 'on' ? include.find((label) => labels.includes(label)) : undefined;
  if (twice !== undefined) {
    throw reader.problem(clause.from, `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
  }
  return { mode, labels, include, many: manySide(children) };
}

function manySide(children: readonly SyntaxNode[]): Matching['many'] {
  if (children.some(({ name }) => name === 'GroupLeft')) return 'left';
  return children.some(({ name }) => name === 'GroupRight') ? 'right' : undefined;
}
