import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { ApiError } from './errors.ts';
import { createEventRecorder } from './events.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from './object.ts';

const canary: KubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'u', resourceVersion: '7' },
};

function start(refuse: () => unknown = () => undefined) {
  const clock = new VirtualClock();
  const set = { backMs: 0 };
  const created: KubeObject[] = [];
  const patched: { ref: ObjectRef; patch: JsonObject | readonly JsonObject[] }[] = [];
  const errors: unknown[] = [];
  const attempt = () => {
    const refusal = refuse();
    if (refusal !== undefined) throw refusal;
  };
  const recorder = createEventRecorder({
    clock: { now: () => clock.now() - set.backMs, after: clock.after.bind(clock) },
    component: 'flagger',
    onError: (error) => errors.push(error),
    cluster: {
      async create(object) {
        attempt();
        created.push(object);
        return object;
      },
      async patch(ref, patch) {
        attempt();
        patched.push({ ref, patch });
        return { ...ref, metadata: ref };
      },
    },
  });
  return { clock, set, recorder, created, patched, errors };
}

test('an event is written as client-go writes it', async () => {
  const { recorder, created } = start();
  recorder.record(canary, 'Warning', 'Canary failed! Scaling down podinfo.test');
  await recorder.flush();
  expect(created).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^podinfo\.[0-9a-f]{16}$/), namespace: 'test' },
      involvedObject: {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        name: 'podinfo',
        namespace: 'test',
        uid: 'u',
        resourceVersion: '7',
      },
      reason: 'Synced',
      type: 'Warning',
      message: 'Canary failed! Scaling down podinfo.test',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'flagger' },
      reportingComponent: 'flagger',
      reportingInstance: '',
    },
  ]);
});

test('events of one object keep their order and have different names', async () => {
  const { recorder, created } = start();
  for (const message of ['one', 'two', 'three']) recorder.record(canary, 'Normal', message);
  await recorder.flush();
  expect(created.map((event) => event['message'])).toEqual(['one', 'two', 'three']);
  expect(new Set(created.map(({ metadata }) => metadata.name)).size).toBe(3);
});

test('the same message within 10 minutes counts up the first one', async () => {
  const { clock, recorder, created, patched } = start();
  recorder.record(canary, 'Warning', 'waiting');
  await clock.advance(599_000);
  recorder.record(canary, 'Warning', 'waiting');
  recorder.record(canary, 'Normal', 'waiting');
  await recorder.flush();
  expect(created).toHaveLength(2);
  expect(patched).toEqual([
    {
      ref: { apiVersion: 'v1', kind: 'Event', namespace: 'test', name: created[0]?.metadata.name },
      patch: { count: 2, lastTimestamp: '2026-01-01T00:09:59Z' },
    },
  ]);
});

test('after 10 minutes of silence the same message is a new event', async () => {
  const { clock, recorder, created, patched } = start();
  recorder.record(canary, 'Warning', 'waiting');
  await clock.advance(600_000);
  recorder.record(canary, 'Warning', 'waiting');
  await recorder.flush();
  expect(created).toHaveLength(2);
  expect(patched).toEqual([]);
});

test('an object has 25 events at once and one more each 5 minutes', async () => {
  const { clock, recorder, created } = start();
  const burst = async (count: number) => {
    const before = created.length;
    for (let i = 0; i < count; i++) recorder.record(canary, 'Normal', `message ${clock.now()} ${i}`);
    await recorder.flush();
    return created.length - before;
  };
  expect(await burst(30)).toBe(25);
  await clock.advance(299_000);
  expect(await burst(5)).toBe(0);
  await clock.advance(1_000);
  expect(await burst(5)).toBe(1);
  await clock.advance(24 * 3_600_000);
  expect(await burst(30)).toBe(25);
});

test('the limit of one object is not that of another', async () => {
  const { recorder, created } = start();
  for (let i = 0; i < 30; i++) recorder.record(canary, 'Normal', `${i}`);
  recorder.record({ ...canary, metadata: { ...canary.metadata, name: 'other' } }, 'Normal', 'hello');
  await recorder.flush();
  expect(created.filter((event) => event['message'] === 'hello')).toHaveLength(1);
});

test('a clock that is set back keeps no tokens away', async () => {
  const { clock, set, recorder, created } = start();
  for (let i = 0; i < 25; i++) recorder.record(canary, 'Normal', `${i}`);
  set.backMs = 3_600_000;
  recorder.record(canary, 'Normal', 'one too many');
  await clock.advance(300_000);
  recorder.record(canary, 'Normal', 'hello');
  await recorder.flush();
  expect(created.slice(25).map((event) => event['message'])).toEqual(['hello']);
});

test('an object that was made again under its name has events and a limit of its own', async () => {
  const { recorder, created, patched } = start();
  for (let i = 0; i < 25; i++) recorder.record(canary, 'Normal', `${i}`);
  recorder.record({ ...canary, metadata: { ...canary.metadata, uid: 'again' } }, 'Normal', '0');
  await recorder.flush();
  expect(patched).toEqual([]);
  const ofTheNewOne = created.filter((event) => dig(event, 'involvedObject', 'uid') === 'again');
  expect(ofTheNewOne.map((event) => event['message'])).toEqual(['0']);
});

