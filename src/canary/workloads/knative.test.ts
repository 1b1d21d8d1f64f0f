import { describe, expect, test } from 'vitest';
import { PRIMARY_REVISION } from '../../api/knative.ts';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { knative } from './knative.ts';
import { canaryOf, liveAmong } from './testing/recorded.ts';

const apiVersion = 'serving.knative.dev/v1';
const canary = canaryOf('test');

function service(latest: string | undefined, primary?: string, { observed = 1 } = {}): KubeObject {
  const annotations = { note: 'kept', ...(primary === undefined ? {} : { [PRIMARY_REVISION]: primary }) };
  return {
    apiVersion,
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'test', generation: 1, annotations },
    spec: { template: { spec: { containers: [] } }, traffic: [{ latestRevision: true, percent: 100 }] },
    status: { observedGeneration: observed, ...(latest === undefined ? {} : { latestCreatedRevisionName: latest }) },
  };
}

function revision(name: string, condition?: JsonObject): KubeObject {
  const conditions = condition
    ? [
        { type: 'Active', status: 'False' },
        { type: 'Ready', ...condition },
      ]
    : [];
  return { apiVersion, kind: 'Revision', metadata: { name, namespace: 'test' }, status: { conditions } };
}

const up = (name: string) => revision(name, { status: 'True' });
const not = (why: string) => ({ ready: false, why: `waiting for rollout to finish: ${why}`, permanent: false });

describe('a revision of Knative', () => {
  test('is told from others by its name alone', () => {
    const one = knative.revision(service('podinfo-1'));
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(knative.revision(service('podinfo-1', 'podinfo-1'))).toBe(one);
    expect(knative.revision(service('podinfo-2'))).not.toBe(one);
  });

  test('is not there yet', () => {
    expect(knative.revision(service(undefined))).toEqual({ impossible: 'service podinfo.test has no revision yet' });
  });
});

test('promotion names the latest revision as the primary, and changes nothing else', () => {
  const target = service('podinfo-2', 'podinfo-1');
  const promoted = knative.primary({ canary, target, live: liveAmong(), id: 'id-1' });
  expect(promoted).toEqual(service('podinfo-2', 'podinfo-2'));
  expect(knative.promoted(promoted, 'id-1')).toBe(true);
  expect(knative.promoted(target, 'id-1')).toBe(false);
  expect(knative.promoted(service(undefined), 'id-1')).toBe(false);
});

describe('readiness', () => {
  test.each<[string, 'primary' | 'canary', KubeObject, readonly KubeObject[], unknown]>([
    ['the canary is the latest revision', 'canary', service('p-2', 'p-1'), [up('p-2')], { ready: true }],
    ['the primary is the named one', 'primary', service('p-2', 'p-1'), [up('p-1')], { ready: true }],
    ['the first primary is the latest revision', 'primary', service('p-1'), [up('p-1')], { ready: true }],
    ['without a revision', 'canary', service(undefined), [], not('service podinfo.test has no revision yet')],
    ['an unknown revision', 'canary', service('p-2'), [up('p-1')], not('revision p-2 does not exist yet')],
    [
      'a revision without conditions',
      'primary',
      service('p-2', 'p-1'),
      [revision('p-1')],
      not('revision p-1 is not ready'),
    ],
    [
      'a revision that says why',
      'canary',
      service('p-2'),
      [revision('p-2', { status: 'False', message: 'image not found' })],
      not('revision p-2 is not ready: image not found'),
    ],
    [
      'a spec that Knative has not looked at',
      'canary',
      service('p-2', 'p-1', { observed: 0 }),
      [up('p-2')],
      not('observed service generation less than desired generation'),
    ],
  ])('%s', (_, side, target, live, expected) => {
    expect(knative.readiness(side, target, liveAmong(...live))).toEqual(expected);
  });
});

test('both sides are one object, and their revisions are looked at', () => {
  const { namespace, target } = canary;
  expect(knative.primaryRef(canary)).toEqual({ apiVersion, kind: 'Service', namespace, name: target.name });
  expect(knative.backends({ canary, target: service('p-1'), live: liveAmong() })).toEqual([]);
  expect(knative.refs(canary, service('p-2', 'p-1')).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'Revision/p-2',
    'Revision/p-1',
  ]);
  expect(knative.refs(canary, service('p-1', 'p-1'))).toHaveLength(1);
});
