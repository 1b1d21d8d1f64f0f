import { expect, test } from 'vitest';
import type { Cluster } from '../kube/cluster.ts';
import { ApiError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { act } from './act.ts';
import { Written } from './written.ts';

const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'test' } };
const live: KubeObject = {
  ...service,
  metadata: { ...service.metadata, resourceVersion: '7' },
  spec: { type: 'ClusterIP' },
};

/** What comes of one wanted object when the API server answers every write with an error of this reason. */
async function outcome(wanted: KubeObject, present: KubeObject | undefined, reason: string, patched = false) {
  const refuse = async () => {
    throw new ApiError(`no: ${reason}`, { code: 400, reason });
  };
  const parts: Partial<Cluster> = { get: () => present, create: refuse, update: refuse, patch: refuse };
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'test', name: 'web' };
  const desired = patched
    ? { objects: [], patches: [{ ref, patch: {}, what: 'x' }] }
    : { objects: [wanted], patches: [] };
  return (await act(desired, parts as Cluster, new Written(), new AbortController().signal)).kind;
}

test.each<readonly [string, KubeObject | undefined, string, string]>([
  ['a version that is old by now is a race', live, 'Conflict', 'conflict'],
  ['one that went meanwhile is a race', live, 'NotFound', 'conflict'],
  ['one that somebody else made meanwhile is a race', undefined, 'AlreadyExists', 'conflict'],
  ['a create without its kind or namespace is none: it would fail again at once', undefined, 'NotFound', 'refused'],
  ['what the API server does not allow is refused', undefined, 'Forbidden', 'refused'],
])('%s', async (_, present, reason, kind) => {
  expect(await outcome(service, present, reason)).toBe(kind);
});

test('a patch of what went meanwhile is a race', async () => {
  expect(await outcome(service, undefined, 'NotFound', true)).toBe('conflict');
});

test('what was there at the look and is gone now is not made again: the rest of the world was wanted with it', async () => {
  expect(await outcome(live, undefined, 'Internal')).toBe('conflict');
});

test('a write that got no answer is nobody’s decision', async () => {
  const parts: Partial<Cluster> = { get: () => undefined, create: () => Promise.reject(new Error('broken')) };
  const written = act(
    { objects: [service], patches: [] },
    parts as Cluster,
    new Written(),
    new AbortController().signal,
  );
  await expect(written).rejects.toThrow('broken');
});

test.each([0, 429, 503])(
  'a write that failed for a moment (%i) is tried again at once, not in one interval',
  async (code) => {
    const parts: Partial<Cluster> = {
      get: () => undefined,
      create: () => Promise.reject(new ApiError('busy', { code, reason: 'Busy' })),
    };
    const acting = act(
      { objects: [service], patches: [] },
      parts as Cluster,
      new Written(),
      new AbortController().signal,
    );
    await expect(acting).rejects.toThrow('busy');
  },
);
