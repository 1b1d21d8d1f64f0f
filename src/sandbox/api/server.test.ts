import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { type Answer, isStream, jsonAnswer } from './exchange.ts';
import { type Fields, fieldsIn, textIn, valueIn } from './fields.ts';
import { type ApiServer, type ApiServerOptions, createApiServer, type SeenRequest } from './server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';

function start(options: Partial<ApiServerOptions> = {}) {
  const clock = new VirtualClock();
  return { clock, api: createApiServer({ clock, ...options }) };
}

function ask(
  api: ApiServer,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Answer {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = api.handle({
    method,
    path,
    headers: { 'content-type': type, ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (isStream(answer)) throw new Error('an answer was expected, not a stream');
  return answer;
}

/** Follows a watch; `lines` grows as events come, `ended` tells whether the server closed it. */
function follow(api: ApiServer, query: string) {
  const answer = api.handle({ method: 'GET', path: `${PATH}?watch=true&${query}`, headers: {} });
  if (!isStream(answer)) throw new Error(answer.body);
  const state = { events: [] as Fields[], ended: false, stop: () => {} };
  state.stop = answer.subscribe(
    (line) => state.events.push(JSON.parse(line)),
    () => {
      state.ended = true;
    },
  );
  return state;
}

function types(events: readonly Fields[]): readonly unknown[] {
  return events.map((event) => event['type']);
}

describe('hooks', () => {
  test('listeners hear of each request with its verb, resource, user agent and status', () => {
    const { api } = start();
    const seen: SeenRequest[] = [];
    const stop = api.onRequest((request) => seen.push(request));
    ask(api, 'POST', PATH, { metadata: { name: 'a' } }, { 'user-agent': 'sluice/1' });
    ask(api, 'GET', `${PATH}/b`);
    ask(api, 'GET', '/apis/apps/v1/deployments');
    api.handle({ method: 'GET', path: `${PATH}?watch=1`, headers: {} });
    ask(api, 'PATCH', '/apis/apps/v1/namespaces/default/deployments/d/scale', {});
    ask(api, 'DELETE', `${PATH}/a`);
    ask(api, 'DELETE', PATH);
    ask(api, 'PUT', `${PATH}/a`, { metadata: { name: 'a' } });
    ask(api, 'GET', '/readyz');
    ask(api, 'OPTIONS', PATH);
    stop();
    ask(api, 'GET', PATH);
    expect(seen.map(({ status, verb, resource, name }) => [status, verb, resource, name])).toEqual([
      [201, 'create', 'configmaps', undefined],
      [404, 'get', 'configmaps', 'b'],
      [200, 'list', 'deployments', undefined],
      [200, 'watch', 'configmaps', undefined],
      [404, 'patch', 'deployments/scale', 'd'],
      [200, 'delete', 'configmaps', 'a'],
      [200, 'deletecollection', 'configmaps', undefined],
      [404, 'update', 'configmaps', 'a'],
      [200, 'get', '', undefined],
      [405, 'options', 'configmaps', undefined],
    ]);
    expect(seen[0]).toMatchObject({ userAgent: 'sluice/1', group: '', namespace: 'default', method: 'POST' });
    expect(seen[2]).toMatchObject({ group: 'apps', namespace: undefined });
  });

  test('an interceptor answers in the place of the server, which then changes nothing', () => {
    const { api } = start();
    const stop = api.intercept((request) =>
      request.method === 'POST' ? jsonAnswer(429, {}, { 'retry-after': '1' }) : undefined,
    );
    expect(ask(api, 'POST', PATH, { metadata: { name: 'a' } }).status).toBe(429);
    expect(ask(api, 'GET', `${PATH}/a`).status).toBe(404);
    stop();
    expect(ask(api, 'POST', PATH, { metadata: { name: 'a' } }).status).toBe(201);
  });

  test('cut watches end, and can be taken up again without loss', () => {
    const { api } = start();
    const first = follow(api, 'resourceVersion=0');
    api.cutWatches();
    expect(first.ended).toBe(true);
    ask(api, 'POST', PATH, { metadata: { name: 'a' } });
    expect(first.events).toEqual([]);
    expect(types(follow(api, 'resourceVersion=1').events)).toEqual(['ADDED']);
  });

  test('after compaction an old version is gone for watches and pages', () => {
    const { api } = start();
    for (const name of ['a', 'b', 'c']) ask(api, 'POST', PATH, { metadata: { name } });
    const page: Fields = JSON.parse(ask(api, 'GET', `${PATH}?limit=1`).body);
    ask(api, 'DELETE', `${PATH}/b`);
    api.compact();
    const watch = follow(api, 'resourceVersion=2');
    expect(watch.ended).toBe(true);
    expect(watch.events).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({
          code: 410,
          reason: 'Expired',
          message: `too old resource version: 2 (${api.revision()})`,
        }),
      },
    ]);
    const token = encodeURIComponent(textIn(page, 'metadata', 'continue') ?? '');
    const expired = ask(api, 'GET', `${PATH}?limit=1&continue=${token}`);
    expect(expired.status).toBe(410);
    const status: Fields = JSON.parse(expired.body);
    const resumed = ask(
      api,
      'GET',
      `${PATH}?limit=9&continue=${encodeURIComponent(textIn(status, 'metadata', 'continue') ?? '')}`,
    );
    expect(JSON.parse(resumed.body)).toMatchObject({ items: [{ metadata: { name: 'c' } }] });
    expect(ask(api, 'GET', `${PATH}?resourceVersion=2&resourceVersionMatch=Exact`).status).toBe(410);
    expect(follow(api, `resourceVersion=${api.revision()}`).ended).toBe(false);
  });

  test('a small ring forgets the oldest changes only', () => {
    const { api } = start({ eventRing: 3 });
    ask(api, 'POST', PATH, { metadata: { name: 'a' } });
    const before = api.revision();
    for (let i = 0; i < 10; i++) ask(api, 'PATCH', `${PATH}/a`, { data: { i: String(i) } });
    expect(types(follow(api, `resourceVersion=${before}`).events)).toEqual(['ERROR']);
    expect(types(follow(api, `resourceVersion=${api.revision() - 2}`).events)).toEqual(['MODIFIED', 'MODIFIED']);
  });
});

describe('time', () => {
  test('bookmarks come at their interval, carrying the present version', async () => {
    const { api, clock } = start({ bookmarkIntervalMs: 1000 });
    const watch = follow(api, 'resourceVersion=0&allowWatchBookmarks=true');
    const silent = follow(api, 'resourceVersion=0');
    await clock.advance(2500);
    expect(types(watch.events)).toEqual(['BOOKMARK', 'BOOKMARK']);
    expect(valueIn(watch.events[0], 'object')).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(api.revision()) },
    });
    expect(silent.events).toEqual([]);
    watch.stop();
    await clock.advance(5000);
    expect(watch.events).toHaveLength(2);
  });

  test('a watch ends at its timeout, with a last bookmark', async () => {
    const { api, clock } = start();
    const watch = follow(api, 'resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=30');
    await clock.advance(29_000);
    expect(watch.ended).toBe(false);
    await clock.advance(1000);
    expect(watch.ended).toBe(true);
    expect(types(watch.events)).toEqual(['BOOKMARK']);
  });

  test('creation and writers are stamped by the clock', async () => {
    const { api, clock } = start();
    await clock.advance(61_500);
    const made: Fields = JSON.parse(ask(api, 'POST', PATH, { metadata: { name: 'a' } }).body);
    expect(textIn(made, 'metadata', 'creationTimestamp')).toBe('2026-01-01T00:01:01Z');
  });

  test('a watch may begin with what comes next', () => {
    const { api } = start();
    ask(api, 'POST', PATH, { metadata: { name: 'a' } });
    const watch = follow(api, 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan');
    expect(watch.events).toEqual([]);
    ask(api, 'DELETE', `${PATH}/a`);
    expect(types(watch.events)).toEqual(['DELETED']);
  });
});

