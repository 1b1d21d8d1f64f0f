import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { describeWorkload, type WorkloadFixture } from './conformance.ts';
import { createDaemonSets } from './daemonset.ts';
import { createDeployments } from './deployment.ts';
import { createStatefulSets } from './statefulset.ts';
import { VOLUMES } from './statefulset-volumes.ts';

const options = { selectorLabels: ['app', 'name'], includeLabelPrefix: [] };
const labels = { app: 'podinfo' };

function workload(kind: string, spec: JsonObject, annotations?: Record<string, string>): KubeObject {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'podinfo', namespace: 'test', labels, ...(annotations ? { annotations } : {}) },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

const counts = (replicas: number, updated = replicas, available = replicas): JsonObject => ({
  replicas,
  updatedReplicas: updated,
  readyReplicas: available,
  availableReplicas: available,
});

const replicaStatuses = (replicas: number): WorkloadFixture['statuses'] => ({
  ready: counts(replicas),
  unavailable: counts(replicas, replicas, 0),
  outdated: counts(replicas, 0),
});

const scheduled = (desired: number, updated = desired, available = desired): JsonObject => ({
  desiredNumberScheduled: desired,
  updatedNumberScheduled: updated,
  numberAvailable: available,
});

const nodeStatuses: WorkloadFixture['statuses'] = {
  ready: scheduled(3),
  unavailable: scheduled(3, 3, 0),
  outdated: scheduled(3, 0),
};

const moreLabels = { matchLabels: { app: 'podinfo', tier: 'web' } };
const twoLabels = {
  metadata: { labels: { app: 'podinfo', tier: 'web' } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
};

describeWorkload(createDeployments(options), [
  {
    name: 'one replica',
    target: workload('Deployment', { replicas: 1 }),
    statuses: replicaStatuses(1),
    ownDeadline: true,
  },
  {
    name: 'more labels in its selector',
    target: workload('Deployment', { replicas: 1, selector: moreLabels, template: twoLabels }),
    statuses: replicaStatuses(1),
    ownDeadline: true,
  },
  {
    name: 'three replicas',
    target: workload('Deployment', { replicas: 3, strategy: { type: 'Recreate' } }),
    statuses: replicaStatuses(3),
    readiness: [
      ['old pods are left', { replicas: 5 }, '2 old replicas are pending termination'],
      [
        'one pod is not available',
        { availableReplicas: 2 },
        '2 of 3 (readyThreshold 100%) updated replicas are available',
      ],
    ],
    ownDeadline: true,
  },
]);

describeWorkload(createDaemonSets(options), [
  {
    name: 'no node selector',
    target: workload('DaemonSet', {}),
    statuses: nodeStatuses,
    readiness: [
      ['one node is not available', { numberAvailable: 2 }, '2 of 3 (readyThreshold 100%) updated pods are available'],
      ['one node has the old pod', { updatedNumberScheduled: 2 }, '2 out of 3 new pods have been updated'],
      ['no node is to run it, so nothing would answer', scheduled(0), 'no node is to run it'],
    ],
  },
  {
    name: 'a node selector of its own',
    target: workload('DaemonSet', {
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'app:1' }], nodeSelector: { zone: 'a' } },
      },
    }),
    statuses: nodeStatuses,
  },
]);

describeWorkload(createStatefulSets(options), [
  {
    name: 'two replicas',
    target: workload('StatefulSet', { replicas: 2, serviceName: 'podinfo' }),
    statuses: replicaStatuses(2),
    readiness: [
      ['old pods are left', { replicas: 3 }, '1 old pods are pending termination'],
      ['one pod is not available', { availableReplicas: 1 }, '1 of 2 (readyThreshold 100%) updated pods are available'],
    ],
  },
  {
    name: 'volumes that each copy may have',
    target: workload(
      'StatefulSet',
      {
        replicas: 1,
        podManagementPolicy: 'Parallel',
        volumeClaimTemplates: [{ metadata: { name: 'cache' }, spec: { resources: { requests: { storage: '1Gi' } } } }],
      },
      { [VOLUMES]: 'separate' },
    ),
    statuses: replicaStatuses(1),
  },
]);
