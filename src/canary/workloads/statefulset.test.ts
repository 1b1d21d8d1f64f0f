import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { createStatefulSets } from './statefulset.ts';
import { statefulSetReadiness } from './statefulset-readiness.ts';
import { VOLUMES } from './statefulset-volumes.ts';
import { primaryBy, refusalBy } from './testing/pods.ts';

const workload = createStatefulSets({ selectorLabels: ['app'], includeLabelPrefix: [] });
const labels = { app: 'podinfo' };

function statefulSet(spec: JsonObject = {}, annotations: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'podinfo', namespace: 'test', labels, annotations },
    spec: {
      replicas: 2,
      serviceName: 'podinfo-peers',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [] } },
      ...spec,
    },
  };
}

function claim(name: string, storage = '1Gi', more: JsonObject = {}): JsonObject {
  return { metadata: { name }, spec: { resources: { requests: { storage } }, ...more } };
}

const separate = { [VOLUMES]: 'separate' };
const rolling = (rollingUpdate: JsonObject) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

describe('a primary that is created', () => {
  const spec = {
    ...rolling({ maxUnavailable: 2, partition: 0 }),
    podManagementPolicy: 'Parallel',
    minReadySeconds: 5,
    ordinals: { start: 1 },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
    volumeClaimTemplates: [claim('cache')],
  };

  test('takes over how pods are made, with claims of its own name', () => {
    const primary = primaryBy(workload, { target: statefulSet(spec, separate) });
    expect(primary.metadata.name).toBe('podinfo-primary');
    expect(primary.spec).toMatchObject({ ...spec, ...rolling({ maxUnavailable: 2 }), replicas: 2 });
  });

  test('is governed by the Service of the primary, which selects its pods', () => {
    expect(primaryBy(workload, { target: statefulSet() }).spec).toMatchObject({ serviceName: 'podinfo-primary' });
  });
});

describe('a target can not have a primary', () => {
  test.each<[string, KubeObject, string]>([
    [
      'that does not roll',
      statefulSet({ updateStrategy: { type: 'OnDelete' } }),
      'statefulset podinfo.test must have RollingUpdate strategy but have OnDelete',
    ],
    [
      'that holds back pods',
      statefulSet(rolling({ partition: 1 })),
      'statefulset podinfo.test holds back pods by the partition 1 of its updateStrategy, which would keep old pods in the canary: set it to 0',
    ],
    [
      'whose volumes may hold data',
      statefulSet({ volumeClaimTemplates: [claim('data'), claim('log')] }),
      'statefulset podinfo.test has volumes (data, log), of which the primary would get empty ones of its own: if no data that ' +
        'must last is kept in them, annotate it with sluice.dev/volumes: separate',
    ],
    [
      'whose volumes are said to be something else',
      statefulSet({ volumeClaimTemplates: [claim('data')] }, { [VOLUMES]: 'shared' }),
      'statefulset podinfo.test has volumes (data), of which the primary would get empty ones of its own: if no data that ' +
        'must last is kept in them, annotate it with sluice.dev/volumes: separate',
    ],
  ])('%s', (_, target, why) => {
    expect(refusalBy(workload, { target })).toBe(why);
  });
});

describe('a primary that is promoted', () => {
  const before = statefulSet({ volumeClaimTemplates: [claim('cache')], podManagementPolicy: 'Parallel' }, separate);
  const live = primaryBy(workload, { target: before });
  const promote = (spec: JsonObject) =>
    primaryBy(workload, { target: statefulSet({ volumeClaimTemplates: [claim('cache')], ...spec }), live, id: 'id-2' });

  test('keeps what can not be changed', () => {
    const { spec } = promote({
      podManagementPolicy: 'OrderedReady',
      serviceName: 'other',
      replicas: 3,
      minReadySeconds: 1,
    });
    expect(spec).toMatchObject({
      replicas: 3,
      minReadySeconds: 1,
      podManagementPolicy: 'Parallel',
      serviceName: 'podinfo-primary',
      volumeClaimTemplates: [claim('cache')],
    });
  });

  test('rolls all of its pods, whatever the target says by now', () => {
    expect(promote(rolling({ partition: 1, maxUnavailable: 3 })).spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 3 } },
    });
    expect(promote(rolling({ partition: 1 })).spec).not.toHaveProperty('updateStrategy.rollingUpdate.partition');
    expect(promote({ updateStrategy: { type: 'OnDelete' } }).spec).not.toHaveProperty('updateStrategy');
  });

  test('can not get other volumes', () => {
    const target = statefulSet({ volumeClaimTemplates: [claim('cache', '2Gi')] });
    expect(refusalBy(workload, { target, live })).toBe(
      'statefulset podinfo-primary.test has other volumeClaimTemplates than the target, which can not be changed any more: ' +
        'delete it with --cascade=orphan, and it is made anew around its pods',
    );
  });

  test('has the same volumes, whatever API servers add to them', () => {
    const filled = {
      ...claim('cache', '1Gi', { volumeMode: 'Filesystem' }),
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
    };
    const target = statefulSet({ volumeClaimTemplates: [{ ...filled, status: { phase: 'Pending' } }] });
    expect(refusalBy(workload, { target, live })).toBeUndefined();
  });
});

describe('readiness', () => {
  const rule = { thresholdPercent: 100, deadlineMs: 60_000, now: 0, waitingSince: 0 };
  const counts = { replicas: 2, updatedReplicas: 2 };

  test.each<[string, JsonObject, JsonObject, boolean]>([
    ['a cluster that does not count available pods counts ready ones', {}, { ...counts, readyReplicas: 2 }, true],
    ['pods that are ready are not yet available', {}, { ...counts, readyReplicas: 2, availableReplicas: 1 }, false],
    ['no replicas wanted, none there', { replicas: 0 }, {}, true],
    ['no replicas wanted, some left', { replicas: 0 }, { replicas: 1 }, false],
    ['an absent number of replicas means one', { replicas: null }, {}, false],
  ])('%s', (_, spec, status, ready) => {
    expect(statefulSetReadiness({ ...statefulSet(spec), status }, rule).ready).toBe(ready);
  });
});
