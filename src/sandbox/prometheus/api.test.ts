import { describe, expect, test } from 'vitest';
import { answerApi } from './api.ts';
import { START_MS, seriesOf } from './testing/series-of.ts';

const START = START_MS / 1000;
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const store = seriesOf({
  'x{pod="b"}': [1, 2],
  'x{pod="a"}': [0.5],
  'odd{kind="nan"}': [nan],
  'odd{kind="inf"}': [infinity],
  'odd{kind="-inf"}': [-infinity],
});

function call(path: string, parameters: Readonly<Record<string, string | readonly string[]>> = {}, method = 'GET') {
  const pairs = Object.entries(parameters).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const request = { method, path, parameters: new URLSearchParams(pairs) };
  const answer = answerApi(request, { store, nowMs: START_MS + 10_000 });
  return { ...answer, json: answer.contentType === 'application/json' ? JSON.parse(answer.body) : undefined };
}

describe('query', () => {
  test.each<{ name: string; query: string; time?: string; data: unknown }>([
    {
      name: 'a vector at the present time',
      query: 'x',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'x', pod: 'b' }, value: [START + 10, '2'] },
          { metric: { __name__: 'x', pod: 'a' }, value: [START + 10, '0.5'] },
        ],
      },
    },
    {
      name: 'numbers beyond the finite',
      query: 'sort(odd) * 1',
      time: String(START),
      data: {
        resultType: 'vector',
        result: [
          { metric: { kind: '-inf' }, value: [START, '-Inf'] },
          { metric: { kind: 'inf' }, value: [START, '+Inf'] },
          { metric: { kind: 'nan' }, value: [START, 'NaN'] },
        ],
      },
    },
    {
      name: 'a scalar',
      query: '1 / 3',
      time: '1.5',
      data: { resultType: 'scalar', result: [1.5, '0.3333333333333333'] },
    },
    {
      name: 'a text',
      query: '"a"',
      time: '2026-01-01T00:00:00.25Z',
      data: { resultType: 'string', result: [START + 0.25, 'a'] },
    },
    {
      name: 'a range vector',
      query: 'x{pod="b"}[1m]',
      time: '2026-01-01T01:00:10+01:00',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'x', pod: 'b' },
            values: [
              [START, '1'],
              [START + 10, '2'],
            ],
          },
        ],
      },
    },
    { name: 'nothing', query: 'nope', data: { resultType: 'vector', result: [] } },
  ])('answers $name', ({ query, time, data }) => {
    for (const method of ['GET', 'POST']) {
      const answer = call('/api/v1/query', { query, ...(time === undefined ? {} : { time }) }, method);
      expect(answer).toMatchObject({ status: 200, contentType: 'application/json', json: { status: 'success', data } });
    }
  });

  test.each<{ name: string; parameters: Record<string, string>; status: number; errorType: string; error: string }>([
    {
      name: 'a query that is not valid',
      parameters: { query: 'sum(' },
      status: 400,
      errorType: 'bad_data',
      error: 'invalid parameter "query": 1:5: parse error: unexpected end of input',
    },
    {
      name: 'no query',
      parameters: {},
      status: 400,
      errorType: 'bad_data',
      error: 'invalid parameter "query": 1:1: parse error: no expression found in input',
    },
    {
      name: 'a time that is none',
      parameters: { query: '1', time: 'yesterday' },
      status: 400,
      errorType: 'bad_data',
      error: 'invalid parameter "time": cannot parse "yesterday" to a valid timestamp',
    },
    {
      name: 'a date that is none',
      parameters: { query: '1', time: '2026-13-01T00:00:00Z' },
      status: 400,
      errorType: 'bad_data',
      error: 'invalid parameter "time": cannot parse "2026-13-01T00:00:00Z" to a valid timestamp',
    },
    {
      name: 'a query without an answer',
      parameters: { query: 'label_replace(x, "pod", "", "", "")' },
      status: 422,
      errorType: 'execution',
      error: 'vector cannot contain metrics with the same labelset',
    },
  ])('refuses $name', ({ parameters, status, errorType, error }) => {
    const answer = call('/api/v1/query', parameters);
    expect(answer).toMatchObject({ status, json: { status: 'error', errorType, error } });
  });
});

