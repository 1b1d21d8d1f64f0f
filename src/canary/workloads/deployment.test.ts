import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import type { PrimaryRequest, WorkloadOptions } from './contract.ts';
import { createWorkloads } from './registry.ts';
import { canaryOf, deployment, owned, plain, recorded } from './testing/recorded.ts';

const defaults: WorkloadOptions = { selectorLabels: ['app', 'name', 'app.kubernetes.io/name'], includeLabelPrefix: [] };

function deployments(options: WorkloadOptions = defaults) {
  const workload = createWorkloads(options)('Deployment');
  if (!workload) throw new Error('Deployments are known');
  return workload;
}

function primaryOf(request: Partial<PrimaryRequest> & { target: KubeObject }, options = defaults): KubeObject {
  const workload = deployments(options);
  const canary = request.canary ?? canaryOf(request.target.metadata.namespace ?? 'test');
  const selector = workload.selector(canary, request.target);
  if ('impossible' in selector) throw new Error(selector.impossible);
  const rest = { canary, selector, live: undefined, copiedConfigs: new Set<string>(), id: 'id-1', autoscaled: false };
  const primary = workload.primary({ ...rest, ...request });
  if (!('metadata' in primary)) throw new Error(String(primary.impossible));
  return primary;
}

interface Recording {
  readonly targets: readonly KubeObject[];
  readonly primaries: readonly KubeObject[];
}

describe('the primary is the recorded one', () => {
  const copied = [
    'configmap/podinfo-env',
    'configmap/podinfo-init',
    'configmap/podinfo-shared',
    'configmap/podinfo-vol',
  ];
  const copiedConfigs = new Set([...copied, 'secret/podinfo-proj', 'secret/podinfo-secret']);
  test.each<[string, Partial<PrimaryRequest>, WorkloadOptions]>([
    ['scheduling-rewrite', {}, defaults],
    ['toolkit-labels', {}, defaults],
    ['labels-flags', {}, { selectorLabels: ['component'], includeLabelPrefix: ['team/'] }],
    ['config-change-configmap', { copiedConfigs }, defaults],
  ])('%s', (scenario, request, options) => {
    const { targets, primaries } = recorded<Recording>(scenario);
    let live: KubeObject | undefined;
    for (const [index, expected] of primaries.entries()) {
      const target = targets[index] ?? targets[0];
      if (!target) throw new Error('nothing recorded');
      live = primaryOf({ ...request, target, live, id: `id-${index + 1}` }, { ...defaults, ...options });
      expect(plain(live)).toEqual(expected);
    }
  });
});

describe('a primary that is created', () => {
  test.each([
    ['has as many replicas as the target', 5, 5],
    ['has one replica when the target is at zero', 0, 1],
    ['has one replica when the target does not say', undefined, 1],
  ])('%s', (_, replicas, expected) => {
    expect(primaryOf({ target: deployment({ replicas }) }).spec).toMatchObject({ replicas: expected });
  });

  test('takes over how to roll out, but not a pause', () => {
    const rollout = {
      progressDeadlineSeconds: 60,
      minReadySeconds: 3,
      revisionHistoryLimit: 2,
      strategy: { type: 'Recreate' },
    };
    const { spec } = primaryOf({ target: deployment({ ...rollout, paused: true }) });
    expect(spec).toMatchObject(rollout);
    expect(spec).not.toHaveProperty('paused');
  });
});

describe('a primary that is promoted', () => {
  const live = owned(primaryOf({ target: deployment({ minReadySeconds: 9 }) }));
  const scaled = { ...live, spec: { ...Object(live.spec), replicas: 7, paused: true } };

  test.each([
    ['takes the number of replicas from the target', { replicas: 4 }, false, 4],
    ['keeps its number of replicas under an autoscaler', { replicas: 4 }, true, 7],
    ['keeps its number of replicas when the target is at zero', { replicas: 0 }, false, 7],
  ])('%s', (_, spec, autoscaled, replicas) => {
    const promoted = primaryOf({ target: deployment(spec), live: scaled, autoscaled, id: 'id-2' });
    expect(promoted.spec).toMatchObject({ replicas, paused: true });
  });

  test.each([
    ['at zero gets the replicas of a target that runs', { replicas: 4 }, false, 4],
    ['at zero gets one replica when the target is at zero as well', { replicas: 0 }, false, 1],
    ['at zero gets one replica under an autoscaler, which would not wake it up', { replicas: 4 }, true, 1],
  ])('%s', (_, spec, autoscaled, replicas) => {
    const asleep = { ...live, spec: { ...Object(live.spec), replicas: 0 } };
    const promoted = primaryOf({ target: deployment(spec), live: asleep, autoscaled, id: 'id-2' });
    expect(promoted.spec).toMatchObject({ replicas });
  });

  test('loses what the target no longer sets', () => {
    expect(primaryOf({ target: deployment(), live: scaled }).spec).not.toHaveProperty('minReadySeconds');
  });

  test('keeps identity, owners and fields that nobody here knows', () => {
    const metadata = { ...scaled.metadata, uid: 'u', resourceVersion: '7', annotations: { by: 'hand' } };
    const promoted = primaryOf({ target: deployment(), live: { ...scaled, metadata, unknown: 1 } });
    expect(promoted).toMatchObject({ unknown: 1, metadata: { uid: 'u', resourceVersion: '7' } });
    expect(promoted.metadata.ownerReferences).toEqual(live.metadata.ownerReferences);
    expect(promoted.metadata.annotations).toEqual({});
  });

  test('is the same when it is promoted again', () => {
    const once = primaryOf({ target: deployment(), live: scaled, id: 'id-2' });
    expect(primaryOf({ target: deployment(), live: once, id: 'id-2' })).toEqual(once);
  });

  test('carries the id of its promotion', () => {
    const promoted = primaryOf({ target: deployment(), live: scaled, id: 'id-2' });
    expect(deployments().promoted(promoted, 'id-2')).toBe(true);
    expect(deployments().promoted(promoted, 'id-1')).toBe(false);
  });
});

