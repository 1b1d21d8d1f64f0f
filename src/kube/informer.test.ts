import { expect, test } from 'vitest';
import { type Script, scriptedInformer } from './testing/scripted-informer.ts';
import { lost } from './testing/scripted-transport.ts';

function event(type: string, name: string, resourceVersion: string) {
  return { type, object: { metadata: { name, namespace: 'ns', uid: name, resourceVersion } } };
}

const bookmark = (resourceVersion: string) => ({ type: 'BOOKMARK', object: { metadata: { resourceVersion } } });
const expired = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } };

/** What an informer did within the first `ms` of its life. */
async function run(script: Script, ms: number, random?: number) {
  const { clock, told, calls, end } = scriptedInformer(script, random);
  await clock.advance(ms);
  const seen = { told: [...told], calls: calls.map(({ what }) => what), times: calls.map(({ at }) => at) };
  await end();
  return seen;
}

test('it lists, then follows the changes from the version of the list', async () => {
  const lines = [event('ADDED', 'b', '11'), event('MODIFIED', 'a', '12'), event('DELETED', 'b', '13')];
  const { told, calls } = await run({ lists: [['a']], watches: [{ lines }] }, 10);
  expect(told).toEqual(['list a @10', 'put b @11', 'put a @12', 'delete b @13']);
  expect(calls).toEqual(['list', 'watch 10']);
});

test('a watch that ends as agreed is taken up at once, where events and bookmarks led to', async () => {
  const watches = [
    { lines: [event('ADDED', 'b', '11')], end: 200, afterMs: 300_000 },
    { lines: [bookmark('50')], end: 200, afterMs: 300_000 },
    {},
  ];
  const { calls, times, told } = await run({ watches }, 700_000);
  expect(calls).toEqual(['list', 'watch 10', 'watch 11', 'watch 50']);
  expect(times).toEqual([0, 0, 300_000, 600_000]);
  expect(told).toEqual(['list  @10', 'put b @11']);
});

test.each([
  { name: 'an ERROR event', watch: { lines: [expired], end: 200 } },
  { name: 'an HTTP status', watch: { end: 410 } },
  { name: 'a reason without a code', watch: { lines: [{ type: 'ERROR', object: { reason: 'Gone' } }], end: 200 } },
])('lost history, told by $name, leads to a new list at once', async ({ watch }) => {
  const before = { lines: [event('ADDED', 'c', '11')], end: 200, afterMs: 1_000 };
  const { calls, times, told } = await run({ lists: [['a'], ['b']], watches: [before, watch, {}] }, 1_100);
  expect(calls).toEqual(['list', 'watch 10', 'watch 11', 'list', 'watch 10']);
  expect(times.at(-1)).toBe(1_000);
  expect(told).toEqual(['list a @10', 'put c @11', 'list b @10']);
});

test.each([
  { name: 'a lost connection', watch: { end: lost() }, from: '10' },
  { name: 'a failing server', watch: { end: 500 }, from: '10' },
  { name: 'a refusal', watch: { end: 403 }, from: '10' },
  {
    name: 'an ERROR event of another kind',
    watch: { lines: [event('ADDED', 'b', '11'), { type: 'ERROR', object: { code: 500 } }], end: 200 },
    from: '11',
  },
])('$name is told and followed by a pause, and the watch goes on where it was', async ({ watch, from }) => {
  const { calls, times, told } = await run({ watches: [watch, {}] }, 2_000);
  expect(calls).toEqual(['list', 'watch 10', `watch ${from}`]);
  expect(times.at(-1)).toBe(600);
  expect(told).toContain('trouble');
});

test('nothing that comes after an ERROR event counts', async () => {
  const lines = [event('ADDED', 'b', '11'), expired, event('ADDED', 'c', '12')];
  const { told } = await run({ watches: [{ lines, end: 200 }, {}] }, 10);
  expect(told).toEqual(['list  @10', 'put b @11', 'list  @10']);
});

test('pauses grow from 0.8 s to 30 s, with jitter, and never end', async () => {
  const { times } = await run({ watches: [{ end: lost() }] }, 300_000, 0);
  const pauses = times.slice(2).map((at, i) => at - (times[i + 1] ?? 0));
  expect(pauses.slice(0, 8)).toEqual([400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
  expect(pauses.length).toBeGreaterThan(20);
});

test('after a watch that ended well the pauses are short again', async () => {
  const failing = { end: lost() };
  const alive = { lines: [event('ADDED', 'b', '11')], end: 200, afterMs: 1_000 };
  const { times } = await run({ watches: [failing, failing, failing, alive, failing, {}] }, 60_000, 0);
  const pauses = times.slice(2).map((at, i) => at - (times[i + 1] ?? 0));
  expect(pauses).toEqual([400, 800, 1_600, 1_000, 400]);
});

test('a list that fails is tried until it works', async () => {
  const refused = { status: 403, body: {} };
  const { told, calls } = await run({ lists: [refused, refused, ['a']] }, 10_000);
  expect(calls).toEqual(['list', 'list', 'list', 'watch 10']);
  expect(told).toEqual(['forbidden', 'trouble', 'forbidden', 'trouble', 'list a @10']);
});

test('a kind that is not served is told, and looked for every 30 s', async () => {
  const { told, times, calls } = await run({ lists: [{ status: 404, body: {} }, ['a']] }, 40_000);
  expect(told).toEqual(['not served', 'list a @10']);
  expect(calls).toEqual(['list', 'list', 'watch 10']);
  expect(times).toEqual([0, 30_000, 30_000]);
});

test('a kind that stops being served is told', async () => {
  const { told } = await run({ lists: [['a']], watches: [{ end: 404 }, {}] }, 1_000);
  expect(told).toEqual(['list a @10', 'not served']);
});

test('managedFields are left out; kind and version are put in', async () => {
  const metadata = { name: 'b', resourceVersion: '11', managedFields: [{ manager: 'x' }], annotations: { a: '1' } };
  const { clock, end, seen } = scriptedInformer({
    watches: [{ lines: [{ type: 'ADDED', object: { metadata, data: { k: 'v' } } }] }],
  });
  await clock.advance(10);
  await end();
  expect(seen).toEqual([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'b', resourceVersion: '11', annotations: { a: '1' } },
      data: { k: 'v' },
    },
  ]);
});

test('an unreadable line is trouble, not the end', async () => {
  const { told, calls } = await run({ watches: [{ lines: ['{"type":"AD'], end: lost() }, {}] }, 2_000);
  expect(told).toContain('trouble');
  expect(calls).toEqual(['list', 'watch 10', 'watch 10']);
});

test('stopping ends a pause as well as a watch', async () => {
  const waiting = scriptedInformer({ lists: [{ status: 404, body: {} }] });
  await waiting.clock.advance(100);
  await waiting.end();
  const watching = scriptedInformer({});
  await watching.clock.advance(100);
  await watching.end();
  expect(watching.told).toEqual(['list  @10']);
});