test('a message is cut at 1024 characters', async () => {
  const { recorder, created } = start();
  recorder.record(canary, 'Normal', 'x'.repeat(2_000));
  await recorder.flush();
  expect(String(created[0]?.['message'])).toHaveLength(1024);
});

test('an event about a cluster-scoped object is in the namespace default', async () => {
  const { recorder, created } = start();
  recorder.record({ ...canary, metadata: { name: 'node' } }, 'Normal', 'hello');
  await recorder.flush();
  expect(created[0]?.metadata.namespace).toBe('default');
});

test('a failure is reported and holds up nothing', async () => {
  const refusals = [new ApiError('forbidden', { code: 403, reason: 'Forbidden' })];
  const { recorder, created, errors } = start(() => refusals.shift());
  recorder.record(canary, 'Normal', 'one');
  recorder.record(canary, 'Normal', 'two');
  await recorder.flush();
  expect(errors).toHaveLength(1);
  expect(created.map((event) => event['message'])).toEqual(['two']);
});

test('a namespace that is gone is no failure', async () => {
  const gone = new ApiError('no namespace', { code: 404, reason: 'NotFound' });
  const { recorder, errors } = start(() => gone);
  recorder.record(canary, 'Normal', 'one');
  await recorder.flush();
  expect(errors).toEqual([]);
});

test('a message that is told again and again leaves room for news', async () => {
  const { recorder, created, patched } = start();
  for (let i = 0; i < 50; i++) recorder.record(canary, 'Warning', 'waiting');
  for (let i = 0; i < 20; i++) recorder.record(canary, 'Normal', `step ${i}`);
  await recorder.flush();
  expect(patched).toHaveLength(9);
  expect(created).toHaveLength(1 + 15);
});

test('while the API server is away an event waits, and those behind it keep their order', async () => {
  const away = new ApiError('no answer', { code: 0, reason: 'NoAnswer' });
  let refusals = 3;
  const { clock, recorder, created, errors } = start(() => (refusals-- > 0 ? away : undefined));
  recorder.record(canary, 'Normal', 'one');
  recorder.record(canary, 'Normal', 'two');
  await clock.advance(29_000);
  expect(created).toEqual([]);
  await clock.advance(1_000);
  expect(created.map((event) => event['message'])).toEqual(['one', 'two']);
  expect(errors).toEqual([]);
});

test('an event of which only the answer was lost is there, and is not written twice', async () => {
  const refusals = [
    new ApiError('no answer', { code: 0, reason: 'NoAnswer' }),
    new ApiError('it exists', { code: 409, reason: 'AlreadyExists' }),
  ];
  const { clock, recorder, patched, errors } = start(() => refusals.shift());
  recorder.record(canary, 'Normal', 'one');
  await clock.advance(10_000);
  recorder.record(canary, 'Normal', 'one');
  await recorder.flush();
  expect(patched).toHaveLength(1);
  expect(errors).toEqual([]);
});

test('an event with a name of its own is as good when it is there already', async () => {
  const taken = new ApiError('already exists', { code: 409, reason: 'AlreadyExists' });
  const refusals: unknown[] = [undefined, taken];
  const { recorder, created, errors } = start(() => refusals.shift());
  recorder.record(canary, 'Normal', 'one', 'podinfo.1');
  recorder.record(canary, 'Normal', 'two', 'podinfo.2');
  recorder.record(canary, 'Normal', 'three', 'podinfo.3');
  await recorder.flush();
  expect(created.map((event) => event.metadata.name)).toEqual(['podinfo.1', 'podinfo.3']);
  expect(errors).toEqual([]);
});

test('events with names of their own stay apart, whatever they say', async () => {
  const { recorder, created, patched } = start();
  for (const name of ['podinfo.1', 'podinfo.2', 'podinfo.2']) recorder.record(canary, 'Normal', 'all is well', name);
  await recorder.flush();
  expect(created.map(({ metadata }) => metadata.name)).toEqual(['podinfo.1', 'podinfo.2']);
  expect(patched).toHaveLength(1);
});

test('an event is annotated behind its creation', async () => {
  const { recorder, patched } = start();
  recorder.record(canary, 'Normal', 'one', 'podinfo.1');
  recorder.annotate(canary, 'podinfo.1', { seen: 'yes' });
  expect(recorder.isBehind(canary)).toBe(true);
  await recorder.flush();
  expect(recorder.isBehind(canary)).toBe(false);
  const ref = { apiVersion: 'v1', kind: 'Event', namespace: 'test', name: 'podinfo.1' };
  expect(patched).toEqual([{ ref, patch: { metadata: { annotations: { seen: 'yes' } } } }]);
});

test('an API server that stays away is given up after 12 tries', async () => {
  const { clock, recorder, errors } = start(() => new ApiError('no answer', { code: 0, reason: 'NoAnswer' }));
  recorder.record(canary, 'Normal', 'one');
  await clock.advance(109_000);
  expect(errors).toEqual([]);
  await clock.advance(1_000);
  expect(errors).toHaveLength(1);
});

test('who flushes does not wait for an API server that is away: each event has one more try', async () => {
  const { recorder, errors } = start(() => new ApiError('no answer', { code: 0, reason: 'NoAnswer' }));
  recorder.record(canary, 'Normal', 'one');
  recorder.record(canary, 'Normal', 'two');
  await recorder.flush();
  expect(errors).toHaveLength(2);
});
