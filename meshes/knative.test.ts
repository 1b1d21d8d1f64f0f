import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject, type StringMap } from '../src/kube/object.ts';
import { describeMesh } from './conformance.ts';
import { knative } from './knative.ts';
import { podinfo } from './testing/canaries.ts';
import { liveOf, rendered } from './testing/live.ts';

const mesh = knative();
const canary = podinfo('knative', {
  targetRef: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' },
});

interface Look {
  readonly annotations?: StringMap;
  readonly traffic?: readonly JsonObject[];
  readonly status?: JsonObject;
}

function service({ annotations = {}, traffic, status }: Look = {}): KubeObject {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'test', generation: 2, annotations },
    spec: { template: { spec: { containers: [{ image: 'podinfo:1' }] } }, ...(traffic ? { traffic } : {}) },
    ...(status ? { status } : {}),
  };
}

const primary = { 'flagger.app/primary-revision': 'podinfo-00001' };
const running = { latestCreatedRevisionName: 'podinfo-00001' };

describeMesh('knative', mesh, [
  { name: 'weights', canary, given: [service({ annotations: primary, status: running })] },
]);

function routed(weight: number, live: KubeObject) {
  const traffic = { primary: 100 - weight, canary: weight, mirror: false };
  const request = { canary, traffic, selectorLabel: undefined, owned: true };
  const [object] = rendered(mesh.render(request, liveOf([live])));
  return { annotations: object?.metadata.annotations, traffic: dig(object, 'spec', 'traffic') };
}

describe('the primary', () => {
  it('is the revision that runs when the Canary comes', () => {
    expect(routed(0, service({ status: running }))).toEqual({
      annotations: primary,
      traffic: [
        { latestRevision: true, percent: 0 },
        { revisionName: 'podinfo-00001', percent: 100 },
      ],
    });
  });

  it('stays that of the route when its annotation was removed', () => {
    const traffic = [
      { latestRevision: true, percent: 30 },
      { revisionName: 'podinfo-00001', percent: 70 },
    ];
    const live = service({ traffic, status: { latestCreatedRevisionName: 'podinfo-00002' } });
    expect(routed(30, live)).toEqual({ annotations: primary, traffic });
  });

  it('is impossible while there is no revision', () => {
    const request = {
      canary,
      traffic: { primary: 100, canary: 0, mirror: false },
      selectorLabel: undefined,
      owned: true,
    };
    expect(mesh.render(request, liveOf([service()]))).toEqual({
      impossible: 'Knative Service podinfo.test has no revision yet',
    });
    expect(mesh.render(request, liveOf([]))).toEqual({
      impossible: 'Service podinfo.test get error: services.serving.knative.dev "podinfo" not found',
    });
  });
});

it('tags of both sides stay', () => {
  const traffic = [
    { latestRevision: true, percent: 100, tag: 'next' },
    { revisionName: 'podinfo-00000', percent: 0, tag: 'stable' },
  ];
  expect(routed(20, service({ annotations: primary, traffic })).traffic).toEqual([
    { latestRevision: true, percent: 20, tag: 'next' },
    { revisionName: 'podinfo-00001', percent: 80, tag: 'stable' },
  ]);
});

it('weights that make no sense are not read', () => {
  const traffic = [{ latestRevision: true }, { revisionName: 'podinfo-00001', percent: 100 }];
  expect(mesh.read(canary, liveOf([service({ annotations: primary, traffic })]))).toEqual({
    unreadable: 'Knative Service podinfo.test traffic spec invalid',
  });
  expect(mesh.read(canary, liveOf([]))).toHaveProperty('unreadable');
});

it('what is given back sends all traffic to the latest revision', () => {
  const [back] = rendered(mesh.release(canary, liveOf([service({ annotations: { ...primary, note: 'mine' } })])));
  expect(back?.metadata.annotations).toEqual({ note: 'mine' });
  expect(dig(back, 'spec', 'traffic')).toEqual([{ latestRevision: true, percent: 100 }]);
});

describe('routes are waited for', () => {
  const waiting = 'Knative Service podinfo.test has not taken its traffic over yet';
  it.each<{ what: string; status: JsonObject; expected: unknown }>([
    { what: 'a spec that was not seen yet', status: { observedGeneration: 1 }, expected: { settled: false, waiting } },
    {
      what: 'a route that is not ready',
      status: { observedGeneration: 2, conditions: [{ type: 'RoutesReady', status: 'Unknown' }] },
      expected: { settled: false, waiting },
    },
    {
      what: 'a route that is ready',
      status: { observedGeneration: 2, conditions: [{ type: 'RoutesReady', status: 'True' }] },
      expected: { settled: true },
    },
    { what: 'a spec that was seen', status: { observedGeneration: 2 }, expected: { settled: true } },
  ])('$what', ({ status, expected }) => {
    expect(mesh.settled(canary, liveOf([service({ annotations: primary, status })]))).toEqual(expected);
  });
});
