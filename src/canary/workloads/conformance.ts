import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../meshes/testing/live.ts';
import { ownerOf } from '../../api/canary.ts';
import { equalValues } from '../../kube/compare.ts';
import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import type { Readiness, ReadinessRule, Workload } from './contract.ts';
import { patched, primaryBy, requestFor, withTemplate } from './testing/pods.ts';
import { canaryOf } from './testing/recorded.ts';

/** A target on which the laws are tried. */
export interface WorkloadFixture {
  /** Completes the sentence "with …". */
  readonly name: string;
  /** As the API server returns it while it runs, in namespace `test`, with `app: podinfo` as selector label. */
  readonly target: KubeObject;
  /** Its `status` with all pods available, with none of them, and with pods of the revision before. */
  readonly statuses: { readonly ready: JsonObject; readonly unavailable: JsonObject; readonly outdated: JsonObject };
  /** More of readiness: status fields on top of those of a ready one, and what comes of them at a threshold of 100 %. */
  readonly readiness?: readonly (readonly [name: string, status: JsonObject, why: string])[];
  /** The kind counts its deadline itself, in conditions, instead of from when the wait began. */
  readonly ownDeadline?: true;
}

const BEGAN = Date.parse('2026-01-01T00:00:00Z');
const DEADLINE_MS = 60_000;
const canary = canaryOf('test');
const podLabels = ['spec', 'template', 'metadata', 'labels'] as const;

/** The laws that every kind of target with pods obeys, as tests. */
export function describeWorkload(workload: Workload, fixtures: readonly WorkloadFixture[]): void {
  describe.each(fixtures)(`a ${workload.kind} with $name obeys the laws of workloads:`, (fixture) => {
    const frozen = deepFreeze(structuredClone(fixture));
    describePrimary(workload, frozen);
    describePromotion(workload, frozen);
    describeScaling(workload, frozen);
    describeRevision(workload, frozen);
    describeReadiness(workload, frozen);
  });
}

function describePrimary(workload: Workload, { target }: WorkloadFixture): void {
  const primary = primaryBy(workload, { target, canary });

  it('the primary is named, placed and owned as one', () => {
    const { apiVersion, kind, metadata } = primary;
    expect({ apiVersion, kind }).toEqual({ apiVersion: target.apiVersion, kind: target.kind });
    expect(metadata).toMatchObject({ name: 'podinfo-primary', namespace: 'test', ownerReferences: [ownerOf(canary)] });
    expect(metadata.labels).toEqual({ app: 'podinfo-primary' });
  });

  it('neither the primary nor the target selects pods of the other', () => {
    const selects = (owner: KubeObject, owned: KubeObject) => {
      const wanted = Object.entries(Object(dig(owner, 'spec', 'selector', 'matchLabels')));
      return wanted.every(([label, value]) => dig(owned, ...podLabels, label) === value);
    };
    expect(selects(primary, primary)).toBe(true);
    expect(selects(target, target)).toBe(true);
    expect(selects(primary, target)).toBe(false);
    expect(selects(target, primary)).toBe(false);
  });

  it('the primary carries the pod template of the target', () => {
    const renamed = withTemplate(target, {
      metadata: { labels: { app: 'podinfo-primary' }, annotations: { 'flagger-id': 'id-1' } },
    });
    expect(dig(primary, 'spec', 'template')).toEqual(dig(renamed, 'spec', 'template'));
  });

  it('fields of pods that nobody here knows survive', () => {
    const strange = { strange: { kept: [1, 2] } };
    const from = withTemplate(target, { ...strange, spec: strange });
    expect(dig(primaryBy(workload, { target: from }), 'spec', 'template')).toMatchObject({ ...strange, spec: strange });
  });

  it('a target at zero still gets a primary that runs', () => {
    const asleep = patched(target, workload.toZero(target));
    expect(workload.atZero(primaryBy(workload, { target: asleep }))).toBe(false);
  });

  it('the primary is plain JSON, and the same every time', () => {
    expect(JSON.parse(JSON.stringify(primary))).toStrictEqual(primary);
    expect(primaryBy(workload, { target, canary })).toEqual(primary);
  });

  it('a target without an accepted label is told so', () => {
    const spec = { ...Object(target.spec), selector: { matchLabels: { component: 'x' } } };
    const why = `getSelectorLabel failed: ${target.kind.toLowerCase()} podinfo.test spec.selector.matchLabels must contain one of`;
    expect(workload.selector(canary, { ...target, spec })).toEqual({ impossible: expect.stringContaining(why) });
  });
}

