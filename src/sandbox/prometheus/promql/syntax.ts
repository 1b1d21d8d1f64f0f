import type { Matcher } from '../matcher.ts';

/** An expression of a query, as Prometheus understands it. `offset` of each node is its place in the text. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Paren
  | Unary
  | Binary
  | Aggregation
  | Call;

interface Node {
  readonly offset: number;
}

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

/** Moves the time at which something is looked at: `@` first, then `offset` back from there. */
export interface TimeShift {
  readonly at: number | 'start' | 'end' | undefined;
  /** Undefined and 0 mean the same, but only undefined may be given later. */
  readonly backMs: number | undefined;
}

export interface VectorSelector extends Node {
  readonly kind: 'vector';
  readonly matchers: readonly Matcher[];
  readonly shift: TimeShift;
}

export interface MatrixSelector extends Node {
  readonly kind: 'matrix';
  readonly matchers: readonly Matcher[];
  readonly rangeMs: number;
  readonly shift: TimeShift;
}

export interface Subquery extends Node {
  readonly kind: 'subquery';
  readonly inner: Expression;
  readonly rangeMs: number;
  /** Undefined: the default resolution. */
  readonly stepMs: number | undefined;
  readonly shift: TimeShift;
}

export interface Paren extends Node {
  readonly kind: 'paren';
  readonly inner: Expression;
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly inner: Expression;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;

/** How series of both sides find each other. */
export interface Matching {
  /** `on`: only these labels count; `ignoring`: all but these. */
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  /** The side that may have several series per match. */
  readonly many: 'left' | 'right' | undefined;
  /** Labels taken over from the other side. */
  readonly include: readonly string[];
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** `bool`: a comparison answers 0 or 1 instead of filtering. */
  readonly bool: boolean;
  readonly matching: Matching | undefined;
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values';

export interface Grouping {
  readonly mode: 'by' | 'without';
  readonly labels: readonly string[];
}

export interface Aggregation extends Node {
  readonly kind: 'aggregation';
  readonly operator: AggregationOperator;
  readonly grouping: Grouping;
  readonly parameter: Expression | undefined;
  readonly inner: Expression;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

/** The expression without the parentheses around it. */
export function unwrapped(expression: Expression): Expression {
  return expression.kind === 'paren' ? unwrapped(expression.inner) : expression;
}
