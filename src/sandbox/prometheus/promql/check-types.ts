import type { FunctionSpec } from './function-spec.ts';
import { FUNCTIONS } from './functions.ts';
import type { QueryReader } from './reader.ts';
import type { Aggregation, Binary, Call, Expression } from './syntax.ts';
import { TYPE_NAMES, type ValueType } from './value.ts';

const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Finds the type of an expression. Throws a `QueryError` where a part has a type that its place doesn't take. */
export function checkTypes(expression: Expression, reader: QueryReader): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
      return 'vector';
    case 'matrix':
      return 'matrix';
    case 'paren':
      return checkTypes(expression.inner, reader);
    case 'subquery':
      expect(expression.inner, ['vector'], 'subquery', reader);
      return 'matrix';
    case 'unary':
      return expect(expression.inner, ['scalar', 'vector'], 'unary expression', reader);
    case 'binary':
      return checkBinary(expression, reader);
    case 'aggregation':
      return checkAggregation(expression, reader);
    case 'call':
      return checkCall(expression, reader);
  }
}

function expect(part: Expression, allowed: readonly ValueType[], place: string, reader: QueryReader): ValueType {
  const type = checkTypes(part, reader);
  if (allowed.includes(type)) return type;
  const expected = allowed.map((each) => TYPE_NAMES[each]).join(' or ');
  throw reader.problem(part.offset, `expected type ${expected} in ${place}, got ${TYPE_NAMES[type]}`);
}

function checkBinary(binary: Binary, reader: QueryReader): ValueType {
  const { operator, offset, matching } = binary;
  const left = expect(binary.left, ['scalar', 'vector'], 'binary expression', reader);
  const right = expect(binary.right, ['scalar', 'vector'], 'binary expression', reader);
  const scalars = [left, right].filter((type) => type === 'scalar').length;
  const problem = (text: string) => reader.problem(offset, text);
  if (binary.bool && !COMPARISONS.has(operator))
    throw problem('bool modifier can only be used on comparison operators');
  if (COMPARISONS.has(operator) && scalars === 2 && !binary.bool)
    throw problem('comparisons between scalars must use BOOL modifier');
  if (SET_OPERATORS.has(operator)) {
    if (scalars > 0) throw problem(`set operator ${JSON.stringify(operator)} not allowed in binary scalar expression`);
    if (matching?.many) throw problem(`no grouping allowed for ${JSON.stringify(operator)} operation`);
  }
  if (scalars > 0 && matching && (matching.labels.length > 0 || matching.many)) {
    throw problem('vector matching only allowed between instant vectors');
  }
  return scalars === 2 ? 'scalar' : 'vector';
}

function checkAggregation(aggregation: Aggregation, reader: QueryReader): ValueType {
  const place = `${aggregation.operator} aggregation`;
  const type = aggregation.operator === 'count_values' ? 'string' : 'scalar';
  if (aggregation.parameter) expect(aggregation.parameter, [type], place, reader);
  return expect(aggregation.inner, ['vector'], place, reader);
}

function checkCall(call: Call, reader: QueryReader): ValueType {
  const spec = FUNCTIONS.get(call.name);
  if (!spec) throw reader.problem(call.offset, `the function ${call.name} is not supported`);
  checkCount(call, spec, reader);
  call.args.forEach((arg, index) => {
    const type = spec.args[index] ?? spec.args.at(-1);
    if (type) expect(arg, [type], `call to function ${JSON.stringify(call.name)}`, reader);
  });
  return spec.returns;
}

function checkCount(call: Call, spec: FunctionSpec, reader: QueryReader): void {
  const most = spec.repeatsLast ? Number.POSITIVE_INFINITY : spec.args.length;
  const least = spec.args.length - (spec.optional ?? 0);
  const given = call.args.length;
  if (given >= least && given <= most) return;
  const expected = least === most ? `${least}` : given < least ? `at least ${least}` : `at most ${most}`;
  throw reader.problem(
    call.offset,
    `expected ${expected} argument(s) in call to ${JSON.stringify(call.name)}, got ${given}`,
  );
}