describe('query_range', () => {
  test.each(['10', '10s', '10.0'])('answers at each step of %s', (step) => {
    const answer = call('/api/v1/query_range', { query: 'sum(x)', start: `${START}`, end: `${START + 10}`, step });
    expect(answer.json).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [START, '1.5'],
              [START + 10, '2.5'],
            ],
          },
        ],
      },
    });
  });

  test.each<{ name: string; change: Record<string, string>; error: string }>([
    {
      name: 'no start',
      change: { start: '' },
      error: 'invalid parameter "start": cannot parse "" to a valid timestamp',
    },
    { name: 'no end', change: { end: '' }, error: 'invalid parameter "end": cannot parse "" to a valid timestamp' },
    {
      name: 'a step that is none',
      change: { step: '1.5m' },
      error: 'invalid parameter "step": cannot parse "1.5m" to a valid duration',
    },
    {
      name: 'a step below zero',
      change: { step: '-1' },
      error: 'invalid parameter "step": zero or negative query resolution step widths are not accepted',
    },
    {
      name: 'a query that is not valid',
      change: { query: ')' },
      error: 'invalid parameter "query": 1:1: parse error: unexpected ")"',
    },
  ])('refuses $name', ({ change, error }) => {
    const parameters = { query: 'x', start: '1', end: '2', step: '1', ...change };
    expect(call('/api/v1/query_range', parameters)).toMatchObject({
      status: 400,
      json: { errorType: 'bad_data', error },
    });
  });
});

describe('metadata', () => {
  const xs = [
    { __name__: 'x', pod: 'b' },
    { __name__: 'x', pod: 'a' },
  ];
  test.each<{ path: string; parameters: Record<string, string | readonly string[]>; data: unknown }>([
    { path: '/api/v1/series', parameters: { 'match[]': 'x' }, data: xs },
    { path: '/api/v1/series', parameters: { 'match[]': ['x{pod="a"}', '{pod=~".+"}'] }, data: [xs[1], xs[0]] },
    { path: '/api/v1/series', parameters: { 'match[]': 'x', start: String(START + 5) }, data: [xs[0]] },
    { path: '/api/v1/series', parameters: { 'match[]': 'x', end: String(START - 1) }, data: [] },
    { path: '/api/v1/labels', parameters: {}, data: ['__name__', 'kind', 'pod'] },
    { path: '/api/v1/labels', parameters: { 'match[]': 'x' }, data: ['__name__', 'pod'] },
    { path: '/api/v1/label/__name__/values', parameters: {}, data: ['odd', 'x'] },
    { path: '/api/v1/label/pod/values', parameters: { 'match[]': 'x', start: String(START + 5) }, data: ['b'] },
    { path: '/api/v1/label/nope/values', parameters: {}, data: [] },
  ])('$path answers for $parameters', ({ path, parameters, data }) => {
    expect(call(path, parameters)).toMatchObject({ status: 200, json: { status: 'success', data } });
  });

  test.each<{ path: string; parameters: Record<string, string>; error: string }>([
    { path: '/api/v1/series', parameters: {}, error: 'no match[] parameter provided' },
    {
      path: '/api/v1/series',
      parameters: { 'match[]': 'sum(x)' },
      error: 'invalid parameter "match[]": "sum(x)" is not a plain selector',
    },
    {
      path: '/api/v1/labels',
      parameters: { 'match[]': '{' },
      error: 'invalid parameter "match[]": 1:2: parse error: unexpected end of input',
    },
    { path: '/api/v1/label/a%20b/values', parameters: {}, error: 'invalid parameter "name": invalid label name "a b"' },
    { path: '/api/v1/label/%/values', parameters: {}, error: 'invalid parameter "name": invalid label name "%"' },
  ])('$path refuses $parameters', ({ path, parameters, error }) => {
    expect(call(path, parameters)).toMatchObject({
      status: 400,
      json: { status: 'error', errorType: 'bad_data', error },
    });
  });
});

test.each([
  { method: 'GET', path: '/-/ready', status: 200 },
  { method: 'GET', path: '/-/healthy', status: 200 },
  { method: 'GET', path: '/api/v1/nope', status: 404 },
  { method: 'PUT', path: '/api/v1/query', status: 405 },
  { method: 'POST', path: '/api/v1/label/pod/values', status: 405 },
])('$method $path has the status $status', ({ method, path, status }) => {
  expect(call(path, {}, method)).toMatchObject({ status, contentType: 'text/plain; charset=utf-8' });
});
