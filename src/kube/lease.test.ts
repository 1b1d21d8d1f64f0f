import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { jsonAnswer } from '../sandbox/api/exchange.ts';
import type { Client } from './client.ts';
import { type Election, standForElection } from './lease.ts';
import type { KubeObject } from './object.ts';
import { type Embedded, embedded } from './testing/embedded.ts';

const ref = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'default',
  name: 'flagger-leader-election',
};

interface Candidate extends Election {
  readonly losses: number[];
  readonly troubles: unknown[];
}

function candidate(
  { client, clock }: Pick<Embedded, 'client'> & { readonly clock: Clock },
  identity: string,
  over: Pick<Client, 'get' | 'create' | 'update'> = client,
) {
  const [losses, troubles]: [number[], unknown[]] = [[], []];
  const election = standForElection({
    client: over,
    clock,
    namespace: 'default',
    identity,
    onLost: () => losses.push(clock.now()),
    onTrouble: (error) => troubles.push(error),
  });
  const { won } = election;
  return {
    won,
    leads: () => election.leads(),
    overdue: () => election.overdue(),
    stop: () => election.stop(),
    losses,
    troubles,
  } satisfies Candidate;
}

function lease(holderIdentity: string): KubeObject {
  const spec = {
    holderIdentity,
    leaseDurationSeconds: 60,
    renewTime: '2020-01-01T00:00:00.000000Z',
    leaseTransitions: 3,
  };
  return { ...ref, metadata: { name: ref.name, namespace: 'default' }, spec };
}

async function stop(world: Embedded, election: Election): Promise<void> {
  const stopped = election.stop();
  await world.clock.advance(0);
  await stopped;
}

test('the first candidate makes the Lease as client-go writes it', async () => {
  const world = embedded();
  const a = candidate(world, 'host_1');
  await world.clock.advance(0);
  expect(a.leads()).toBe(true);
  expect((await world.client.get(ref))['spec']).toEqual({
    holderIdentity: 'host_1',
    leaseDurationSeconds: 60,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  });
  await stop(world, a);
});

test('the leader renews every 5 s and keeps the time of acquisition', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(12_000);
  expect((await world.client.get(ref))['spec']).toMatchObject({
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:10.000000Z',
  });
  await stop(world, a);
});

test('only one of several candidates leads', async () => {
  const world = embedded();
  const all = ['a', 'b', 'c'].map((identity) => candidate(world, identity));
  await world.clock.advance(300_000);
  expect(all.filter((election) => election.leads())).toHaveLength(1);
  expect(all.flatMap((election) => election.losses)).toEqual([]);
  for (const election of all) await stop(world, election);
});

test('a leader that stops gives the Lease back, and another one takes it with the next look', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(0);
  const b = candidate(world, 'b');
  await world.clock.advance(1_000);
  await stop(world, a);
  expect(a.leads()).toBe(false);
  expect((await world.client.get(ref))['spec']).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  await world.clock.advance(5_000);
  expect(b.leads()).toBe(true);
  expect((await world.client.get(ref))['spec']).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  expect(a.losses).toEqual([]);
  await stop(world, b);
});

test('a Lease is taken only after its holder was silent for its whole duration, whatever its times say', async () => {
  const world = embedded([lease('gone')]);
  const a = candidate(world, 'a');
  await world.clock.advance(59_000);
  expect(a.leads()).toBe(false);
  await world.clock.advance(2_000);
  expect(a.leads()).toBe(true);
  await stop(world, a);
});

test('each sign of life of the holder starts the wait again', async () => {
  const world = embedded([lease('other')]);
  const a = candidate(world, 'a');
  await world.clock.advance(50_000);
  const renewal = world.client.patch(ref, { spec: { renewTime: '2020-01-01T00:00:01.000000Z' } });
  await world.clock.advance(55_000);
  await renewal;
  expect(a.leads()).toBe(false);
  await world.clock.advance(10_000);
  expect(a.leads()).toBe(true);
  await stop(world, a);
});

test('a leader that cannot renew for 15 s steps down and says so once', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(0);
  const start = world.clock.now();
  const heal = world.server.intercept(() => jsonAnswer(403, {}));
  await world.clock.advance(14_000);
  expect(a.leads()).toBe(true);
  await world.clock.advance(60_000);
  expect(a.leads()).toBe(false);
  expect(a.losses).toEqual([start + 15_000]);
  expect(a.troubles.length).toBeGreaterThan(0);
  heal();
  await stop(world, a);
});

test('a request that never ends does not hold up the step down', async () => {
  const world = embedded();
  let hangs = false;
  const never = new Promise<KubeObject>(() => {});
  const a = candidate(world, 'a', {
    get: (at, signal) => (hangs ? never : world.client.get(at, signal)),
    create: (object, options) => world.client.create(object, options),
    update: (object, options) => world.client.update(object, options),
  });
  await world.clock.advance(0);
  hangs = true;
  await world.clock.advance(15_000);
  expect(a.losses).toHaveLength(1);
  await stop(world, a);
});