describe('an existing primary of somebody else', () => {
  const other = (selector: Record<string, unknown>) =>
    deployment({ selector }, { metadata: { name: 'podinfo-primary' } });

  test('keeps its selector, and its pods carry what that asks for', () => {
    const selector = {
      matchLabels: { app: 'podinfo-primary', tier: 'web' },
      matchExpressions: [{ key: 'app', operator: 'Exists' }],
    };
    const { spec } = primaryOf({ target: deployment(), live: other(selector) });
    expect(spec).toMatchObject({
      selector,
      template: { metadata: { labels: { app: 'podinfo-primary', tier: 'web' } } },
    });
  });

  test('can not become a primary when its selector asks for another value of the selector label', () => {
    const live = other({ matchLabels: { app: 'podinfo' } });
    expect(() => primaryOf({ target: deployment(), live })).toThrow(
      'deployment podinfo-primary.test selects pods by app=podinfo, which can not be changed any more, but the pods of a ' +
        'primary carry app=podinfo-primary: delete podinfo-primary once nothing depends on it, and it is made anew',
    );
  });
});

describe('the selector label', () => {
  const select = (matchLabels: Record<string, string>) =>
    deployments().selector(canaryOf('target-no-label'), deployment({ selector: { matchLabels } }));

  test('is the first accepted one, whatever its value', () => {
    expect(select({ name: 'web', 'app.kubernetes.io/name': 'x' })).toEqual({ label: 'name', value: 'web' });
  });

  test('is missing', () => {
    expect(select({ component: 'x' })).toEqual({
      impossible:
        'getSelectorLabel failed: deployment podinfo.target-no-label spec.selector.matchLabels must contain one of [app name app.kubernetes.io/name]',
    });
  });
});

describe('scaling', () => {
  const workload = deployments();
  const at = (replicas: number | undefined) => deployment({ replicas });
  const to = (replicas: number) => ({ spec: { replicas } });

  test.each([
    ['to zero', workload.toZero(at(2)), to(0)],
    ['to zero when it is there', workload.toZero(at(0)), undefined],
    ['to zero from the default', workload.toZero(at(undefined)), to(0)],
    ['from zero to the replicas of the primary', workload.fromZero(at(0), at(3), undefined), to(3)],
    ['from zero with a primary at zero', workload.fromZero(at(0), at(0), undefined), to(1)],
    ['from zero without a primary', workload.fromZero(at(0), undefined, undefined), to(1)],
    ['from zero to what an autoscaler asks for', workload.fromZero(at(0), at(3), 2), to(2)],
    ['from zero when it is up', workload.fromZero(at(1), at(3), 2), undefined],
    ['back to the replicas of the primary', workload.restore(at(0), at(3)), to(3)],
    ['back to the default of the primary', workload.restore(at(0), at(undefined)), to(1)],
    ['back when it is there', workload.restore(at(3), at(3)), undefined],
    ['back up from fewer than the primary has', workload.restore(at(1), at(3)), to(3)],
    ['never down from more than the primary has', workload.restore(at(5), at(3)), undefined],
    ['never down to a primary at zero', workload.restore(at(2), at(0)), undefined],
    ['never down from the default', workload.restore(at(undefined), at(0)), undefined],
    ['back without a primary', workload.restore(at(0), undefined), to(1)],
    ['back without a primary when it is up', workload.restore(at(2), undefined), undefined],
  ])('%s', (_, patch, expected) => {
    expect(patch).toEqual(expected);
  });

  test.each([
    [0, true],
    [1, false],
    [undefined, false],
  ])('with %s replicas wanted', (replicas, expected) => {
    expect(workload.atZero(at(replicas))).toBe(expected);
  });
});
