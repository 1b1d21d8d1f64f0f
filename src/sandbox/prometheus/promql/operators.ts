import { executionError } from './query-error.ts';
import type { ArithmeticOperator, BinaryOperator, ComparisonOperator } from './syntax.ts';

const ARITHMETIC: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

const COMPARE: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** What two numbers come to, or whether they compare so. */
export type Combined = { readonly value: number } | { readonly holds: boolean };

/** Applies an operator to two numbers. Set operators have no meaning here: a defect. */
export function combine(operator: BinaryOperator, left: number, right: number): Combined {
  if (isComparison(operator)) return { holds: COMPARE[operator](left, right) };
  if (isArithmetic(operator)) return { value: ARITHMETIC[operator](left, right) };
  throw executionError(`operator ${operator} not allowed between numbers`);
}

/** Whether the operator answers yes or no. */
export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return Object.hasOwn(COMPARE, operator);
}

function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return Object.hasOwn(ARITHMETIC, operator);
}

/** 1 to the power of anything and -1 to an infinite power are 1 in IEEE 754, but not in JavaScript. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}
