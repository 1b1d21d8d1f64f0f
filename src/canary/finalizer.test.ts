import { expect, test } from 'vitest';
import { FINALIZER } from '../api/finalizer.ts';
import type { Decidable } from './decide.ts';
import { finalizerPatch } from './finalizer.ts';
import { sceneOf, statusIn } from './testing/scene.ts';

interface Case {
  readonly kind: Decidable['kind'];
  readonly revert: boolean;
  readonly finalizers: readonly string[];
  readonly deleting?: boolean;
  readonly stage?: 'idle' | 'leaving';
  readonly stands?: boolean;
  readonly targetReplicas?: number;
}

function sightOf({
  kind,
  revert,
  finalizers,
  deleting,
  stage = 'idle',
  stands = true,
  targetReplicas = 1,
}: Case): Decidable {
  const scene = sceneOf({
    spec: { revertOnDeletion: revert },
    metadata: { finalizers, resourceVersion: '7', ...(deleting ? { deletionTimestamp: '2026-05-04T10:00:00Z' } : {}) },
    status: statusIn(stage),
    stands,
    target: { replicas: targetReplicas },
    // The user's own Service on the apex: what is given back
    live: ({ kind: wanted, name }) =>
      wanted === 'Service' && name === 'web'
        ? {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name, namespace: 'test' },
            spec: { selector: { app: 'web-primary' } },
          }
        : undefined,
  });
  switch (kind) {
    case 'scene':
      return { kind, scene };
    case 'blocked':
      return { kind, seen: scene, canary: scene.canary, mesh: scene.mesh, why: 'no target' };
    case 'refused':
      return { kind, seen: scene, refusals: [] };
  }
}

const ours = ['other', FINALIZER];

test.each<readonly [string, Case, readonly string[] | undefined]>([
  ['a Canary that reverts gets it, besides others', { kind: 'scene', revert: true, finalizers: ['other'] }, ours],
  ['one whose target is missing gets it too', { kind: 'blocked', revert: true, finalizers: [] }, [FINALIZER]],
  ['one that has it keeps it', { kind: 'scene', revert: true, finalizers: ours }, undefined],
  ['one that doesn’t revert gets none', { kind: 'scene', revert: false, finalizers: [] }, undefined],
  ['one that no longer reverts loses it', { kind: 'scene', revert: false, finalizers: ours }, ['other']],
  ['one that is refused gets none', { kind: 'refused', revert: true, finalizers: [] }, undefined],
  ['one that is being deleted gets none', { kind: 'scene', revert: true, finalizers: [], deleting: true }, undefined],
  [
    'a deleted one that hasn’t begun to leave is held',
    { kind: 'scene', revert: true, finalizers: ours, deleting: true },
    undefined,
  ],
  [
    'one that gave everything back may go',
    { kind: 'scene', revert: true, finalizers: ours, deleting: true, stage: 'leaving' },
    ['other'],
  ],
  [
    'one whose Service isn’t given back is held',
    { kind: 'scene', revert: true, finalizers: ours, deleting: true, stage: 'leaving', stands: false },
    undefined,
  ],
  [
    'one whose target isn’t up is held',
    { kind: 'scene', revert: true, finalizers: ours, deleting: true, stage: 'leaving', targetReplicas: 0 },
    undefined,
  ],
  [
    'a deleted one without a target isn’t held',
    { kind: 'blocked', revert: true, finalizers: ours, deleting: true },
    ['other'],
  ],
  [
    'a deleted one that is refused isn’t held',
    { kind: 'refused', revert: true, finalizers: ours, deleting: true },
    ['other'],
  ],
])('%s', (_, given, finalizers) => {
  expect(finalizerPatch(sightOf(given))).toEqual(
    finalizers === undefined ? undefined : { metadata: { finalizers, resourceVersion: '7' } },
  );
});

test('a Canary whose objects may not be read for a moment is held; after five minutes nothing is waited for', () => {
  const held = { kind: 'refused', revert: true, deleting: true, finalizers: [FINALIZER] } as const;
  const sight = sightOf(held);
  if (sight.kind !== 'refused') throw new Error('it is refused');
  const { seen } = sight;
  const refusals = [{ reason: 'PermissionMissing', field: '', message: 'the controller may not list Services' }];
  const since = (seconds: number) => {
    const lastTransitionTime = new Date(seen.at - seconds * 1_000).toISOString();
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'PermissionMissing',
      message: '',
      lastTransitionTime,
    } as const;
    return finalizerPatch({
      kind: 'refused',
      seen: { ...seen, status: { ...seen.status, conditions: [condition] } },
      refusals,
    });
  };
  expect(finalizerPatch({ kind: 'refused', seen, refusals })).toBeUndefined();
  expect(since(299)).toBeUndefined();
  expect(since(300)).toEqual({ metadata: { finalizers: [], resourceVersion: '7' } });
});
