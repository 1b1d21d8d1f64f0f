import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../meshes/testing/live.ts';
import { ownerOf } from '../../api/canary.ts';
import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { patched } from '../workloads/testing/pods.ts';
import type { Autoscaler } from './contract.ts';
import { autoscalerFor } from './registry.ts';
import { primaryScalerRef, scalerRef } from './scaler-refs.ts';
import { answerOf, primaryOf, scaledCanary } from './testing/scalers.ts';

/** A scaler on which the laws are tried. */
export interface AutoscalerFixture {
  /** Completes the sentence "with …". */
  readonly name: string;
  /** A scaler `web` of the Deployment `podinfo` in `test`, with at least 2 and at most 5 replicas. */
  readonly scaler: KubeObject;
  /** Names of the fields that bound the replicas. */
  readonly bounds: { readonly min: string; readonly max: string };
  /** Merge patch that changes something in the spec besides bounds and the scaled workload. */
  readonly change: JsonObject;
}

/** The laws that every kind of autoscaler obeys, as tests. */
export function describeAutoscaler(autoscaler: Autoscaler, fixtures: readonly AutoscalerFixture[]): void {
  describe.each(fixtures)(`a ${autoscaler.kind} with $name obeys the laws of autoscalers:`, (fixture) => {
    const frozen = deepFreeze(structuredClone(fixture));
    describeCopy(autoscaler, frozen);
    describeFollowing(autoscaler, frozen);
    describeRefusals(autoscaler, frozen);
    describePause(autoscaler, frozen);
  });
}

const spec = (object: KubeObject, field: string) => dig(object, 'spec', field);

function describeCopy(autoscaler: Autoscaler, { scaler, bounds }: AutoscalerFixture): void {
  const { canary, ref } = scaledCanary({ apiVersion: scaler.apiVersion, kind: scaler.kind, name: 'web' });

  it('it is known by its kind, and stands where the references say', () => {
    expect(autoscalerFor(ref)).toBe(autoscaler);
    const { apiVersion, kind } = scaler;
    expect(scalerRef(canary, ref, autoscaler)).toEqual({ apiVersion, kind, namespace: 'test', name: 'web' });
  });

  it('the copy is named, placed and owned as one, and scales the primary', () => {
    const { apiVersion, kind, metadata, spec: copy } = primaryOf(autoscaler, scaler);
    const { namespace, name } = metadata;
    expect({ apiVersion, kind, namespace, name }).toEqual(primaryScalerRef(canary, ref, autoscaler));
    expect(metadata.ownerReferences).toEqual([ownerOf(canary)]);
    const scaled = { ...Object(spec(scaler, 'scaleTargetRef')), name: 'podinfo-primary' };
    expect(dig(copy, 'scaleTargetRef')).toEqual(scaled);
  });

  it('the copy is plain JSON, and the same every time', () => {
    const copy = primaryOf(autoscaler, scaler);
    expect(JSON.parse(JSON.stringify(copy))).toStrictEqual(copy);
    expect(primaryOf(autoscaler, scaler)).toEqual(copy);
  });

  it('what the server counts or reports of the original stays with it', () => {
    const metadata = { ...scaler.metadata, uid: 'u', resourceVersion: '7', generation: 3, finalizers: ['own/hold'] };
    const seen = { ...scaler, metadata, status: { seen: true } };
    expect(primaryOf(autoscaler, seen)).toEqual(primaryOf(autoscaler, scaler));
  });

  it('fields of the spec that nobody here knows are copied', () => {
    const copy = primaryOf(autoscaler, patched(scaler, { spec: { strange: { kept: [1, 2] } } }));
    expect(spec(copy, 'strange')).toEqual({ kept: [1, 2] });
  });

  it('labels are copied, but neither claims of GitOps reconcilers nor what kubectl remembers', () => {
    const noise = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    const labels = { team: 'a', ...noise };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', ...noise };
    const { metadata } = primaryOf(autoscaler, patched(scaler, { metadata: { labels, annotations } }), {
      includeLabelPrefix: ['*'],
    });
    expect(metadata.labels).toMatchObject({ team: 'a' });
    expect(Object.keys({ ...metadata.labels, ...metadata.annotations }).join()).not.toMatch(/toolkit|last-applied/);
  });

  it.each([
    ['least', { minReplicas: 4 }, { min: 4, max: 5 }],
    ['largest', { maxReplicas: 9 }, { min: 2, max: 9 }],
    ['least and largest', { minReplicas: 7, maxReplicas: 8 }, { min: 7, max: 8 }],
    ['neither', {}, { min: 2, max: 5 }],
  ])('primaryScalerReplicas sets the %s number of replicas', (_, primaryScalerReplicas, wanted) => {
    const copy = primaryOf(autoscaler, scaler, { ref: { primaryScalerReplicas } });
    expect({ min: spec(copy, bounds.min), max: spec(copy, bounds.max) }).toEqual(wanted);
  });
}

