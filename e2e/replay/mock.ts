import type { Clock } from '../../src/runtime/clock.ts';
import { pause } from '../../src/runtime/clock.ts';
import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../../src/runtime/http.ts';
import type { HookAnswer, MetricAnswer, Scenario } from './scenario.ts';

export const ROOT = 'http://mock.test';

interface Call {
  readonly hook: string;
  readonly method: string;
  readonly answer: number;
  readonly body: unknown;
}

/** Plays Prometheus, webhook and chat receivers of one scenario, and keeps what it was asked and told. */
export class Mock implements Http {
  readonly events: Record<string, unknown>[] = [];
  readonly calls: Call[] = [];
  readonly alerts: Record<string, unknown>[] = [];
  readonly queries: Record<string, unknown>[] = [];
  readonly requests: Record<string, unknown>[] = [];
  readonly #clock: Clock;
  readonly #scenario: Scenario;
  metrics: readonly MetricAnswer[];
  hooks: Record<string, HookAnswer>;

  constructor(scenario: Scenario, clock: Clock) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.metrics = scenario.metrics ?? [];
    this.hooks = structuredClone(scenario.hooks ?? {});
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const url = new URL(request.url);
    const [first, namespace, kind, ...rest] = url.pathname.slice(1).split('/');
    const body = parse(request.body);
    const authorization = header(request, 'authorization');
    if (first === 'events') {
      this.events.push(body as Record<string, unknown>);
      return answer(200, {});
    }
    if (first === 'slack') {
      this.alerts.push({ receiver: 'global-slack', body });
      return answer(200, 'ok');
    }
    // The shared Prometheus can't tell whose a query is that names no namespace, such as the one of a probe
    if (first === 'prom') return this.#prometheus(url, request, undefined, this.#scenario.id);
    if (first !== 's' || namespace !== this.#scenario.id) return answer(404, 'unknown scenario');
    if (kind === 'prom') return this.#prometheus(url, request, authorization);
    if (kind === 'hook') return this.#hook(rest.join('/'), request, body);
    if (kind === 'alert') {
      const auth = authorization === undefined ? {} : { authorization };
      this.alerts.push({ receiver: rest[0], path: rest.slice(1).join('/'), body, ...auth });
      return answer(200, 'ok');
    }
    return this.#other(url, rest.join('/'), request, body);
  }

  async #hook(name: string, request: HttpRequest, body: unknown): Promise<HttpAnswer> {
    const hook = this.hooks[name] ?? {};
    const { sequence } = hook;
    const given = sequence ? (sequence.length > 1 ? sequence.shift() : sequence[0]) : hook;
    const { status = 200, body: text = 'OK', delay = 0 } = given ?? {};
    this.calls.push({ hook: name, method: request.method, body, answer: status });
    if (delay * 1000 >= request.timeoutMs) {
      await pause(this.#clock, request.timeoutMs, request.signal);
      throw new HttpFailure('the time limit passed', true);
    }
    if (delay > 0) await pause(this.#clock, delay * 1000, request.signal);
    return answer(status, text);
  }

  #prometheus(url: URL, request: HttpRequest, authorization: string | undefined, naming = ''): HttpAnswer {
    const query = url.searchParams.get('query') ?? new URLSearchParams(request.body).get('query') ?? '';
    const auth = authorization === undefined ? {} : { authorization };
    if (query.includes(naming)) this.queries.push({ query, ...auth });
    const value = this.#value(query);
    if (typeof value === 'object') return answer(value.status, value.body ?? '');
    const result = value === 'empty' ? [] : [{ metric: {}, value: [this.#clock.now() / 1000, String(value)] }];
    return answer(200, { status: 'success', data: { resultType: 'vector', result } });
  }

  #value(query: string): MetricAnswer[1] {
    const defaults: MetricAnswer[] = [
      ['vector\\(1\\)', 1],
      ['histogram_quantile|\\* 1000', 0.1],
      ['.', 100],
    ];
    const found = [...this.metrics, ...defaults].find(([pattern]) => new RegExp(pattern, 's').test(query));
    return found?.[1] ?? 'empty';
  }

  #other(url: URL, path: string, request: HttpRequest, body: unknown): HttpAnswer {
    const target = path + url.search;
    this.requests.push({ method: request.method, path: target, body });
    for (const [pattern, status, text] of this.#scenario.http ?? []) {
      if (new RegExp(pattern).test(target)) return answer(status, text);
    }
    return answer(404, {});
  }
}

function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': 'application/json' }, body: text };
}

function header(request: HttpRequest, name: string): string | undefined {
  const found = Object.entries(request.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? undefined : String(found[1]);
}

function parse(body: string | undefined): unknown {
  try {
    return body === undefined ? null : JSON.parse(body);
  } catch {
    return body;
  }
}
