import { afterEach, describe, expect, it } from 'vitest';
import { dig } from '../../kube/object.ts';
import { DEPLOYMENT, REVISION_ANNOTATION } from './kinds.ts';
import { isPodReady } from './pod-status.ts';
import { deploymentOf, podTemplate } from './testing/stage.ts';
import { virtualStage } from './testing/virtual-stage.ts';

const MINUTE_MS = 60_000;

async function open() {
  const stage = await virtualStage();
  stages.push(stage);
  return stage;
}

const stages: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

const image = (tag: string) => ({ spec: { template: podTemplate('web', tag) } });
const ref = { ...DEPLOYMENT, namespace: 'test', name: 'web' };

describe('a Deployment', () => {
  it('gets one ReplicaSet with its template hash and as many ready pods as it asks for', async () => {
    const { cluster, rolledOut, pods, sets, status, condition, errors } = await open();
    await cluster.create(deploymentOf('web', '1.0.0', { replicas: 3 }));
    expect(await rolledOut()).toBe(true);
    expect(sets()).toHaveLength(1);
    const hash = sets()[0]?.metadata.labels?.['pod-template-hash'];
    expect(sets()[0]?.metadata.name).toBe(`web-${hash}`);
    expect(pods().map((pod) => pod.metadata.labels)).toEqual(Array(3).fill({ app: 'web', 'pod-template-hash': hash }));
    for (const pod of pods()) expect(pod.metadata.name).toMatch(/^web-[0-9a-z]+-[0-9a-z]+$/);
    expect(status('unavailableReplicas')).toBeUndefined();
    expect(condition('Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
    expect(condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    });
    expect(errors).toEqual([]);
  });

  it('says while pods start that it has no minimum availability and progresses', async () => {
    const { advance, cluster, status, condition } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await advance(500);
    expect(status('observedGeneration')).toBe(1);
    expect(status('replicas')).toBe(2);
    expect(status('unavailableReplicas')).toBe(2);
    expect(status('readyReplicas')).toBeUndefined();
    expect(condition('Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  });

  it.each([
    { name: 'one above, none missing', rolling: { maxSurge: 1, maxUnavailable: 0 }, most: 5, least: 4 },
    { name: 'none above, one missing', rolling: { maxSurge: 0, maxUnavailable: 1 }, most: 4, least: 3 },
    { name: 'the default quarter of each', rolling: {}, most: 5, least: 3 },
    { name: 'all at once', rolling: { maxSurge: '100%', maxUnavailable: 0 }, most: 8, least: 4 },
  ])('rolls within its bounds: $name', async ({ rolling, most, least }) => {
    const { cluster, rolledOut, pods, patch, sets } = await open();
    await cluster.create(deploymentOf('web', '1.0.0', { replicas: 4, strategy: { rollingUpdate: rolling } }));
    await rolledOut();
    const seen = { most: 0, least: 9 };
    const stop = cluster.onChange(() => {
      const alive = pods().filter((pod) => pod.metadata.deletionTimestamp === undefined);
      seen.most = Math.max(seen.most, alive.length);
      seen.least = Math.min(seen.least, alive.filter(isPodReady).length);
    });
    await patch('web', image('2.0.0'));
    expect(await rolledOut()).toBe(true);
    stop();
    expect(seen).toEqual({ most, least });
    expect(sets()).toHaveLength(2);
    expect(new Set(pods().map((pod) => dig(pod, 'spec', 'containers', 0, 'image')))).toEqual(
      new Set(['example/app:2.0.0']),
    );
  });

  it('takes all old pods down before new ones start when its strategy is Recreate', async () => {
    const { cluster, rolledOut, pods, patch } = await open();
    await cluster.create(deploymentOf('web', '1.0.0', { strategy: { type: 'Recreate' } }));
    await rolledOut();
    let mixed = false;
    cluster.onChange(() => {
      mixed ||= new Set(pods().map((pod) => pod.metadata.labels?.['pod-template-hash'])).size > 1;
    });
    await patch('web', image('2.0.0'));
    expect(await rolledOut()).toBe(true);
    expect(mixed).toBe(false);
  });

  it('scales up and down without a new ReplicaSet, down to nothing', async () => {
    const { advance, cluster, rolledOut, pods, patch, sets, status, condition } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    for (const replicas of [5, 1, 0]) {
      await patch('web', { spec: { replicas } });
      await advance(5000);
      expect(pods()).toHaveLength(replicas);
      expect(status('readyReplicas') ?? 0).toBe(replicas);
      expect(condition('Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
    }
    expect(sets()).toHaveLength(1);
  });

  it('counts a pod as available only after minReadySeconds', async () => {
    const { advance, cluster, status, rolledOut } = await open();
    await cluster.create(deploymentOf('web', '1.0.0', { minReadySeconds: 30 }));
    await advance(10_000);
    expect(status('readyReplicas')).toBe(2);
    expect(status('availableReplicas')).toBeUndefined();
    expect(await rolledOut()).toBe(true);
    await advance(21_000);
    expect(status('availableReplicas')).toBe(2);
  });

  it('gives up when nothing moves for progressDeadlineSeconds, and is done when it moves after all', async () => {
    const { advance, cluster, condition, rolledOut, patch } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    await patch('web', { spec: { progressDeadlineSeconds: 60, ...image('2.0.0-stuck').spec } });
    await advance(55_000);
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await advance(10_000);
    const message = expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/);
    expect(condition('Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded', message });
    expect(condition('Available')).toMatchObject({ status: 'True' });
    await patch('web', image('2.0.1'));
    expect(await rolledOut()).toBe(true);
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it.each([
    { name: 'web', tag: '1.0.0-deadline', gaveUp: true },
    { name: 'web-primary', tag: '1.0.0-badprimary', gaveUp: true },
    { name: 'web-primary', tag: '1.0.0-deadline', gaveUp: true },
    { name: 'web', tag: '1.0.0-badprimary', gaveUp: false },
    { name: 'web', tag: '1.0.0', gaveUp: false },
  ])('with image tag $tag and name $name has given up at once: $gaveUp', async ({ name, tag, gaveUp }) => {
    const { advance, cluster, condition } = await open();
    await cluster.create(deploymentOf(name, tag));
    await advance(5000);
    const reason = gaveUp ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable';
    expect(condition('Progressing', name)?.['reason']).toBe(reason);
    expect(condition('Available', name)?.['status']).toBe(gaveUp ? 'False' : 'True');
  });

  it('that went to zero is available and done, whatever its image says', async () => {
    const { advance, cluster, condition, pods } = await open();
    await cluster.create(deploymentOf('web', '1.0.0-deadline', { replicas: 0 }));
    await advance(5000);
    expect(pods()).toEqual([]);
    expect(condition('Available')).toMatchObject({ status: 'True' });
    expect(condition('Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
  });

  it('returns to the ReplicaSet of an earlier template and numbers revisions on', async () => {
    const { cluster, rolledOut, patch, sets, deployment } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    for (const tag of ['2.0.0', '1.0.0']) {
      await patch('web', image(tag));
      await rolledOut();
    }
    expect(sets()).toHaveLength(2);
    expect(
      sets()
        .map((set) => set.metadata.annotations?.[REVISION_ANNOTATION])
        .toSorted(),
    ).toEqual(['2', '3']);
    expect(deployment()?.metadata.annotations?.[REVISION_ANNOTATION]).toBe('3');
  });

  it('forgets old ReplicaSets beyond revisionHistoryLimit', async () => {
    const { advance, cluster, rolledOut, patch, sets } = await open();
    await cluster.create(deploymentOf('web', '1.0.0', { revisionHistoryLimit: 1 }));
    for (const tag of ['2.0.0', '3.0.0', '4.0.0']) {
      await rolledOut();
      await patch('web', image(tag));
    }
    await rolledOut();
    await advance(1000);
    expect(sets()).toHaveLength(2);
  });

  it('that is paused scales but keeps its template, and goes on when it isn’t paused any more', async () => {
    const { advance, cluster, rolledOut, patch, pods, sets, condition } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    await patch('web', { spec: { paused: true, replicas: 3, ...image('2.0.0').spec } });
    await advance(5000);
    expect(pods()).toHaveLength(3);
    expect(sets()).toHaveLength(1);
    expect(condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    await patch('web', { spec: { paused: false } });
    expect(await rolledOut()).toBe(true);
    expect(sets()).toHaveLength(2);
  });

  it('takes its ReplicaSets and pods along when it is deleted', async () => {
    const { advance, cluster, rolledOut, pods, sets, deployment } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    await cluster.delete(ref);
    await advance(1000);
    expect(deployment()).toBeUndefined();
    expect(sets()).toEqual([]);
    expect(pods()).toEqual([]);
  });

  it('that rests costs no write', async () => {
    const { advance, cluster, server, rolledOut } = await open();
    await cluster.create(deploymentOf('web', '1.0.0'));
    await rolledOut();
    await advance(1000);
    const before = server.revision();
    await advance(60 * MINUTE_MS);
    expect(server.revision()).toBe(before);
  });
});
