import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { checkTypes } from './check-types.ts';
import { type BinaryItem, flatten, type Item } from './operator-items.ts';
import { readMatching } from './parse-matching.ts';
import { readPostfix } from './parse-postfix.ts';
import { readPrimary } from './parse-primary.ts';
import { parseError } from './query-error.ts';
import { QueryReader } from './reader.ts';
import type { BinaryOperator, Expression } from './syntax.ts';

const MAX_QUERY_LENGTH = 32_768;
const MAX_DEPTH = 100;
const MAX_CHAIN = 500;

/** Reads a query and checks its types. Throws a `QueryError` of type `bad_data` that names line and column. */
export function parseQuery(query: string): Expression {
  if (query.length > MAX_QUERY_LENGTH)
    throw parseError(query, 0, `the query is longer than ${MAX_QUERY_LENGTH} characters`);
  const tree = parser.parse(query);
  const broken = firstError(tree.topNode);
  if (broken) throw parseError(query, broken.from, unexpected(query, broken));
  const top = tree.topNode.getChild('Expr');
  if (!top) throw parseError(query, 0, 'no expression found in input');
  const reader = new QueryReader(query);
  const expression = readExpression(top, reader, 0);
  checkTypes(expression, reader);
  return expression;
}

function firstError(top: SyntaxNode): { from: number; to: number } | undefined {
  let found: { from: number; to: number } | undefined;
  top.cursor().iterate((node) => {
    if (node.type.isError && (!found || node.from < found.from)) found = { from: node.from, to: node.to };
    return !found;
  });
  return found;
}

function unexpected(query: string, { from, to }: { from: number; to: number }): string {
  const rest = query.slice(from).trimStart();
  if (query.trim() === '') return 'no expression found in input';
  if (rest === '') return 'unexpected end of input';
  const token = to > from ? query.slice(from, to) : (/^(\w+|.)/.exec(rest)?.[0] ?? '');
  return `unexpected ${JSON.stringify(token)}`;
}

function readExpression(node: SyntaxNode, reader: QueryReader, depth: number): Expression {
  if (depth > MAX_DEPTH) throw reader.problem(node.from, 'the query is nested too deeply');
  const items = flatten(node, reader);
  if (items.length > MAX_CHAIN) throw reader.problem(node.from, 'the query has too many operators in a row');
  return new Climb(items, reader, depth).expression(0);
}

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** Puts items together again by the precedence of Prometheus: `^` binds to the right and before a sign. */
class Climb {
  readonly #items: readonly Item[];
  readonly #reader: QueryReader;
  readonly #depth: number;
  #at = 0;

  constructor(items: readonly Item[], reader: QueryReader, depth: number) {
    this.#items = items;
    this.#reader = reader;
    this.#depth = depth;
  }

  expression(lowest: number): Expression {
    let left = this.#operand();
    for (let item = this.#binary(lowest); item; item = this.#binary(lowest)) {
      this.#at++;
      const level = PRECEDENCE[item.operator];
      const right = this.expression(item.operator === '^' ? level : level + 1);
      const bool = item.modifiers.some(({ name }) => name === 'BoolModifier');
      const clause = item.modifiers.find(({ name }) => name === 'MatchingModifierClause');
      const matching = clause && readMatching(clause, this.#reader);
      left = { kind: 'binary', operator: item.operator, left, right, bool, matching, offset: item.offset };
    }
    return left;
  }

  #binary(lowest: number): BinaryItem | undefined {
    const item = this.#items[this.#at];
    return item?.item === 'binary' && PRECEDENCE[item.operator] >= lowest ? item : undefined;
  }

  #operand(): Expression {
    const item = this.#items[this.#at++];
    if (item?.item === 'sign') {
      const inner = this.expression(PRECEDENCE['^']);
      return { kind: 'unary', operator: item.operator, inner, offset: item.offset };
    }
    if (item?.item !== 'operand') throw this.#reader.problem(item?.offset ?? 0, 'an operand is expected');
    let operand = readPrimary(item.node, this.#reader, (inner) => readExpression(inner, this.#reader, this.#depth + 1));
    for (let next = this.#items[this.#at]; next?.item === 'postfix'; next = this.#items[++this.#at]) {
      operand = readPostfix(operand, next.node, this.#reader);
    }
    return operand;
  }
}
