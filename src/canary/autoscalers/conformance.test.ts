import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { describeAutoscaler } from './conformance.ts';
import { horizontalPodAutoscalers } from './hpa.ts';
import { scaledObjects } from './keda.ts';

function scaler(apiVersion: string, kind: string, spec: JsonObject): KubeObject {
  const metadata = { name: 'web', namespace: 'test', labels: { app: 'podinfo' }, annotations: { a: 'b' } };
  return { apiVersion, kind, metadata, spec };
}

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' };
const hpa = (spec: JsonObject) =>
  scaler('autoscaling/v2', 'HorizontalPodAutoscaler', {
    scaleTargetRef: deployment,
    minReplicas: 2,
    maxReplicas: 5,
    ...spec,
  });
const scaledObject = (spec: JsonObject) =>
  scaler('keda.sh/v1alpha1', 'ScaledObject', { minReplicaCount: 2, maxReplicaCount: 5, ...spec });

describeAutoscaler(horizontalPodAutoscalers, [
  {
    name: 'a metric',
    scaler: hpa({ metrics: [{ type: 'Resource', resource: { name: 'cpu' } }] }),
    bounds: { min: 'minReplicas', max: 'maxReplicas' },
    change: { metrics: [{ type: 'Resource', resource: { name: 'memory' } }] },
  },
  {
    name: 'a behavior',
    scaler: hpa({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }),
    bounds: { min: 'minReplicas', max: 'maxReplicas' },
    change: { behavior: null },
  },
]);

describeAutoscaler(scaledObjects, [
  {
    name: 'the shortest reference to its workload',
    scaler: scaledObject({
      scaleTargetRef: { name: 'podinfo' },
      triggers: [{ type: 'cpu', metadata: { value: '80' } }],
    }),
    bounds: { min: 'minReplicaCount', max: 'maxReplicaCount' },
    change: { triggers: [{ type: 'memory', metadata: { value: '50' } }] },
  },
  {
    name: 'everything that KEDA knows',
    scaler: scaledObject({
      scaleTargetRef: { ...deployment, envSourceContainerName: 'app' },
      pollingInterval: 10,
      cooldownPeriod: 20,
      idleReplicaCount: 0,
      fallback: { failureThreshold: 3, replicas: 6 },
      advanced: { restoreToOriginalReplicaCount: true, horizontalPodAutoscalerConfig: { name: 'podinfo-hpa' } },
      triggers: [{ type: 'prometheus', name: 'reqs', metadata: { query: 'sum(x{app="podinfo"})' } }],
    }),
    bounds: { min: 'minReplicaCount', max: 'maxReplicaCount' },
    change: { fallback: null, pollingInterval: 5 },
  },
]);