function describeFollowing(autoscaler: Autoscaler, { scaler, bounds, change }: AutoscalerFixture): void {
  const live = deepFreeze(primaryOf(autoscaler, scaler));
  const wider = patched(scaler, { spec: { [bounds.min]: 3, [bounds.max]: 50 } });
  const changed = patched(wider, { spec: change });

  it('a copy that is as it must be stays as it is', () => {
    for (const follow of ['everything', 'bounds'] as const) {
      expect(primaryOf(autoscaler, scaler, { live, follow })).toEqual(live);
    }
  });

  it('everything follows, and a field that is gone goes', () => {
    expect(primaryOf(autoscaler, changed, { live })).toEqual(primaryOf(autoscaler, changed));
    const before = patched(live, { spec: { strange: 1 } });
    expect(primaryOf(autoscaler, changed, { live: before })).toEqual(primaryOf(autoscaler, changed));
  });

  it('only the bounds follow where more is not asked for', () => {
    const limits = { [bounds.min]: 3, [bounds.max]: 50 };
    expect(primaryOf(autoscaler, changed, { live, follow: 'bounds' })).toEqual(patched(live, { spec: limits }));
  });

  it('a copy that is missing is made complete in any case', () => {
    expect(primaryOf(autoscaler, changed, { follow: 'bounds' })).toEqual(primaryOf(autoscaler, changed));
  });

  it('what others added to the metadata of the copy survives, and its status', () => {
    const added = { labels: { x: '1' }, annotations: { y: '2' }, finalizers: ['other/hold'], resourceVersion: '7' };
    const marked = { ...patched(live, { metadata: added }), status: { seen: true } };
    const after = primaryOf(autoscaler, changed, { live: marked });
    expect(after).toMatchObject({ metadata: added, status: { seen: true } });
    expect(after.metadata.labels).toEqual({ ...live.metadata.labels, x: '1' });
  });

  it('a copy that somebody else made follows, but does not go with the Canary', () => {
    const { ownerReferences: _, ...metadata } = live.metadata;
    const after = primaryOf(autoscaler, changed, { live: { ...live, metadata } });
    expect(after.spec).toEqual(primaryOf(autoscaler, changed).spec);
    expect(after.metadata.ownerReferences).toBeUndefined();
  });

  it('a copy that is being deleted is not written any more', () => {
    const leaving = patched(live, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(primaryOf(autoscaler, changed, { live: leaving })).toBe(leaving);
  });
}

function describeRefusals(autoscaler: Autoscaler, { scaler, bounds }: AutoscalerFixture): void {
  const live = deepFreeze(primaryOf(autoscaler, scaler));
  const request = {
    ...scaledCanary({ apiVersion: scaler.apiVersion, kind: scaler.kind, name: 'web' }),
    scaler: undefined,
    follow: 'everything',
    includeLabelPrefix: [],
  } as const;

  it('without a scaler there is no copy', () => {
    const why = `${autoscaler.kind} web.test get query error: `;
    const answer = autoscaler.primary({ ...request, live: undefined });
    expect(answer).toEqual({ impossible: expect.stringContaining(why) });
  });

  it('a copy whose original was deleted stays as it is', () => {
    expect(autoscaler.primary({ ...request, live })).toBe(live);
  });

  it('a scaler that already scales the primary is refused', () => {
    const astray = patched(scaler, { spec: { scaleTargetRef: { name: 'podinfo-primary' } } });
    const why = `${autoscaler.kind} web.test scales podinfo-primary, which gets a scaler of its own`;
    expect(answerOf(autoscaler, astray)).toEqual({ impossible: expect.stringContaining(why) });
  });

  it('a copy that belongs to another owner is left to it', () => {
    const ownerReferences = [{ ...ownerOf(request.canary), name: 'shop', uid: 'other' }];
    const foreign = { ...live, metadata: { ...live.metadata, ownerReferences } };
    const why = `${autoscaler.kind} web-primary.test belongs to Canary shop`;
    expect(answerOf(autoscaler, scaler, { live: foreign })).toEqual({ impossible: expect.stringContaining(why) });
  });

  it.each([
    ['least', { minReplicas: 6 }, 'at least 6 and at most 5'],
    ['largest', { maxReplicas: 1 }, 'at least 2 and at most 1'],
  ])('a %s number of replicas that contradicts the other bound is refused', (_, primaryScalerReplicas, why) => {
    const answer = answerOf(autoscaler, scaler, { ref: { primaryScalerReplicas } });
    expect(answer).toEqual({ impossible: expect.stringContaining(why) });
  });

  it('bounds that are copied as they are stay the business of their owner', () => {
    const odd = patched(scaler, { spec: { [bounds.min]: 9 } });
    expect(spec(primaryOf(autoscaler, odd), bounds.min)).toBe(9);
  });
}

function describePause(autoscaler: Autoscaler, { scaler, bounds }: AutoscalerFixture): void {
  const paused = deepFreeze(patched(scaler, autoscaler.pause(scaler)));

  it('pausing and resuming agree', () => {
    expect(autoscaler.pause(paused)).toBeUndefined();
    expect(autoscaler.resume(scaler)).toBeUndefined();
    expect(patched(paused, autoscaler.resume(paused))).toEqual(scaler);
  });

  it('a paused scaler wakes nobody', () => {
    expect(autoscaler.wakes(paused)).toBe(false);
  });

  it('pausing touches nothing but the annotations', () => {
    expect(paused.spec).toEqual(scaler.spec);
  });

  it('the copy of a paused scaler is not paused', () => {
    expect(primaryOf(autoscaler, paused)).toEqual(primaryOf(autoscaler, scaler));
    const live = deepFreeze(primaryOf(autoscaler, scaler));
    const asleep = patched(live, autoscaler.pause(live));
    expect(primaryOf(autoscaler, paused, { live: asleep })).toEqual(live);
  });

  it.each([
    [4, 4],
    [1, 1],
    [0, 1],
    [null, 1],
  ])('with %s as its least number, a target coming up begins with %i replicas', (least, floor) => {
    expect(autoscaler.floor(patched(scaler, { spec: { [bounds.min]: least } }))).toBe(floor);
  });

  it('without a scaler, a target coming up begins with one replica', () => {
    expect(autoscaler.floor(undefined)).toBe(1);
  });
}
