import { describe, expect, test } from 'vitest';
import { parseQuery } from './parse.ts';
import { QueryError } from './query-error.ts';
import type { Expression, TimeShift } from './syntax.ts';

/** The structure of an expression, fully in brackets. */
function shape(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'string':
      return JSON.stringify(expression.value);
    case 'paren':
      return shape(expression.inner);
    case 'vector':
      return matchersOf(expression.matchers) + shiftOf(expression.shift);
    case 'matrix':
      return `${matchersOf(expression.matchers)}[${expression.rangeMs}]${shiftOf(expression.shift)}`;
    case 'subquery':
      return `${shape(expression.inner)}[${expression.rangeMs}:${expression.stepMs ?? ''}]${shiftOf(expression.shift)}`;
    case 'unary':
      return `(${expression.operator}${shape(expression.inner)})`;
    case 'binary':
      return `(${shape(expression.left)} ${expression.operator} ${shape(expression.right)})`;
    case 'aggregation':
      return `${expression.operator}(${shape(expression.inner)})`;
    case 'call':
      return `${expression.name}(${expression.args.map(shape).join(', ')})`;
  }
}

function matchersOf(matchers: readonly { name: string; operator: string; value: string }[]): string {
  return matchers
    .map(({ name, operator, value }) => (name === '__name__' ? value : `{${name}${operator}${value}}`))
    .join('');
}

function shiftOf({ at, backMs }: TimeShift): string {
  return (at === undefined ? '' : ` @${at}`) + (backMs === undefined ? '' : ` -${backMs}`);
}

