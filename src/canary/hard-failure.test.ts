import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../kube/object.ts';
import { hardFailureOf, isSelected } from './hard-failure.ts';
import { deployment } from './testing/scene.ts';

interface PodLook {
  readonly name?: string;
  readonly hash?: string;
  readonly minute?: number;
  readonly leaving?: boolean;
  readonly waiting?: JsonObject;
  readonly init?: JsonObject;
}

function pod({ name = 'web-1', hash = 'a', minute = 0, leaving = false, waiting, init }: PodLook = {}): KubeObject {
  const status = (container: string, state: JsonObject | undefined) => ({
    name: container,
    state: state ? { waiting: state } : { running: {} },
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'test',
      labels: { app: 'web', 'pod-template-hash': hash },
      creationTimestamp: `2026-05-04T10:0${minute}:00Z`,
      ...(leaving ? { deletionTimestamp: '2026-05-04T10:05:00Z' } : {}),
    },
    status: { initContainerStatuses: [status('setup', init)], containerStatuses: [status('web', waiting)] },
  };
}

const crash = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
const target = deployment('web');

describe('pods that can never run', () => {
  test.each<readonly [string, PodLook, string | undefined]>([
    [
      'a container that crashes again and again',
      { waiting: crash },
      'container web of pod web-1 is in CrashLoopBackOff: back-off 10s restarting failed container',
    ],
    ['an init container too', { init: crash }, 'container setup of pod web-1 is in CrashLoopBackOff'],
    [
      'an image that can not be pulled',
      { waiting: { reason: 'ImagePullBackOff' } },
      'container web of pod web-1 is in ImagePullBackOff',
    ],
    ['at its first failure as well', { waiting: { reason: 'ErrImagePull' } }, 'is in ErrImagePull'],
    ['an image whose name is none', { waiting: { reason: 'InvalidImageName' } }, 'is in InvalidImageName'],
    ['an image that may not be pulled', { waiting: { reason: 'ErrImageNeverPull' } }, 'is in ErrImageNeverPull'],
    ['a container that is being made is none', { waiting: { reason: 'ContainerCreating' } }, undefined],
    ['a container that runs is none', {}, undefined],
    ['a pod that is going away is none', { waiting: crash, leaving: true }, undefined],
  ])('%s', (_, look, expected) => {
    const found = hardFailureOf(target, [pod(look)]);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });

  test('no pods at all are no failure', () => {
    expect(hardFailureOf(target, [])).toBeUndefined();
  });

  test('pods of an older template say nothing about the present one', () => {
    const old = pod({ name: 'web-old', hash: 'a', waiting: crash });
    const young = pod({ name: 'web-new', hash: 'b', minute: 1 });
    expect(hardFailureOf(target, [young, old])).toBeUndefined();
    expect(hardFailureOf(target, [old])).toContain('web-old');
  });

  test('pods that are older than the run say nothing about it', () => {
    const old = pod({ minute: 1, waiting: crash });
    expect(hardFailureOf(target, [old], '2026-05-04T10:02:00Z')).toBeUndefined();
    expect(hardFailureOf(target, [old], '2026-05-04T10:01:00Z')).toContain('web-1');
  });

  test('nothing is said before the workload’s controller has seen the template', () => {
    const changed = { ...target, metadata: { ...target.metadata, generation: 2 }, status: { observedGeneration: 1 } };
    expect(hardFailureOf(changed, [pod({ waiting: crash })])).toBeUndefined();
  });

  test('a StatefulSet names its present revision itself', () => {
    const set = { ...target, kind: 'StatefulSet', status: { observedGeneration: 1, updateRevision: 'new' } };
    const labelled = (name: string, revision: string, minute: number) => {
      const made = pod({ name, minute, waiting: crash });
      return { ...made, metadata: { ...made.metadata, labels: { app: 'web', 'controller-revision-hash': revision } } };
    };
    expect(hardFailureOf(set, [labelled('web-0', 'old', 5)])).toBeUndefined();
    expect(hardFailureOf(set, [labelled('web-0', 'old', 5), labelled('web-1', 'new', 1)])).toContain('web-1');
  });

  test('a very long message is cut', () => {
    expect(hardFailureOf(target, [pod({ waiting: { ...crash, message: 'x'.repeat(900) } })])).toHaveLength(300);
  });
});

describe('pods that are not even created', () => {
  const failing = (message: string, status = 'True') => ({
    ...target,
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'ReplicaFailure', status, reason: 'FailedCreate', message }],
    },
  });
  test.each([
    ['a quota is used up', 'pods "web-1" is forbidden: exceeded quota: compute, requested: cpu=2, used: cpu=4'],
    ['a quota asks for limits', 'pods "web-1" is forbidden: failed quota: compute: must specify limits.cpu'],
    ['the namespace forbids such pods', 'pods "web-1" is forbidden: violates PodSecurity "restricted:latest"'],
  ])('%s', (_, message) => {
    expect(hardFailureOf(failing(message), [])).toBe(`pods can't be created: ${message}`);
  });

  test.each([
    ['a webhook that is down may come back', failing('failed calling webhook "x": connection refused')],
    ['a failure that is over is none', failing('exceeded quota', 'False')],
  ])('%s', (_, object) => {
    expect(hardFailureOf(object, [])).toBeUndefined();
  });
});

describe('a pod is selected', () => {
  test.each<readonly [string, Record<string, string>, boolean]>([
    ['by all labels of a selector', { app: 'web', 'pod-template-hash': 'a' }, true],
    ['not by some of them', { app: 'web', tier: 'front' }, false],
    ['not by an empty selector', {}, false],
  ])('%s', (_, labels, expected) => {
    expect(isSelected(pod(), labels)).toBe(expected);
  });
});
