import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { Client } from './client.ts';
import { ApiError } from './errors.ts';
import type { ObjectRef } from './object.ts';
import { configMap } from './testing/embedded.ts';
import { lost, type Scripted, ScriptedTransport } from './testing/scripted-transport.ts';
import type { ApiRequest } from './transport.ts';

const ref: ObjectRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
const ok: Scripted = { status: 200, body: configMap('a') };

function start(answer: (request: ApiRequest, nth: number) => Scripted | ApiError, qps = 1000) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(answer);
  const answered: string[] = [];
  const client = new Client(transport, {
    clock,
    qps,
    burst: qps,
    userAgent: 'test/1',
    onAnswer: (verb, status) => {
      if (verb !== 'discover') answered.push(`${verb} ${status}`);
    },
  });
  return { clock, transport, client, answered };
}

/** What came of a call while the clock ran for `ms`. */
async function outcome<T>(clock: VirtualClock, call: Promise<T>, ms = 300_000): Promise<T | ApiError> {
  const settled = call.catch((error: unknown) => {
    if (error instanceof ApiError) return error;
    throw error;
  });
  await clock.advance(ms);
  return settled;
}

const writes = [
  { call: (c: Client) => c.get(ref), sent: 'GET /api/v1/namespaces/default/configmaps/a' },
  {
    call: (c: Client) => c.create(configMap('a')),
    sent: 'POST /api/v1/namespaces/default/configmaps?fieldManager=flagger',
    type: 'application/json',
  },
  {
    call: (c: Client) => c.update(configMap('a'), { dryRun: true }),
    sent: 'PUT /api/v1/namespaces/default/configmaps/a?fieldManager=flagger&dryRun=All',
    type: 'application/json',
  },
  {
    call: (c: Client) => c.patch(ref, { data: {} }),
    sent: 'PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=flagger',
    type: 'application/merge-patch+json',
  },
  {
    call: (c: Client) => c.patch(ref, { data: {} }, { type: 'strategic', subresource: 'status' }),
    sent: 'PATCH /api/v1/namespaces/default/configmaps/a/status?fieldManager=flagger',
    type: 'application/strategic-merge-patch+json',
  },
  {
    call: (c: Client) => c.patch(ref, [{ op: 'remove', path: '/data' }], { type: 'json' }),
    sent: 'PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=flagger',
    type: 'application/json-patch+json',
  },
  {
    call: (c: Client) => c.patch(ref, { data: {} }, { type: 'apply' }),
    sent: 'PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=flagger',
    type: 'application/apply-patch+yaml',
  },
  {
    call: (c: Client) => c.delete(ref, { uid: 'u' }),
    sent: 'DELETE /api/v1/namespaces/default/configmaps/a',
    type: 'application/json',
  },
];

test.each(writes)('$sent ($type)', async ({ call, sent, type }) => {
  const { transport, client } = start(() => ok);
  await call(client);
  const request = transport.requests[0];
  expect(`${request?.method} ${request?.path}`).toBe(sent);
  expect(request?.headers?.['content-type']).toBe(type);
  expect(request?.headers?.['user-agent']).toBe('test/1');
});

test('a deletion names the uid that it means', async () => {
  const { transport, client } = start(() => ok);
  await client.delete(ref, { uid: 'u' });
  expect(JSON.parse(transport.requests[0]?.body ?? '')).toMatchObject({ preconditions: { uid: 'u' } });
});

test('fields that nobody knows survive, and names keep their case', async () => {
  const { transport, client } = start(() => ({ status: 200, body: { ...configMap('a'), 'x-new': { deep: [1] } } }));
  const object = await client.get({ ...ref, name: 'system:Foo/1' });
  expect(object['x-new']).toEqual({ deep: [1] });
  expect(transport.requests[0]?.path).toBe('/api/v1/namespaces/default/configmaps/system%3AFoo%2F1');
});

test('a cluster-scoped kind has no namespace in its path', async () => {
  const { transport, client } = start(() => ok);
  await client.get({ apiVersion: 'v1', kind: 'Namespace', namespace: 'default', name: 'x' });
  expect(transport.requests[0]?.path).toBe('/api/v1/namespaces/x');
});

test('a list is read in pages, and its items get their kind', async () => {
  const pages = [
    { metadata: { resourceVersion: '7', continue: 'a/b=' }, items: [{ metadata: { name: 'a' } }] },
    { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'b' } }] },
  ];
  const { transport, client } = start((_, nth) => ({ status: 200, body: pages[nth - 1] }));
  const list = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
  expect(list.resourceVersion).toBe('7');
  expect(list.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap a', 'ConfigMap b']);
  expect(transport.requests.map(({ path }) => path)).toEqual([
    '/api/v1/configmaps?limit=500',
    '/api/v1/configmaps?limit=500&continue=a%2Fb%3D',
  ]);
});

test('an empty list may come as null', async () => {
  const { client } = start(() => ({ status: 200, body: { metadata: { resourceVersion: '7' }, items: null } }));
  expect(await client.list({ apiVersion: 'v1', kind: 'ConfigMap' })).toEqual({ resourceVersion: '7', items: [] });
});

test('lists and watches without content ask for metadata', async () => {
  const { transport, client } = start(() => ({ status: 200, body: { metadata: {}, items: [] } }));
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  await client.list(kind, { metadataOnly: true, namespace: 'x' });
  const { signal } = new AbortController();
  await client.watch(kind, { metadataOnly: true, resourceVersion: '5', timeoutSeconds: 300, signal }, () => {});
  expect(transport.requests.map(({ headers }) => headers?.['accept']?.split(';')[1])).toEqual([
    'as=PartialObjectMetadataList',
    'as=PartialObjectMetadata',
  ]);
  expect(transport.requests[1]?.path).toBe(
    '/api/v1/configmaps?watch=1&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=300',
  );
});

