import { afterEach, describe, expect, it } from 'vitest';
import { dig, type KubeObject } from '../../kube/object.ts';
import { ENDPOINT_SLICE, PORT_ANNOTATION, PORTS_ANNOTATION, SERVICE } from './kinds.ts';
import { deploymentOf, serviceOf } from './testing/stage.ts';
import { virtualStage } from './testing/virtual-stage.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function served(service: KubeObject, env: Record<string, string> = {}, stopAfterMs = 0) {
  const stage = await virtualStage({ stopAfterMs });
  open.push(stage);
  await stage.cluster.create(service);
  await stage.cluster.create(deploymentOf('web', '1.0.0', {}, env));
  const slices = () => stage.cluster.list(ENDPOINT_SLICE, 'test');
  const endpoints = () => (slices()[0]?.['endpoints'] ?? []) as readonly KubeObject[];
  const conditions = () => endpoints().map((endpoint) => dig(endpoint, 'conditions'));
  return { slices, endpoints, conditions, ...stage };
}

const READY = { ready: true, serving: true, terminating: false };
const UNREADY = { ready: false, serving: false, terminating: false };
const ref = { ...SERVICE, namespace: 'test', name: 'web' };

describe('the EndpointSlice of a Service', () => {
  it('lists the pods that its selector finds, with their real ports in an annotation', async () => {
    const { advance, slices, endpoints, conditions, pods, cluster } = await served(serviceOf('web', 'web'));
    await cluster.create(deploymentOf('other', '1.0.0'));
    await advance(5000);
    expect(slices()).toHaveLength(1);
    expect(slices()[0]?.metadata.labels?.['kubernetes.io/service-name']).toBe('web');
    expect(conditions()).toEqual([READY, READY]);
    const ofWeb = pods().filter((pod) => pod.metadata.labels?.['app'] === 'web');
    const ports = ofWeb.map((pod) => [pod.metadata.name, Number(pod.metadata.annotations?.[PORT_ANNOTATION])]);
    expect(JSON.parse(slices()[0]?.metadata.annotations?.[PORTS_ANNOTATION] ?? '')).toEqual(Object.fromEntries(ports));
    const uids = endpoints().map((endpoint) => dig(endpoint, 'targetRef', 'uid'));
    expect(uids.toSorted()).toEqual(ofWeb.map((pod) => pod.metadata.uid).toSorted());
  });

  it('says of pods that aren’t ready that they aren’t', async () => {
    const { advance, conditions } = await served(serviceOf('web', 'web'), { FAULT_NOT_READY: '1' });
    await advance(5000);
    expect(conditions()).toEqual([UNREADY, UNREADY]);
  });

  it('says ready of all when the Service publishes unready addresses', async () => {
    const service = serviceOf('web', 'web', { publishNotReadyAddresses: true });
    const { advance, conditions } = await served(service, { FAULT_NOT_READY: '1' });
    await advance(5000);
    expect(conditions()).toEqual(Array(2).fill({ ...UNREADY, ready: true }));
  });

  it('marks pods that end as terminating, and forgets them when they are gone', async () => {
    const { advance, conditions, patch } = await served(serviceOf('web', 'web'), {}, 2000);
    await advance(5000);
    await patch('web', { spec: { replicas: 1 } });
    await advance(1000);
    expect(conditions()).toHaveLength(2);
    expect(conditions()).toContainEqual(READY);
    expect(conditions()).toContainEqual({ ready: false, serving: false, terminating: true });
    await advance(1000);
    expect(conditions()).toEqual([READY]);
  });

  it.each([
    { name: 'a number', port: { port: 80, targetPort: 8080 }, expected: 8080 },
    { name: 'the name of a container port', port: { port: 80, targetPort: 'http' }, expected: 9898 },
    { name: 'a name that no container has', port: { port: 80, targetPort: 'grpc' }, expected: 80 },
    { name: 'nothing', port: { port: 80 }, expected: 80 },
  ])('carries the target port, given as $name', async ({ port, expected }) => {
    const ports = [{ name: 'http', appProtocol: 'http', ...port }];
    const { advance, slices } = await served(serviceOf('web', 'web', { ports }));
    await advance(5000);
    expect(slices()[0]?.['ports']).toEqual([{ name: 'http', port: expected, protocol: 'TCP', appProtocol: 'http' }]);
  });

  it('follows a new selector, goes when there is none, and comes back when somebody deletes it', async () => {
    const { advance, slices, endpoints, cluster } = await served(serviceOf('web', 'web'));
    await advance(5000);
    await cluster.patch(ref, { spec: { selector: { app: 'nobody' } } });
    await advance(100);
    expect(endpoints()).toEqual([]);
    await cluster.patch(ref, { spec: { selector: { app: 'web' } } });
    await advance(100);
    await cluster.delete({ ...ENDPOINT_SLICE, namespace: 'test', name: slices()[0]?.metadata.name ?? '' });
    await advance(100);
    expect(endpoints()).toHaveLength(2);
    await cluster.patch(ref, { spec: { selector: null } });
    await advance(100);
    expect(slices()).toEqual([]);
  });

  it('goes with its Service', async () => {
    const { advance, slices, cluster } = await served(serviceOf('web', 'web'));
    await advance(5000);
    await cluster.delete(ref);
    await advance(100);
    expect(slices()).toEqual([]);
  });
});
