import type { SyntaxNode } from '@lezer/common';
import { childrenOf, type QueryReader } from './reader.ts';
import type { BinaryOperator } from './syntax.ts';

/** Pieces of a chain of operators, in order of the text. */
export type Item =
  | { readonly item: 'operand'; readonly node: SyntaxNode; readonly offset: number }
  | { readonly item: 'sign'; readonly operator: '+' | '-'; readonly offset: number }
  /** Something behind an operand: `offset`, `@`, a range or a subquery. */
  | { readonly item: 'postfix'; readonly node: SyntaxNode; readonly offset: number }
  | BinaryItem;

export interface BinaryItem {
  readonly item: 'binary';
  readonly operator: BinaryOperator;
  readonly modifiers: readonly SyntaxNode[];
  readonly offset: number;
}

const OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['Pow', '^'],
  ['Mul', '*'],
  ['Div', '/'],
  ['Mod', '%'],
  ['Atan2', 'atan2'],
  ['Add', '+'],
  ['Sub', '-'],
  ['Eql', '=='],
  ['Neq', '!='],
  ['Gte', '>='],
  ['Gtr', '>'],
  ['Lte', '<='],
  ['Lss', '<'],
  ['And', 'and'],
  ['Or', 'or'],
  ['Unless', 'unless'],
]);

const POSTFIXES = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr']);
const MODIFIERS = new Set(['BoolModifier', 'MatchingModifierClause']);

/**
 * Takes a tree of operators apart again. The grammar, made for editors, lets `offset`, `@` and ranges reach over the binary
 * operators before them and a sign bind tighter than `^`; Prometheus doesn't, so the order is found anew from these items.
 */
export function flatten(top: SyntaxNode, reader: QueryReader): readonly Item[] {
  const items: Item[] = [];
  // by hand instead of by recursion: a long chain is a deep tree
  const open: (SyntaxNode | Item)[] = [top];
  for (let next = open.pop(); next; next = open.pop()) {
    if ('item' in next) items.push(next);
    else open.push(...piecesOf(next, reader).toReversed());
  }
  return items;
}

function piecesOf(node: SyntaxNode, reader: QueryReader): readonly (SyntaxNode | Item)[] {
  const children = childrenOf(node);
  const [first, second] = children;
  if (node.name === 'BinaryExpr' && first) return binaryPieces(node, first, children, reader);
  if (node.name === 'UnaryExpr' && first && second) return [signOf(first, reader), second];
  if (POSTFIXES.has(node.name) && first) return [first, { item: 'postfix', node, offset: node.from }];
  const signed = node.name === 'NumberDurationLiteral' && /^[+-]/.test(reader.text(node));
  const operand: Item = { item: 'operand', node, offset: node.from };
  return signed ? [signOf(node, reader), operand] : [operand];
}

function binaryPieces(node: SyntaxNode, left: SyntaxNode, children: readonly SyntaxNode[], reader: QueryReader) {
  const modifiers = children.slice(2, -1);
  const right = children.at(-1);
  const name = children[1]?.name ?? '';
  const operator = OPERATORS.get(name);
  const unknown = modifiers.find((modifier) => !MODIFIERS.has(modifier.name));
  if (!operator || !right || unknown) {
    const what = reader.text(unknown ?? children[1] ?? node);
    throw reader.problem((unknown ?? node).from, `${JSON.stringify(what)} is not supported`);
  }
  const item: BinaryItem = { item: 'binary', operator, modifiers, offset: children[1]?.from ?? node.from };
  return [left, item, right];
}

function signOf(node: SyntaxNode, reader: QueryReader): Item {
  return { item: 'sign', operator: reader.text(node).startsWith('-') ? '-' : '+', offset: node.from };
}