test('a short outage costs nothing', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(0);
  const heal = world.server.intercept(() => jsonAnswer(403, {}));
  await world.clock.advance(8_000);
  heal();
  await world.clock.advance(60_000);
  expect(a.leads()).toBe(true);
  expect(a.losses).toEqual([]);
  await stop(world, a);
});

test('a leader whose Lease was taken steps down with the next look', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(1_000);
  const theft = world.client.patch(ref, { spec: { holderIdentity: 'thief' } });
  await world.clock.advance(4_000);
  await theft;
  expect(a.losses).toHaveLength(1);
  await stop(world, a);
  expect((await world.client.get(ref))['spec']).toMatchObject({ holderIdentity: 'thief' });
});

test('a Lease that someone deleted is made again', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(1_000);
  const deletion = world.client.delete(ref);
  await world.clock.advance(5_000);
  await deletion;
  expect(a.leads()).toBe(true);
  expect(a.losses).toEqual([]);
  await stop(world, a);
});

test('a candidate that is stopped before it won is told so and leaves the Lease alone', async () => {
  const world = embedded([lease('other')]);
  const a = candidate(world, 'a');
  await world.clock.advance(1_000);
  await stop(world, a);
  expect(await a.won).toBe(false);
  expect((await world.client.get(ref))['spec']).toMatchObject({ holderIdentity: 'other', leaseTransitions: 3 });
});

test('giving back is tried for one interval only', async () => {
  const world = embedded();
  const a = candidate(world, 'a', {
    get: (at, signal) => world.client.get(at, signal),
    create: (object, options) => world.client.create(object, options),
    update: () => new Promise(() => {}),
  });
  await world.clock.advance(0);
  const stopped = a.stop();
  await world.clock.advance(5_000);
  await stopped;
  expect(a.leads()).toBe(false);
  expect(a.troubles).toHaveLength(1);
});

test('a leader that slept past its deadline is overdue, even before it has noticed', async () => {
  const world = embedded();
  let sleptMs = 0;
  const asleep = { now: () => world.clock.now() + sleptMs, after: world.clock.after.bind(world.clock) };
  const election = standForElection({
    client: world.client,
    clock: asleep,
    namespace: 'default',
    identity: 'a',
    onLost: () => {},
  });
  await world.clock.advance(0);
  expect(election.overdue()).toBe(false);
  sleptMs = 15_000;
  expect(election.overdue()).toBe(true);
  sleptMs = 0;
  await stop(world, election);
});

test('nothing is kept of a look at the Lease that was answered', async () => {
  const world = embedded();
  const signals: AbortSignal[] = [];
  const hear = (signal: AbortSignal | undefined) => signal && signals.push(signal);
  // The requests themselves don't listen, so that every listener is one of the election
  const a = candidate(world, 'a', {
    get(at, signal) {
      hear(signal);
      return world.client.get(at);
    },
    create(object, options) {
      hear(options?.signal);
      return world.client.create(object);
    },
    update(object, options) {
      hear(options?.signal);
      return world.client.update(object);
    },
  });
  await world.clock.advance(60_000);
  await stop(world, a);
  expect(signals.length).toBeGreaterThan(20);
  expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
});

test('a leader that gave the Lease back may write nothing more, and until then may', async () => {
  const world = embedded();
  const whileGivingBack: boolean[] = [];
  const a = candidate(world, 'a', {
    get: (at, signal) => world.client.get(at, signal),
    create: (object, options) => world.client.create(object, options),
    update(object, options) {
      whileGivingBack.push(a.overdue());
      return world.client.update(object, options);
    },
  });
  await world.clock.advance(0);
  await stop(world, a);
  expect(whileGivingBack).toEqual([false]);
  expect(a.overdue()).toBe(true);
});

test('a leader that lost the Lease may write nothing more', async () => {
  const world = embedded();
  const a = candidate(world, 'a');
  await world.clock.advance(1_000);
  const theft = world.client.patch(ref, { spec: { holderIdentity: 'thief' } });
  await world.clock.advance(4_000);
  await theft;
  expect([a.leads(), a.overdue()]).toEqual([false, true]);
  await stop(world, a);
});

test('a leader that slept past its deadline does not even write that it gives the Lease back', async () => {
  const world = embedded();
  let sleptMs = 0;
  const asleep = { now: () => world.clock.now() + sleptMs, after: world.clock.after.bind(world.clock) };
  const a = candidate({ client: world.client, clock: asleep }, 'a');
  await world.clock.advance(0);
  sleptMs = 15_000;
  await stop(world, a);
  expect((await world.client.get(ref))['spec']).toMatchObject({ holderIdentity: 'a' });
});

test('a Lease is given back once, however often the leader is told to stop', async () => {
  const world = embedded();
  let writes = 0;
  const a = candidate(world, 'a', {
    get: (at, signal) => world.client.get(at, signal),
    create: (object, options) => world.client.create(object, options),
    update(object, options) {
      writes += 1;
      return world.client.update(object, options);
    },
  });
  await world.clock.advance(0);
  const both = Promise.all([a.stop(), a.stop()]);
  await world.clock.advance(0);
  await both;
  expect(writes).toBe(1);
});
