import { expect, test } from 'vitest';
import { parseExposition } from './exposition.ts';

function read(text: string) {
  const page = parseExposition(text);
  if ('problem' in page) throw new Error(page.problem);
  return page.samples.map(({ labels, ...rest }) => ({ ...labels.toJSON(), ...rest }));
}

test('a page is read line by line, without comments and empty lines', () => {
  const page = [
    '# HELP requests_total All requests with "quotes" and a \\ backslash.',
    '# TYPE requests_total counter',
    'requests_total{code="200",method="get"} 1027 1395066363000',
    'requests_total{code="500",method="get",} 3',
    '',
    '# TYPE latency histogram',
    'latency_bucket{le="0.5"} 2',
    'latency_bucket{le="+Inf"} 3',
    'latency_sum 1.5e+0',
    'latency_count 3',
    '# just a comment',
    '\t build:info \t 1 ',
  ];
  expect(read(`${page.join('\n')}\n`)).toEqual([
    { __name__: 'requests_total', code: '200', method: 'get', value: 1027, timestampMs: 1395066363000 },
    { __name__: 'requests_total', code: '500', method: 'get', value: 3 },
    { __name__: 'latency_bucket', le: '0.5', value: 2 },
    { __name__: 'latency_bucket', le: '+Inf', value: 3 },
    { __name__: 'latency_sum', value: 1.5 },
    { __name__: 'latency_count', value: 3 },
    { __name__: 'build:info', value: 1 },
  ]);
});

test.each([
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['-.5', -0.5],
  ['1e-3', 0.001],
  ['+7.', 7],
])('the value %s is read', (text, value) => {
  expect(read(`x ${text}`)).toEqual([{ __name__: 'x', value }]);
});

test('escapes in label values are undone', () => {
  expect(read('x{path="C:\\\\dir",text="a\\"b\\nc",other="\\d"} 1')).toEqual([
    { __name__: 'x', path: 'C:\\dir', text: 'a"b\nc', other: '\\d', value: 1 },
  ]);
});

test.each(['x{a="b",c="d"} 1', 'x { a = "b" , c = "d" , } 1', '{"x",a="b","c"="d"} 1', 'x{a="b",c="d"} 1\r'])(
  '%j can be written so',
  (line) => {
    expect(read(line)).toEqual([{ __name__: 'x', a: 'b', c: 'd', value: 1 }]);
  },
);

test('a label value may hold braces, commas and text of any script', () => {
  expect(read('x{a="{b,c}=",d="日本 💥"} 1')).toEqual([{ __name__: 'x', a: '{b,c}=', d: '日本 💥', value: 1 }]);
});

test('negative timestamps are read', () => {
  expect(read('x 1 -5')).toEqual([{ __name__: 'x', value: 1, timestampMs: -5 }]);
});

test.each([
  { name: 'no value', line: 'x', problem: 'line 2: "" is not a number' },
  { name: 'a value that is no number', line: 'x one', problem: 'line 2: "one" is not a number' },
  { name: 'a hexadecimal value', line: 'x 0x10', problem: 'line 2: "0x10" is not a number' },
  {
    name: 'text behind the timestamp',
    line: 'x 1 2 3',
    problem: 'line 2: a timestamp or the end of the line is expected at column 7',
  },
  {
    name: 'an exemplar',
    line: 'x 1 # {} 1',
    problem: 'line 2: a timestamp or the end of the line is expected at column 5',
  },
  { name: 'a label without a value', line: 'x{a} 1', problem: 'line 2: "=" is expected at column 4' },
  {
    name: 'a label value without quotes',
    line: 'x{a=b} 1',
    problem: 'line 2: a label value in quotes is expected at column 5',
  },
  {
    name: 'an open label value',
    line: 'x{a="b} 1',
    problem: 'line 2: a label value in quotes is expected at column 5',
  },
  { name: 'an open label list', line: 'x{a="b" 1', problem: 'line 2: "," or "}" is expected at column 9' },
  { name: 'a bad label name', line: 'x{0="b"} 1', problem: 'line 2: a label name is expected at column 3' },
  { name: 'a label that is given twice', line: 'x{a="b",a="c"} 1', problem: 'line 2: the label a is given twice' },
  { name: 'a name that is given twice', line: 'x{"y"} 1', problem: 'line 2: the label __name__ is given twice' },
  { name: 'a bad metric name', line: '0x 1', problem: 'line 2: a metric name is expected' },
  { name: 'no metric name', line: '{a="b"} 1', problem: 'line 2: a metric name is expected' },
  { name: 'a type that nobody knows', line: '# TYPE x enum', problem: 'line 2: unknown metric type "enum"' },
  { name: 'another format', line: '<html>', problem: 'line 2: a metric name is expected' },
])('$name makes the page unreadable', ({ line, problem }) => {
  expect(parseExposition(`good 1\n${line}\ngood 2`)).toEqual({ problem });
});