test('a refusal becomes an error with what its Status says', async () => {
  const causes = [{ reason: 'FieldValueInvalid', message: 'must be less', field: 'spec.x' }];
  const status = { kind: 'Status', message: 'it is invalid', reason: 'Invalid', code: 422, details: { causes } };
  const { clock, client } = start(() => ({ status: 422, body: status }));
  const error = await outcome(clock, client.get(ref));
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ message: 'it is invalid', reason: 'Invalid', code: 422, causes });
});

test.each([
  { status: 404, reason: 'NotFound' },
  { status: 409, reason: 'Conflict' },
  { status: 410, reason: 'Expired' },
  { status: 403, reason: 'Unknown' },
])('a bare $status from a proxy has the reason $reason', async ({ status, reason }) => {
  const { clock, client } = start(() => ({ status, body: '<html>' }));
  expect(await outcome(clock, client.get(ref))).toMatchObject({ code: status, reason });
});

test('a kind that is not served is an error of its own', async () => {
  const { clock, client } = start(() => ok);
  const error = await outcome(clock, client.get({ ...ref, kind: 'Gizmo' }));
  expect(error).toMatchObject({ code: 404, reason: 'KindNotServed' });
});

const get = (client: Client) => client.get(ref);
const create = (client: Client) => client.create(configMap('a'));
const update = (client: Client) => client.update(configMap('a'));
const patch = (client: Client) => client.patch(ref, {});
const remove = (client: Client) => client.delete(ref);
const busy = { 'retry-after': '2' };

test.each([
  { name: 'a busy server', call: create, answer: { status: 429 }, tries: 2 },
  { name: 'a busy server that says how long', call: create, answer: { status: 429, headers: busy }, tries: 2 },
  { name: 'a failing server that says how long', call: create, answer: { status: 503, headers: busy }, tries: 2 },
  { name: 'a failing server, for what can be repeated', call: get, answer: { status: 500 }, tries: 2 },
  { name: 'a failing server, for an update', call: update, answer: { status: 500 }, tries: 2 },
  { name: 'a failing server, for a deletion', call: remove, answer: { status: 500 }, tries: 2 },
  { name: 'a failing server, for a creation', call: create, answer: { status: 500 }, tries: 1 },
  { name: 'a failing server, for a patch', call: patch, answer: { status: 500 }, tries: 1 },
  { name: 'a lost connection, for a read', call: get, answer: lost(), tries: 2 },
  { name: 'a lost connection, for an update', call: update, answer: lost(), tries: 2 },
  { name: 'a lost connection, for a creation', call: create, answer: lost(), tries: 1 },
  { name: 'a lost connection, for a patch', call: patch, answer: lost(), tries: 1 },
  { name: 'a refusal', call: get, answer: { status: 403 }, tries: 1 },
  { name: 'a conflict', call: update, answer: { status: 409 }, tries: 1 },
])('$name: $tries tries', async ({ call, answer, tries }) => {
  const { clock, client, transport } = start((_, nth) => (nth === 1 ? answer : ok));
  const result = await outcome<unknown>(clock, call(client));
  expect(transport.requests).toHaveLength(tries);
  expect(result instanceof ApiError).toBe(tries === 1);
});

test('the pause that the server asks for is kept', async () => {
  const { clock, client, transport } = start((_, nth) => (nth === 1 ? { status: 429, headers: busy } : ok));
  const call = client.create(configMap('a'));
  await clock.advance(1_999);
  expect(transport.requests).toHaveLength(1);
  await clock.advance(1);
  expect((await call).metadata.name).toBe('a');
});

test('after five tries the last answer counts, with the pause that it asked for', async () => {
  const { clock, client, answered } = start(() => ({ status: 429, headers: busy }));
  expect(await outcome(clock, client.get(ref))).toMatchObject({ code: 429, retryAfterMs: 2_000 });
  expect(answered).toEqual(Array(5).fill('get 429'));
});

test('no pause is longer than 30 s, whatever the server asks for', async () => {
  const { clock, client } = start((_, nth) => (nth === 1 ? { status: 429, headers: { 'retry-after': '3600' } } : ok));
  const call = client.get(ref);
  await clock.advance(30_000);
  expect((await call).metadata.name).toBe('a');
});

test('a lost connection is told as code 0', async () => {
  const { clock, client, answered } = start(() => lost());
  expect(await outcome(clock, client.create(configMap('a')))).toMatchObject({ code: 0, reason: 'NoAnswer' });
  expect(answered).toEqual(['create 0']);
});

test('an abort ends the waiting for another try', async () => {
  const { clock, client, transport } = start(() => ({ status: 429, headers: busy }));
  const stop = new AbortController();
  const call = client.get(ref, stop.signal).then(
    () => 'answered',
    () => 'given up',
  );
  await clock.advance(500);
  stop.abort();
  await clock.advance(0);
  expect(await call).toBe('given up');
  expect(transport.requests).toHaveLength(1);
});

test('requests beyond the burst go out at the rate that is allowed', async () => {
  const { clock, client, transport } = start(() => ok, 2);
  const calls = Array.from({ length: 6 }, () => client.get(ref));
  await clock.advance(0);
  // discovery took one of the two
  expect(transport.requests).toHaveLength(1);
  await clock.advance(1_000);
  expect(transport.requests).toHaveLength(3);
  await clock.advance(2_000);
  await Promise.all(calls);
  expect(transport.requests).toHaveLength(6);
});