describe('a query is read in the order of Prometheus', () => {
  test.each<[string, string]>([
    ['a + b * c', '(a + (b * c))'],
    ['a * b + c', '((a * b) + c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['-a ^ 2', '(-(a ^ 2))'],
    ['-a * b', '((-a) * b)'],
    ['a or b and c unless d', '(a or ((b and c) unless d))'],
    ['a + b offset 1m', '(a + b -60000)'],
    ['a + b offset 1m * c', '(a + (b -60000 * c))'],
    ['a * b offset 1m + c', '((a * b -60000) + c)'],
    ['-a offset 1m', '(-a -60000)'],
    ['a unless b @ 5 and c', '((a unless b @5000) and c)'],
    ['-sum_over_time(a[1m]) + rate(b[5m])', '((-sum_over_time(a[60000])) + rate(b[300000]))'],
    ['sum_over_time((-a)[1m:10s])', 'sum_over_time((-a)[60000:10000])'],
    ['avg_over_time(rate(a[1m])[5m:])', 'avg_over_time(rate(a[60000])[300000:])'],
    ['a == 1 == bool 2', '((a == 1) == 2)'],
    ['rate(a[5m] offset -1m)', 'rate(a[300000] --60000)'],
    ['rate(a[1h30m] @ start() offset 1s)', 'rate(a[5400000] @start -1000)'],
    ['a @ end()', 'a @end'],
    ['a @ -1.5', 'a @-1500'],
    ['a offset 300', 'a -300000'],
    ['a{b="c",d!~"e",}', 'a{b=c}{d!~e}'],
    ['{"a", "b"=~"c"}', 'a{b=~c}'],
    ["a{b='c\\'d', e=`f\\g`}", "a{b=c'd}{e=f\\g}"],
    ['a:b:c # a comment', 'a:b:c'],
    ['sum # here\n (a)', 'sum(a)'],
    ['"a\\x41\\u00e9\\U0001F600\\101\\n"', '"aAé😀A\\n"'],
  ])('%s', (query, expected) => {
    expect(shape(parseQuery(query))).toBe(expected);
  });
});

describe('a query is refused, with line and column', () => {
  test.each<[string, string]>([
    ['', '1:1: parse error: no expression found in input'],
    ['  # only a comment', '1:19: parse error: unexpected end of input'],
    ['1 +', '1:4: parse error: unexpected end of input'],
    ['a\n+ b)', '2:4: parse error: unexpected ")"'],
    ['sum(a', '1:6: parse error: unexpected end of input'],
    ['rate(a[5m]', '1:11: parse error: unexpected end of input'],
    ['a{b="c" d="e"}', '1:9: parse error: unexpected "d"'],
    ['a{b=c}', '1:5: parse error: unexpected "c"'],
    ['nope(a)', '1:5: parse error: unexpected "("'],
    ['a b', '1:3: parse error: unexpected "b"'],
    ['"abc', '1:1: parse error: invalid or unterminated string "abc'],
    ['a{b="c}', '1:8: parse error: unexpected end of input'],
    ['"\\z"', '1:1: parse error: invalid or unterminated string "\\z"'],
    ['"\\"', '1:1: parse error: invalid or unterminated string "\\"'],
    ['"\\U00110000"', '1:1: parse error: invalid or unterminated string "\\U00110000"'],
    ['"a\nb"', '2:1: parse error: unexpected "b"'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['{a=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice'],
    ['a{b=~"("}', '1:6: parse error: missing closing ) in the pattern "("'],
    ['(a)[5m]', '1:1: parse error: ranges only allowed for vector selectors'],
    ['a offset 1m [5m]', '1:1: parse error: no offset or @ modifiers allowed before range'],
    ['a offset 1m offset 2m', '1:1: parse error: offset may not be set multiple times'],
    ['a @ 1 @ 2', '1:1: parse error: @ may not be set multiple times'],
    ['a @ Inf', '1:5: parse error: timestamp out of bounds for @ modifier'],
    ['sum(a) offset 1m', '1:1: parse error: offset must follow a selector or a subquery'],
    ['1 @ 5', '1:1: parse error: @ must follow a selector or a subquery'],
    ['a[0s]', '1:3: parse error: duration must be greater than 0'],
    ['a[2*30s]', '1:3: parse error: "2*30s" is not a plain duration'],
    ['a[step()]', '1:3: parse error: "step()" is not a plain duration'],
    ['a anchored', '1:1: parse error: "a anchored" is not supported'],
    ['a + fill(0) b', '1:5: parse error: "fill(0)" is not supported'],
    ['hour(a)', '1:1: parse error: the function hour is not supported'],
    ['limitk(1, a)', '1:1: parse error: the aggregation limitk is not supported'],
    ['sum()', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 0'],
    ['topk(a)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['abs()', '1:1: parse error: expected 1 argument(s) in call to "abs", got 0'],
    ['round(a, 1, 2)', '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
    ['label_join(a, "b")', '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 2'],
    ['rate(a)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['abs(a[5m])', '1:5: parse error: expected type instant vector in call to function "abs", got range vector'],
    ['vector("a")', '1:8: parse error: expected type scalar in call to function "vector", got string'],
    ['sum(1)', '1:5: parse error: expected type instant vector in sum aggregation, got scalar'],
    ['count_values(1, a)', '1:14: parse error: expected type string in count_values aggregation, got scalar'],
    [
      'sum_over_time(-a[1m:10s])',
      '1:16: parse error: expected type scalar or instant vector in unary expression, got range vector',
    ],
    ['-"a"', '1:2: parse error: expected type scalar or instant vector in unary expression, got string'],
    ['a + b[5m]', '1:5: parse error: expected type scalar or instant vector in binary expression, got range vector'],
    ['1[5m:]', '1:1: parse error: expected type instant vector in subquery, got scalar'],
    ['1 == 1', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['1 + bool 1', '1:3: parse error: bool modifier can only be used on comparison operators'],
    ['a and 1', '1:3: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a or on (x) group_left b', '1:3: parse error: no grouping allowed for "or" operation'],
    ['a * on (x) 1', '1:3: parse error: vector matching only allowed between instant vectors'],
    ['a * on (x) group_left (x) b', '1:5: parse error: label "x" must not occur in ON and GROUP clause at once'],
    [`${'('.repeat(200)}1${')'.repeat(200)}`, '1:102: parse error: the query is nested too deeply'],
    [`1${'+1'.repeat(400)}`, '1:1: parse error: the query has too many operators in a row'],
    ['x'.repeat(40_000), '1:1: parse error: the query is longer than 32768 characters'],
  ])('%.60s', (query, message) => {
    expect(() => parseQuery(query)).toThrow(new QueryError('bad_data', message));
  });
});