describe('options', () => {
  test('the server begins with the usual namespaces and the seed', () => {
    const seed = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } }];
    const { api } = start({ seed });
    expect(JSON.parse(ask(api, 'GET', `${PATH}/a`).body)).toMatchObject({ data: { k: 'v' } });
    const { items } = JSON.parse(ask(api, 'GET', '/api/v1/namespaces').body) as { items: Fields[] };
    expect(items.map((item) => textIn(item, 'metadata', 'name'))).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(() => start({ seed: [{ apiVersion: 'x.test/v1', kind: 'X', metadata: { name: 'x' } }] })).toThrow(
      "isn't served",
    );
  });

  test('without garbage collection dependents stay', async () => {
    const { api, clock } = start({ garbageCollection: false });
    const uid = '00000000-0000-4000-8000-000000000000';
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid }];
    ask(api, 'POST', PATH, { metadata: { name: 'a', ownerReferences } });
    await clock.advance(1000);
    expect(ask(api, 'GET', `${PATH}/a`).status).toBe(200);
  });

  test('the namespaces of the system may not be deleted', () => {
    const { api } = start();
    expect(ask(api, 'DELETE', '/api/v1/namespaces/kube-system').status).toBe(403);
  });

  test('a defect answers 500 and leaves the server running', () => {
    const { api } = start();
    api.intercept((request) => {
      if (request.path === '/break') throw new TypeError('broken');
      return undefined;
    });
    const broken = ask(api, 'GET', '/break');
    expect(broken.status).toBe(500);
    expect(fieldsIn(JSON.parse(broken.body))).toMatchObject({ reason: 'InternalError' });
    expect(ask(api, 'GET', '/readyz').status).toBe(200);
  });
});
