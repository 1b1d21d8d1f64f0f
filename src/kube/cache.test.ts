import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { isNewer, KindCache } from './cache.ts';
import type { KubeObject } from './object.ts';

function at(version: string | undefined, uid = 'u1', name = 'a', namespace = 'ns'): KubeObject {
  const resourceVersion = version === undefined ? {} : { resourceVersion: version };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, uid, ...resourceVersion } };
}

function start() {
  const told: string[] = [];
  const clock = new VirtualClock();
  const cache = new KindCache(clock, ({ type, object }) => {
    told.push(`${type} ${object.metadata.uid}@${object.metadata.resourceVersion}`);
  });
  return { clock, cache, told };
}

const version = (cache: KindCache) => cache.get('ns', 'a')?.metadata.resourceVersion;

test.each([
  { version: '10', than: '9', newer: true, why: 'numbers, not texts' },
  { version: '9', than: '10', newer: false, why: 'numbers, not texts' },
  { version: '9007199254740993', than: '9007199254740992', newer: true, why: 'beyond 2^53' },
  { version: '7', than: '7', newer: false, why: 'the same' },
  { version: 'b', than: 'a', newer: true, why: 'opaque versions that differ' },
  { version: 'a', than: 'a', newer: false, why: 'opaque versions that are equal' },
  { version: '7', than: undefined, newer: true, why: 'anything beats nothing' },
])('$version newer than $than: $newer ($why)', ({ version, than, newer }) => {
  expect(isNewer(version, than)).toBe(newer);
});

test('the answer to a write is not replaced by an older event', () => {
  const { cache, told } = start();
  cache.put(at('5'));
  cache.put(at('9'));
  cache.put(at('7'));
  expect(version(cache)).toBe('9');
  expect(told).toEqual(['added u1@5', 'changed u1@9']);
});

test('the event that echoes a write is no change', () => {
  const { cache, told } = start();
  cache.put(at('5'));
  cache.put(at('5'));
  expect(told).toEqual(['added u1@5']);
});

test('a deleted object stays deleted when late events of it arrive', () => {
  const { cache, told } = start();
  cache.put(at('5'));
  cache.remove(at('8'));
  cache.put(at('6'));
  cache.put(at('9'));
  expect(version(cache)).toBeUndefined();
  expect(told).toEqual(['added u1@5', 'deleted u1@5']);
});

test('a deletion that arrives before the object is known keeps it away', () => {
  const { cache, told } = start();
  cache.remove(at('8'));
  cache.put(at('6'));
  expect(version(cache)).toBeUndefined();
  expect(told).toEqual([]);
});

test('a deletion is forgotten when nothing from before it can come any more, without any list', async () => {
  const { clock, cache } = start();
  cache.remove(at('8'));
  for (const uid of ['u2', 'u3']) {
    await clock.advance(300_000);
    cache.remove(at('9', uid));
  }
  cache.put(at('6'));
  expect(version(cache)).toBe('6');
});

test('an object that was made again under its name replaces the old one: deleted, then added', () => {
  const { cache, told } = start();
  cache.put(at('5', 'u1'));
  cache.put(at('9', 'u2'));
  expect(told).toEqual(['added u1@5', 'deleted u1@5', 'added u2@9']);
});

test('late news of a namesake from before do not touch the new object', () => {
  const { cache, told } = start();
  cache.put(at('9', 'u2'));
  cache.put(at('5', 'u1'));
  cache.remove(at('8', 'u1'));
  expect(cache.get('ns', 'a')?.metadata.uid).toBe('u2');
  expect(told).toEqual(['added u2@9']);
});

test('what a list does not name is gone', () => {
  const { cache, told } = start();
  cache.put(at('5', 'u1', 'a'));
  cache.put(at('6', 'u2', 'b'));
  cache.replace([at('6', 'u2', 'b')], '10');
  expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(['b']);
  expect(told.slice(2)).toEqual(['deleted u1@5']);
});

test('what was written after a list was taken survives it', () => {
  const { cache } = start();
  cache.put(at('11', 'u1', 'a'));
  cache.replace([], '10');
  expect(version(cache)).toBe('11');
});

test('a list that is older than the cache changes nothing', () => {
  const { cache, told } = start();
  cache.put(at('11'));
  cache.replace([at('9')], '10');
  expect(version(cache)).toBe('11');
  expect(told).toEqual(['added u1@11']);
});

test('an object with another uid in a list is told as deleted and added', () => {
  const { cache, told } = start();
  cache.put(at('5', 'u1'));
  cache.replace([at('9', 'u2')], '10');
  expect(told).toEqual(['added u1@5', 'deleted u1@5', 'added u2@9']);
});

test('a namespace shows only its objects; cluster-scoped ones have none', () => {
  const { cache } = start();
  cache.put(at('1', 'u1', 'a', 'x'));
  cache.put(at('2', 'u2', 'a', 'y'));
  const { namespace: _, ...metadata } = at('3', 'u3').metadata;
  cache.put({ ...at('3', 'u3'), metadata });
  expect(cache.list('x').map(({ metadata }) => metadata.uid)).toEqual(['u1']);
  expect(cache.list()).toHaveLength(3);
  expect(cache.get(undefined, 'a')?.metadata.uid).toBe('u3');
});
