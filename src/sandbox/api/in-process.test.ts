import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../../runtime/virtual-clock.ts';
import { inProcessTransport } from './in-process.ts';
import { createApiServer } from './server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';

function start() {
  const api = createApiServer({ clock: new VirtualClock() });
  return { api, transport: inProcessTransport(api) };
}

const post = (name: string) => ({
  method: 'POST' as const,
  path: PATH,
  body: JSON.stringify({ metadata: { name } }),
  headers: { 'Content-Type': 'application/json' },
});

test('an answer never comes during the call', async () => {
  const { api, transport } = start();
  const before = api.revision();
  const answer = transport.send(post('a'));
  expect(api.revision()).toBe(before);
  expect((await answer).status).toBe(201);
});

test('lines come in order, after the call that caused them', async () => {
  const { transport } = start();
  const lines: string[] = [];
  const ended = transport.stream({ method: 'GET', path: `${PATH}?watch=1&resourceVersion=0` }, (line) =>
    lines.push(JSON.parse(line).object.metadata.name),
  );
  await settle();
  await Promise.all(['a', 'b', 'c'].map((name) => transport.send(post(name))));
  await settle();
  expect(lines).toEqual(['a', 'b', 'c']);
  await transport.close();
  expect(await ended).toBe(200);
});

test('an aborted stream ends and brings nothing more', async () => {
  const { transport } = start();
  const abort = new AbortController();
  const lines: string[] = [];
  const ended = transport.stream({ method: 'GET', path: `${PATH}?watch=1`, signal: abort.signal }, (line) =>
    lines.push(line),
  );
  await settle();
  abort.abort();
  expect(await ended).toBe(200);
  await transport.send(post('a'));
  await settle();
  expect(lines).toEqual([]);
});

test('a stream that the server ends resolves after its last line', async () => {
  const { api, transport } = start();
  const lines: string[] = [];
  const ended = transport.stream({ method: 'GET', path: `${PATH}?watch=1` }, (line) => lines.push(line));
  await settle();
  await transport.send(post('a'));
  api.cutWatches();
  expect(await ended).toBe(200);
  expect(lines).toHaveLength(1);
});

test('a refusal of a stream is handed over in one piece', async () => {
  const { transport } = start();
  const lines: string[] = [];
  const status = await transport.stream({ method: 'GET', path: `${PATH}?watch=1&resourceVersion=x` }, (line) =>
    lines.push(line),
  );
  expect(status).toBe(400);
  expect(JSON.parse(lines.join(''))).toMatchObject({ kind: 'Status', code: 400 });
});

test('a closed transport and an aborted request have no answer', async () => {
  const { transport } = start();
  const gone = expect.objectContaining({ name: 'ApiError', code: 0 });
  await expect(transport.send({ ...post('a'), signal: AbortSignal.abort() })).rejects.toThrow(gone);
  const abort = new AbortController();
  abort.abort();
  await expect(
    transport.stream({ method: 'GET', path: `${PATH}?watch=1`, signal: abort.signal }, () => {}),
  ).rejects.toThrow(gone);
  await transport.close();
  await expect(transport.send(post('a'))).rejects.toThrow(gone);
});

test('a watch that is asked for like an object gives its first lines', async () => {
  const { transport } = start();
  await transport.send(post('a'));
  const answer = await transport.send({ method: 'GET', path: `${PATH}?watch=1` });
  expect(answer.body.trim().split('\n')).toHaveLength(1);
});
