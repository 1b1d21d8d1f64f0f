import { afterEach, describe, expect, it } from 'vitest';
import { dig, type KubeObject } from '../../kube/object.ts';
import { POD, POD_FINALIZER, PORT_ANNOTATION } from './kinds.ts';
import { isPodReady } from './pod-status.ts';
import { deploymentOf, podTemplate } from './testing/stage.ts';
import { virtualStage } from './testing/virtual-stage.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function onePod(env: Record<string, string> = {}, stopAfterMs = 0, finalizers: readonly string[] = []) {
  const stage = await virtualStage({ stopAfterMs });
  open.push(stage);
  const template = podTemplate('web', '1.0.0', env);
  await stage.cluster.create({
    ...POD,
    metadata: { ...template.metadata, name: 'web', namespace: 'test', finalizers },
    spec: template.spec,
  });
  const pod = () => stage.cluster.get({ ...POD, namespace: 'test', name: 'web' });
  const container = (...path: string[]) => dig(pod(), 'status', 'containerStatuses', 0, ...path);
  return { pod, container, ...stage };
}

const isReady = (pod: KubeObject | undefined) => pod !== undefined && isPodReady(pod);

describe('a pod', () => {
  it('is pending first, then runs with its address and port, and gets ready in time', async () => {
    const { advance, pod, container } = await onePod({ READY_AFTER_MS: '2000' });
    await advance(1999);
    expect(dig(pod(), 'status')).toMatchObject({ phase: 'Running', podIP: '127.0.0.1', qosClass: 'BestEffort' });
    expect(pod()?.metadata.annotations?.[PORT_ANNOTATION]).toBe('20000');
    expect(isReady(pod())).toBe(false);
    expect(container('state', 'running')).toBeDefined();
    await advance(1);
    expect(isReady(pod())).toBe(true);
    expect(container('ready')).toBe(true);
  });

  it('that crashes is started again on another port, later each time', async () => {
    const { advance, pod, container } = await onePod({ FAULT_CRASH_AFTER_S: '5', READY_AFTER_MS: '100' });
    await advance(5000);
    expect(isReady(pod())).toBe(false);
    expect(dig(pod(), 'status', 'podIP')).toBeUndefined();
    expect(container('state', 'waiting', 'reason')).toBe('CrashLoopBackOff');
    expect(container('lastState', 'terminated')).toMatchObject({ exitCode: 1, reason: 'Error' });
    await advance(1100);
    expect(isReady(pod())).toBe(true);
    expect(container('restartCount')).toBe(1);
    expect(pod()?.metadata.annotations?.[PORT_ANNOTATION]).toBe('20001');
    await advance(4900 + 1900);
    expect(container('restartCount')).toBe(1);
    await advance(100);
    expect(container('restartCount')).toBe(2);
  });

  it('that lived long starts over with the shortest back-off', async () => {
    const { advance, container } = await onePod({ FAULT_CRASH_AFTER_S: '70' });
    await advance(70_000 + 1000 + 70_000 + 1000);
    expect(container('restartCount')).toBe(2);
  });

  it('that is deleted stays until its process has ended, unready', async () => {
    const { advance, cluster, pod } = await onePod({}, 3000, [POD_FINALIZER]);
    await advance(2000);
    await cluster.delete({ ...POD, namespace: 'test', name: 'web' });
    await advance(2900);
    expect(pod()?.metadata.deletionTimestamp).toBeDefined();
    expect(isReady(pod())).toBe(false);
    await advance(100);
    expect(pod()).toBeUndefined();
  });

  it('that is deleted while it waits for its restart goes at once', async () => {
    const { advance, cluster, pod } = await onePod({ FAULT_CRASH_AFTER_S: '1' }, 3000, [POD_FINALIZER]);
    await advance(1500);
    await cluster.delete({ ...POD, namespace: 'test', name: 'web' });
    await advance(0);
    expect(pod()).toBeUndefined();
  });

  it('ends by force after its grace period', async () => {
    const { advance, cluster, pod } = await onePod({}, 60_000, [POD_FINALIZER]);
    await advance(2000);
    await cluster.delete({ ...POD, namespace: 'test', name: 'web' });
    await advance(30_000);
    expect(pod()).toBeUndefined();
  });

  it('of the same name as one that vanished has a process of its own', async () => {
    const { advance, cluster, pod } = await onePod();
    await advance(2000);
    const { metadata, spec } = pod() as KubeObject;
    await cluster.delete({ ...POD, namespace: 'test', name: 'web' });
    await cluster.create({ ...POD, metadata: { name: 'web', namespace: 'test', labels: metadata.labels ?? {} }, spec });
    await advance(2000);
    expect(isReady(pod())).toBe(true);
    expect(pod()?.metadata.annotations?.[PORT_ANNOTATION]).toBe('20001');
  });
});

describe('pods of a ReplicaSet', () => {
  it('are replaced when they are deleted, and unready and young ones go first when it shrinks', async () => {
    const { advance, cluster, pods, patch } = await onePod();
    await cluster.create(deploymentOf('api', '1.0.0', { replicas: 3 }));
    await advance(5000);
    const ofApi = () => pods().filter((pod) => pod.metadata.labels?.['app'] === 'api');
    const [victim, ...others] = ofApi();
    await cluster.delete({ ...POD, namespace: 'test', name: victim?.metadata.name ?? '' });
    await advance(500);
    expect(ofApi()).toHaveLength(3);
    await patch('api', { spec: { replicas: 2 } });
    await advance(5000);
    const names = (list: readonly KubeObject[]) => list.map((pod) => pod.metadata.name).toSorted();
    expect(names(ofApi())).toEqual(names(others));
  });
});
