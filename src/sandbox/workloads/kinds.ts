import type { Kind } from '../../kube/object.ts';

export const DEPLOYMENT: Kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
export const REPLICA_SET: Kind = { apiVersion: 'apps/v1', kind: 'ReplicaSet' };
export const POD: Kind = { apiVersion: 'v1', kind: 'Pod' };
export const SERVICE: Kind = { apiVersion: 'v1', kind: 'Service' };
export const ENDPOINT_SLICE: Kind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };

/** On a pod: the port on which its process listens. All pods share one address, so the port is what tells them apart. */
export const PORT_ANNOTATION = 'sandbox.sluice.dev/port';
/** On an EndpointSlice: JSON object from pod name to the port of its process. */
export const PORTS_ANNOTATION = 'sandbox.sluice.dev/ports';
/** Keeps a deleted pod until its process has finished, as a kubelet would. */
export const POD_FINALIZER = 'sandbox.sluice.dev/process';
export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** Every pod has this address. */
export const POD_ADDRESS = '127.0.0.1';

/** Whether `object` is of the kind. */
export function isKind(object: Kind, kind: Kind): boolean {
  return object.kind === kind.kind && object.apiVersion === kind.apiVersion;
}