function describePromotion(workload: Workload, { target }: WorkloadFixture): void {
  const live = deepFreeze(primaryBy(workload, { target, canary }));
  const next = withTemplate(target, { spec: { containers: [{ name: 'app', image: 'app:2' }] } });
  const promote = (from: KubeObject, onto: KubeObject = live) =>
    primaryBy(workload, { target: from, canary, live: onto, id: 'id-2' });

  it('the primary tells which promotion made it', () => {
    expect(workload.promoted(live, 'id-1')).toBe(true);
    expect(workload.promoted(live, 'id-2')).toBe(false);
    expect(workload.promoted(promote(next), 'id-2')).toBe(true);
  });

  it('promotion brings the new template, and again changes nothing', () => {
    const once = promote(next);
    expect(dig(once, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('app:2');
    expect(promote(next, once)).toEqual(once);
  });

  it('promotion leaves identity, selector and fields that nobody here knows alone', () => {
    const metadata = { ...live.metadata, uid: 'u', resourceVersion: '7', finalizers: ['other/hold'] };
    const marked = { ...live, metadata, spec: { ...Object(live.spec), strange: 1 }, status: { seen: true } };
    const after = promote(next, marked);
    expect(after).toMatchObject({
      metadata: { ...metadata, annotations: {} },
      spec: { strange: 1 },
      status: { seen: true },
    });
    expect(dig(after, 'spec', 'selector')).toEqual(dig(live, 'spec', 'selector'));
  });

  it('promotion never leaves a primary at zero', () => {
    const asleep = patched(live, workload.toZero(live));
    const targets = [target, patched(target, workload.toZero(target))];
    for (const autoscaled of [false, true]) {
      for (const from of targets) {
        const after = primaryBy(workload, { target: from, live: asleep, id: 'id-2', autoscaled });
        expect(workload.atZero(after)).toBe(false);
      }
    }
  });

  it('pods of a primary that somebody else made get the labels that its selector asks for', () => {
    const foreign = patched(live, { spec: { selector: { matchLabels: { app: null, tier: 'web' } } } });
    const after = promote(next, foreign);
    expect(dig(after, 'spec', 'selector')).toEqual({ matchLabels: { tier: 'web' } });
    expect(dig(after, ...podLabels)).toMatchObject({ tier: 'web', app: 'podinfo-primary' });
  });

  it('a primary that selects other pods for good makes promotion impossible', () => {
    const foreign = patched(live, { spec: { selector: { matchLabels: { app: 'other' } } } });
    const answer = workload.primary(requestFor(workload, { target: next, canary, live: foreign, id: 'id-2' }));
    const kind = target.kind.toLowerCase();
    expect(answer).toEqual({
      impossible:
        `${kind} podinfo-primary.test selects pods by app=other, which can not be changed any more, but the pods of a primary ` +
        'carry app=podinfo-primary: delete podinfo-primary once nothing depends on it, and it is made anew',
    });
  });
}

function describeScaling(workload: Workload, { target }: WorkloadFixture): void {
  const primary = deepFreeze(primaryBy(workload, { target, canary }));
  const asleep = deepFreeze(patched(target, workload.toZero(target)));

  it('to zero, at zero and from zero agree', () => {
    expect(workload.atZero(target)).toBe(false);
    expect(workload.atZero(asleep)).toBe(true);
    expect(workload.toZero(asleep)).toBeUndefined();
    expect(workload.fromZero(target, primary, undefined)).toBeUndefined();
    for (const stable of [primary, undefined, patched(primary, workload.toZero(primary))]) {
      for (const floor of [undefined, 1, 4]) {
        const awake = patched(asleep, workload.fromZero(asleep, stable, floor));
        expect(workload.atZero(awake)).toBe(false);
        expect(workload.fromZero(awake, stable, floor)).toBeUndefined();
      }
    }
  });

  it('a target that went to zero and came back is as it was', () => {
    expect(equalValues(patched(asleep, workload.fromZero(asleep, primary, undefined)), target)).toBe(true);
  });

  it('nothing but scale changes on the way to zero and back', () => {
    expect(workload.revision(asleep)).toBe(workload.revision(target));
    expect(dig(asleep, 'spec', 'template', 'spec', 'containers')).toEqual(
      dig(target, 'spec', 'template', 'spec', 'containers'),
    );
  });

  it('restoring brings a target at zero up, with a primary or without', () => {
    for (const stable of [primary, undefined]) {
      const restored = patched(asleep, workload.restore(asleep, stable));
      expect(workload.atZero(restored)).toBe(false);
      expect(workload.restore(restored, stable)).toBeUndefined();
    }
  });

  it('restoring leaves a target that runs as it is', () => {
    const small = patched(primary, workload.toZero(primary));
    for (const stable of [primary, small, undefined]) expect(workload.restore(target, stable)).toBeUndefined();
  });
}

function describeRevision(workload: Workload, { target }: WorkloadFixture): void {
  const base = workload.revision(target);
  const image = [{ name: 'app', image: 'app:2' }];

  it('a revision is 16 hex digits', () => {
    expect(base).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, KubeObject]>([
    [
      'its labels and annotations',
      { ...target, metadata: { ...target.metadata, labels: { x: 'y' }, annotations: { a: 'b' } } },
    ],
    ['its status', { ...target, status: { observedGeneration: 9 } }],
    ['what the server counts', { ...target, metadata: { ...target.metadata, generation: 9, resourceVersion: '9' } }],
    ['nulls that a server release adds', addedToTemplate(target, { creationTimestamp: null })],
    ['the order of fields', reversed(target)],
    ['how pods are replaced', patched(target, { spec: { minReadySeconds: 7, updateStrategy: { type: 'OnDelete' } } })],
  ])('it does not depend on %s', (_, same) => {
    expect(workload.revision(same)).toBe(base);
  });

  it.each<[string, KubeObject]>([
    ['another image', withTemplate(target, { spec: { containers: image } })],
    ['another pod label', withTemplate(target, { metadata: { labels: { x: 'y' } } })],
    ['another pod annotation', withTemplate(target, { metadata: { annotations: { retry: '1' } } })],
    ['another node selector', withTemplate(target, { spec: { nodeSelector: { disk: 'ssd' } } })],
  ])('%s is another revision', (_, other) => {
    expect(workload.revision(other)).not.toBe(base);
  });
}

function addedToTemplate(target: KubeObject, metadata: JsonObject): KubeObject {
  const spec = Object(target.spec);
  const { template } = spec;
  return { ...target, spec: { ...spec, template: { ...template, metadata: { ...template.metadata, ...metadata } } } };
}

function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([key, field]) => [key, reversed(field)])) as T;
}

