import { ApiParameters, invalid, named } from './api-parameters.ts';
import { compareText, type Labels } from './labels.ts';
import { checkSteps, evaluate, evaluateRange } from './promql/evaluate.ts';
import { isLabelName } from './promql/label-functions.ts';
import { QueryError } from './promql/query-error.ts';
import { resultJson } from './result-json.ts';
import type { SeriesStore } from './store.ts';

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the query and of a form in the body. */
  readonly parameters: URLSearchParams;
}

export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface ApiOptions {
  readonly store: SeriesStore;
  /** The time of an instant query that doesn't name one, in milliseconds. */
  readonly nowMs: number;
}

type Data = (parameters: ApiParameters, options: ApiOptions, detail: string) => unknown;

interface Route {
  readonly path: RegExp;
  readonly methods: readonly string[];
  readonly data: Data;
}

const ROUTES: readonly Route[] = [
  { path: /^\/api\/v1\/query$/, methods: ['GET', 'POST'], data: instantQuery },
  { path: /^\/api\/v1\/query_range$/, methods: ['GET', 'POST'], data: rangeQuery },
  { path: /^\/api\/v1\/series$/, methods: ['GET', 'POST'], data: seriesOf },
  { path: /^\/api\/v1\/labels$/, methods: ['GET', 'POST'], data: labelNames },
  { path: /^\/api\/v1\/label\/([^/]+)\/values$/, methods: ['GET'], data: labelValues },
];

const PROBES: ReadonlyMap<string, string> = new Map([
  ['/-/ready', 'ready\n'],
  ['/-/healthy', 'healthy\n'],
]);

const STATUS = { bad_data: 400, execution: 422 } as const;

/** Answers a request as Prometheus' HTTP API does: 400 for bad parameters, 422 for queries that can't be answered. */
export function answerApi(request: ApiRequest, options: ApiOptions): ApiAnswer {
  const probe = PROBES.get(request.path);
  if (probe !== undefined) return plain(200, probe);
  const route = ROUTES.find(({ path }) => path.test(request.path));
  if (!route) return plain(404, 'not found\n');
  if (!route.methods.includes(request.method)) return plain(405, 'method not allowed\n');
  const detail = route.path.exec(request.path)?.[1] ?? '';
  try {
    const data = route.data(new ApiParameters(request.parameters), options, detail);
    return json(200, { status: 'success', data });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return json(STATUS[error.errorType], { status: 'error', errorType: error.errorType, error: error.message });
  }
}

function instantQuery(parameters: ApiParameters, { store, nowMs }: ApiOptions) {
  const atMs = parameters.timeMs('time', nowMs);
  return resultJson(
    named('query', () => evaluate(parameters.query, store, atMs)),
    atMs,
  );
}

function rangeQuery(parameters: ApiParameters, { store }: ApiOptions) {
  const range = {
    startMs: parameters.timeMs('start'),
    endMs: parameters.timeMs('end'),
    stepMs: parameters.durationMs('step'),
  };
  checkSteps(range);
  return resultJson(
    named('query', () => evaluateRange(parameters.query, store, range)),
    range.endMs,
  );
}

function seriesOf(parameters: ApiParameters, options: ApiOptions) {
  if (parameters.selectors().length === 0) throw new QueryError('bad_data', 'no match[] parameter provided');
  return foundLabels(parameters, options);
}

function labelNames(parameters: ApiParameters, options: ApiOptions) {
  const names = foundLabels(parameters, options).flatMap((labels) => [...labels.entries()].map(([name]) => name));
  return distinct(names);
}

function labelValues(parameters: ApiParameters, options: ApiOptions, encoded: string) {
  const name = decode(encoded);
  if (!isLabelName(name)) throw invalid('name', `invalid label name ${JSON.stringify(name)}`);
  return distinct(foundLabels(parameters, options).map((labels) => labels.get(name))).filter((value) => value !== '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Label sets of the series that fulfil any of the selectors, or of all series, within the times asked for. */
function foundLabels(parameters: ApiParameters, { store }: ApiOptions): readonly Labels[] {
  const startMs = parameters.timeMs('start', Number.NEGATIVE_INFINITY);
  const endMs = parameters.timeMs('end', Number.POSITIVE_INFINITY);
  const selectors = parameters.selectors();
  const found = (selectors.length > 0 ? selectors : [[]]).flatMap((matchers) =>
    store.select(matchers, startMs - 1, endMs).map(({ labels }): [string, Labels] => [labels.key, labels]),
  );
  return [...new Map(found).values()];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}

function json(status: number, body: unknown): ApiAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

function plain(status: number, body: string): ApiAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
