import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { podConfig } from './pod-config.ts';
import { imageTag, podSpecOf, tagFault } from './pod-spec.ts';

const spec = { name: 'web-abc-xyz', namespace: 'test', workload: 'web', image: 'example/app:1.2.3', env: {} };

describe('the behaviour of a pod', () => {
  it.each([
    { name: 'nothing', env: {}, expected: { errorRate: 0, latencyMs: 0, readyAfterMs: 0 } },
    { name: 'an error rate', env: { FAULT_ERROR_RATE: '0.25' }, expected: { errorRate: 0.25 } },
    { name: 'an error rate above 1', env: { FAULT_ERROR_RATE: '7' }, expected: { errorRate: 1 } },
    { name: 'a negative error rate', env: { FAULT_ERROR_RATE: '-1' }, expected: { errorRate: 0 } },
    { name: 'a latency', env: { FAULT_LATENCY_MS: '120' }, expected: { latencyMs: 120 } },
    { name: 'a latency that is no number', env: { FAULT_LATENCY_MS: 'much' }, expected: { latencyMs: 0 } },
    { name: 'a crash', env: { FAULT_CRASH_AFTER_S: '1.5' }, expected: { crashAfterMs: 1500 } },
    { name: 'an empty crash', env: { FAULT_CRASH_AFTER_S: '' }, expected: { crashAfterMs: undefined } },
    { name: 'never ready', env: { FAULT_NOT_READY: 'true' }, expected: { readyAfterMs: undefined } },
    { name: 'not never ready', env: { FAULT_NOT_READY: 'false' }, expected: { readyAfterMs: 0 } },
    { name: 'a late readiness', env: { READY_AFTER_MS: '300' }, expected: { readyAfterMs: 300 } },
    { name: 'a drain time', env: { DRAIN_MS: '0' }, expected: { drainMs: 0 } },
  ])('follows from the environment: $name', ({ env, expected }) => {
    expect(podConfig({ ...spec, env })).toMatchObject({ pod: 'web-abc-xyz', version: '1.2.3', ...expected });
  });

  it('follows from the image tag: a stuck one never gets ready', () => {
    expect(podConfig({ ...spec, image: 'app:1-stuck', env: { READY_AFTER_MS: '1' } }).readyAfterMs).toBeUndefined();
  });
});

describe('an image tag', () => {
  it.each([
    ['app', 'latest'],
    ['app:1.0', '1.0'],
    ['localhost:5000/app', 'latest'],
    ['localhost:5000/app:2.0@sha256:abc', '2.0'],
  ])('of %s is %s', (image, tag) => expect(imageTag(image)).toBe(tag));

  it.each([
    ['app:1', 'web', 'none'],
    ['app:1-stuck', 'web', 'stuck'],
    ['app:1-deadline', 'web', 'deadline'],
    ['app:1-badprimary', 'web', 'none'],
    ['app:1-badprimary', 'web-primary', 'deadline'],
  ])('of %s on %s is the fault %s', (image, workload, fault) => expect(tagFault(image, workload)).toBe(fault));
});

describe('the workload of a pod', () => {
  const pod = (metadata: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-abc-xyz', namespace: 'test', ...metadata },
    spec: { containers: [{ image: 'app:1', env: [{ name: 'A', value: 'b' }, { name: 'C', valueFrom: {} }, {}] }] },
  });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: '1', controller: true };

  it('is the Deployment whose ReplicaSet manages it', () => {
    const owned = pod({ labels: { 'pod-template-hash': 'abc' }, ownerReferences: [owner] });
    expect(podSpecOf(owned)).toMatchObject({ workload: 'web', image: 'app:1', env: { A: 'b', C: '' } });
  });

  it('is the manager itself when that isn’t made from a template hash, and the pod when it has none', () => {
    expect(podSpecOf(pod({ ownerReferences: [owner] })).workload).toBe('web-abc');
    expect(podSpecOf(pod({})).workload).toBe('web-abc-xyz');
  });
});
