import { expect, test } from 'vitest';
import { standForElection } from '../kube/lease.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { type Embedded, embedded } from '../kube/testing/embedded.ts';
import { pause } from '../runtime/clock.ts';
import { runUntilStopped } from './run-until-stopped.ts';

const ref = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'default',
  name: 'flagger-leader-election',
};
const never = new Promise<void>(() => {});

interface Setup {
  readonly seed?: readonly KubeObject[];
  readonly start?: (world: Embedded) => Promise<void>;
  /** The decisions in hand. */
  readonly drain?: (world: Embedded) => Promise<void>;
  readonly elects?: boolean;
}

/** A life as the candidate `a`, and what came of it. */
function begin({ seed, start = async () => {}, drain = async () => {}, elects = true }: Setup = {}) {
  const world = embedded(seed);
  const { client, clock } = world;
  const began = clock.now();
  const stop = new AbortController();
  const log: string[] = [];
  const note = (what: string) => log.push(`${clock.now() - began} ${what}`);
  const election = elects
    ? standForElection({ client, clock, namespace: 'default', identity: 'a', onLost: () => note('lost') })
    : undefined;
  const life = runUntilStopped({
    clock,
    stop: stop.signal,
    election,
    sluice: {
      async start() {
        note('start');
        await start(world);
      },
      async stop(last) {
        note('drain');
        await drain(world);
        note('drained');
        await last?.();
        note('closed');
      },
    },
    onReady: () => note('ready'),
    onStopping: () => note('stopping'),
  }).then(
    (isComplete) => note(isComplete ? 'complete' : 'incomplete'),
    (error: Error) => note(`failed: ${error.message}`),
  );
  const holder = async () => {
    const reading = client.get(ref);
    await clock.advance(0);
    return dig(await reading, 'spec', 'holderIdentity');
  };
  return { clock, stop, log, election, life, holder };
}

const heldByAnother: KubeObject = {
  ...ref,
  metadata: { name: ref.name, namespace: 'default' },
  spec: { holderIdentity: 'another', leaseDurationSeconds: 3_600 },
};

test('a leader works until it is told to stop, then finishes what is in hand and gives the Lease back', async () => {
  const { clock, stop, log, holder, life } = begin({ drain: ({ clock }) => pause(clock, 3_000) });
  await clock.advance(10_000);
  stop.abort();
  await clock.advance(2_000);
  expect(await holder()).toBe('a');
  await clock.advance(1_000);
  await life;
  expect(await holder()).toBe('');
  expect(log).toEqual([
    '0 start',
    '0 ready',
    '10000 stopping',
    '10000 drain',
    '13000 drained',
    '13000 closed',
    '13000 complete',
  ]);
});

test('a leader that is told to stop while its caches fill ends, and keeps the Lease until nothing is in hand', async () => {
  const { clock, stop, log, holder, life } = begin({ start: () => never, drain: ({ clock }) => pause(clock, 3_000) });
  await clock.advance(10_000);
  stop.abort();
  await clock.advance(2_000);
  expect(await holder()).toBe('a');
  await clock.advance(1_000);
  await life;
  expect(await holder()).toBe('');
  expect(log.slice(-1)).toEqual(['13000 complete']);
  expect(log.some((line) => line.endsWith('ready'))).toBe(false);
});

test('a leader whose work does not end in 20 s gives the Lease back all the same, and may write nothing more', async () => {
  const { clock, stop, log, election, holder, life } = begin({ drain: () => never });
  await clock.advance(10_000);
  stop.abort();
  await clock.advance(19_000);
  expect([await holder(), election?.overdue()]).toEqual(['a', false]);
  await clock.advance(1_000);
  await life;
  expect(log.slice(-1)).toEqual(['30000 incomplete']);
  expect([await holder(), election?.overdue()]).toEqual(['', true]);
});

test.each([
  { name: 'while it waits to lead', waitMs: 10_000 },
  { name: 'before it could stand for election', waitMs: 0 },
])('who is told to stop $name ends at once and never works', async ({ waitMs }) => {
  const { clock, stop, log, holder, life } = begin({ seed: [heldByAnother] });
  if (waitMs > 0) await clock.advance(waitMs);
  stop.abort();
  await clock.advance(0);
  await life;
  expect(log.some((line) => line.endsWith('start'))).toBe(false);
  expect(log.slice(-1)).toEqual([`${waitMs} complete`]);
  expect(await holder()).toBe('another');
});

test('a start that fails ends everything, so that another replica may try', async () => {
  const { clock, log, holder, life } = begin({ start: () => Promise.reject(new Error('no CRDs')) });
  await clock.advance(0);
  await life;
  expect(log.slice(-1)).toEqual(['0 failed: no CRDs']);
  expect(await holder()).toBe('');
});

test('without an election it works at once', async () => {
  const { clock, stop, log, life } = begin({ elects: false });
  await clock.advance(0);
  stop.abort();
  await life;
  expect(log).toEqual(['0 start', '0 ready', '0 stopping', '0 drain', '0 drained', '0 closed', '0 complete']);
});
