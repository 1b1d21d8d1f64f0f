import type { SyntaxNode } from '@lezer/common';
import { METRIC_NAME } from '../labels.ts';
import { type Matcher, type MatchOperator, matcher } from '../matcher.ts';
import { childOf, childrenOf, type QueryReader } from './reader.ts';
import type { Aggregation, AggregationOperator, Expression, Grouping, VectorSelector } from './syntax.ts';

type ReadInner = (node: SyntaxNode) => Expression;

/** Reads what stands between operators: literals, selectors, calls, aggregations and parentheses. */
export function readPrimary(node: SyntaxNode, reader: QueryReader, readInner: ReadInner): Expression {
  const offset = node.from;
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: reader.number(reader.text(node).replace(/^[+-]\s*/, ''), offset), offset };
    case 'StringLiteral':
      return { kind: 'string', value: reader.string(node), offset };
    case 'VectorSelector':
      return readSelector(node, reader);
    case 'FunctionCall':
      return { kind: 'call', name: nameOf(node, 'FunctionIdentifier', reader), args: argsOf(node, readInner), offset };
    case 'AggregateExpr':
      return readAggregation(node, reader, readInner);
    case 'ParenExpr': {
      const [inner] = childrenOf(node);
      if (inner) return { kind: 'paren', inner: readInner(inner), offset };
    }
  }
  throw reader.problem(offset, `${JSON.stringify(reader.text(node))} is not supported`);
}

function nameOf(node: SyntaxNode, part: string, reader: QueryReader): string {
  const name = childOf(node, part);
  return name ? reader.text(name) : '';
}

function argsOf(node: SyntaxNode, readInner: ReadInner): readonly Expression[] {
  const body = childOf(node, 'FunctionCallBody');
  return body ? childrenOf(body).map(readInner) : [];
}

function readSelector(node: SyntaxNode, reader: QueryReader): VectorSelector {
  const identifier = childOf(node, 'Identifier');
  const list = childOf(node, 'LabelMatchers');
  const named = identifier ? [nameMatcher(reader.text(identifier))] : [];
  const matchers = [...named, ...(list ? childrenOf(list).map((item) => readMatcher(item, reader)) : [])];
  if (identifier && matchers.filter(({ name }) => name === METRIC_NAME).length > 1) {
    throw reader.problem(node.from, 'metric name must not be set twice');
  }
  if (matchers.every((each) => each.matches(''))) {
    throw reader.problem(node.from, 'vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'vector', matchers, shift: { at: undefined, backMs: undefined }, offset: node.from };
}

function nameMatcher(value: string): Matcher {
  return { name: METRIC_NAME, operator: '=', value, matches: (name) => name === value };
}

function readMatcher(node: SyntaxNode, reader: QueryReader): Matcher {
  // a quoted text alone is the name of the metric
  if (node.name === 'QuotedLabelName') return nameMatcher(reader.string(node.firstChild ?? node));
  const [label, operator, value] = childrenOf(node);
  if (!label || !operator || !value) throw reader.problem(node.from, 'incomplete label matcher');
  const name = label.name === 'LabelName' ? reader.text(label) : reader.string(label.firstChild ?? label);
  const made = matcher(name, toOperator(reader.text(operator)), reader.string(value));
  if ('problem' in made) throw reader.problem(value.from, made.problem);
  return made;
}

function toOperator(text: string): MatchOperator {
  return text === '!=' || text === '=~' || text === '!~' ? text : '=';
}

const AGGREGATIONS: ReadonlyMap<string, AggregationOperator> = new Map(
  (
    [
      'sum',
      'avg',
      'min',
      'max',
      'count',
      'group',
      'stddev',
      'stdvar',
      'topk',
      'bottomk',
      'quantile',
      'count_values',
    ] as const
  ).map((name) => [name, name]),
);
const WITH_PARAMETER: ReadonlySet<AggregationOperator> = new Set(['topk', 'bottomk', 'quantile', 'count_values']);

function readAggregation(node: SyntaxNode, reader: QueryReader, readInner: ReadInner): Aggregation {
  const name = nameOf(node, 'AggregateOp', reader);
  // names of aggregations may be written in any case
  const operator = AGGREGATIONS.get(name.toLowerCase());
  if (!operator) throw reader.problem(node.from, `the aggregation ${name} is not supported`);
  const args = argsOf(node, readInner);
  const expected = WITH_PARAMETER.has(operator) ? 2 : 1;
  const inner = args.at(-1);
  if (!inner || args.length !== expected) {
    const problem = `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`;
    throw reader.problem(node.from, problem);
  }
  const grouping = readGrouping(childOf(node, 'AggregateModifier'), reader);
  return {
    kind: 'aggregation',
    operator,
    grouping,
    parameter: expected === 2 ? args[0] : undefined,
    inner,
    offset: node.from,
  };
}

function readGrouping(modifier: SyntaxNode | undefined, reader: QueryReader): Grouping {
  const list = modifier && childOf(modifier, 'GroupingLabels');
  return { mode: modifier && childOf(modifier, 'Without') ? 'without' : 'by', labels: list ? reader.labels(list) : [] };
}