function describeReadiness(workload: Workload, fixture: WorkloadFixture): void {
  const { statuses, ownDeadline } = fixture;
  const target = { ...fixture.target, metadata: { ...fixture.target.metadata, generation: 3 } };
  const judge = (status: JsonObject, rule: Partial<ReadinessRule> = {}): Readiness => {
    const usual = { thresholdPercent: 100, deadlineMs: DEADLINE_MS, now: BEGAN + DEADLINE_MS - 1, waitingSince: BEGAN };
    return workload.readiness({ ...target, status: { observedGeneration: 3, ...status } }, { ...usual, ...rule });
  };

  it('with all pods available it is ready, also after the deadline', () => {
    expect(judge(statuses.ready)).toEqual({ ready: true });
    expect(judge(statuses.ready, { now: BEGAN + 10 * DEADLINE_MS })).toEqual({ ready: true });
  });

  it('before its controller has looked it is not ready, and not for good', () => {
    const now = BEGAN + 10 * DEADLINE_MS;
    const why = `waiting for rollout to finish: observed ${target.kind.toLowerCase()} generation less than desired generation`;
    expect(judge({ ...statuses.ready, observedGeneration: 2 }, { now })).toEqual({
      ready: false,
      why,
      permanent: false,
    });
  });

  it('without a status it is not ready', () => {
    const { status: _, ...bare } = target as KubeObject;
    const rule = { thresholdPercent: 0, deadlineMs: DEADLINE_MS, now: BEGAN, waitingSince: BEGAN };
    expect(workload.readiness(bare, rule).ready).toBe(false);
  });

  it('with no pod available it is not ready, whatever the threshold', () => {
    for (const thresholdPercent of [0, 1, 33, 50, 99, 100]) {
      const readiness = judge(statuses.unavailable, { thresholdPercent });
      const share = `0 of \\d+ \\(readyThreshold ${thresholdPercent}%\\) updated (pods|replicas) are available`;
      expect(readiness).toMatchObject({ ready: false, permanent: false, why: expect.stringMatching(share) });
    }
  });

  it('with pods of the revision before it is not ready', () => {
    const why = expect.stringMatching(/\d+ out of \d+ new (pods|replicas) have been updated/);
    expect(judge(statuses.outdated)).toMatchObject({ ready: false, permanent: false, why });
  });

  if (!ownDeadline) {
    it('waiting ends for good at the deadline', () => {
      const deadlineAt = BEGAN + DEADLINE_MS;
      expect(judge(statuses.unavailable)).toMatchObject({ ready: false, permanent: false, deadlineAt });
      const why = `exceeded its progressDeadlineSeconds: ${DEADLINE_MS / 1000}`;
      expect(judge(statuses.unavailable, { now: deadlineAt })).toEqual({ ready: false, why, permanent: true });
    });
  }

  it.each(fixture.readiness ?? [])('%s', (_, status, why) => {
    expect(judge({ ...statuses.ready, ...status })).toMatchObject({
      ready: false,
      permanent: false,
      why: `waiting for rollout to finish: ${why}`,
    });
  });
}
