import type { SyntaxNode } from '@lezer/common';
import { childOf, childrenOf, type QueryReader } from './reader.ts';
import type { Expression, MatrixSelector, Subquery, TimeShift, VectorSelector } from './syntax.ts';

const UNSHIFTED: TimeShift = { at: undefined, backMs: undefined };

/** Applies what stands behind an operand: a range, a subquery, `offset` or `@`. */
export function readPostfix(operand: Expression, node: SyntaxNode, reader: QueryReader): Expression {
  if (node.name === 'MatrixSelector') return readRange(operand, node, reader);
  if (node.name === 'SubqueryExpr') return readSubquery(operand, node, reader);
  if (!isShiftable(operand)) {
    const what = node.name === 'OffsetExpr' ? 'offset' : '@';
    throw reader.problem(operand.offset, `${what} must follow a selector or a subquery`);
  }
  return node.name === 'OffsetExpr' ? withOffset(operand, node, reader) : withAt(operand, node, reader);
}

function isShiftable(operand: Expression): operand is VectorSelector | MatrixSelector | Subquery {
  return operand.kind === 'vector' || operand.kind === 'matrix' || operand.kind === 'subquery';
}

function readRange(operand: Expression, node: SyntaxNode, reader: QueryReader): MatrixSelector {
  if (operand.kind !== 'vector') throw reader.problem(operand.offset, 'ranges only allowed for vector selectors');
  const { at, backMs } = operand.shift;
  if (at !== undefined || backMs !== undefined) {
    throw reader.problem(operand.offset, 'no offset or @ modifiers allowed before range');
  }
  const [duration] = node.getChildren('DurationExpr');
  const rangeMs = duration ? reader.durationMs(duration) : 0;
  return { kind: 'matrix', matchers: operand.matchers, rangeMs, shift: UNSHIFTED, offset: operand.offset };
}

function readSubquery(inner: Expression, node: SyntaxNode, reader: QueryReader): Subquery {
  const [range, step] = node.getChildren('DurationExpr');
  const rangeMs = range ? reader.durationMs(range) : 0;
  const stepMs = step ? reader.durationMs(step) : undefined;
  return { kind: 'subquery', inner, rangeMs, stepMs, shift: UNSHIFTED, offset: inner.offset };
}

function withOffset<T extends VectorSelector | MatrixSelector | Subquery>(
  operand: T,
  node: SyntaxNode,
  reader: QueryReader,
): T {
  if (operand.shift.backMs !== undefined) throw reader.problem(operand.offset, 'offset may not be set multiple times');
  const duration = childOf(node, 'OffsetDurationExpr');
  const backMs = duration ? reader.durationMs(duration, true) : 0;
  return { ...operand, shift: { ...operand.shift, backMs } };
}

function withAt<T extends VectorSelector | MatrixSelector | Subquery>(
  operand: T,
  node: SyntaxNode,
  reader: QueryReader,
): T {
  if (operand.shift.at !== undefined) throw reader.problem(operand.offset, '@ may not be set multiple times');
  return { ...operand, shift: { ...operand.shift, at: instantOf(node, reader) } };
}

function instantOf(node: SyntaxNode, reader: QueryReader): number | 'start' | 'end' {
  const named = childOf(node, 'AtModifierPreprocessors');
  if (named) return childOf(named, 'AtStart') ? 'start' : 'end';
  const literal = childrenOf(node).at(-1) ?? node;
  const text = reader.text(literal);
  const sign = /^[+-]?/.exec(text)?.[0] ?? '';
  const seconds = reader.number(text.slice(sign.length).trim(), literal.from) * (sign === '-' ? -1 : 1);
  if (!Number.isFinite(seconds)) throw reader.problem(literal.from, 'timestamp out of bounds for @ modifier');
  return Math.round(seconds * 1000);
}
