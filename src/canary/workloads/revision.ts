import { dig, type KubeObject } from '../../kube/object.ts';
import { digest } from '../digest.ts';
import { isObject } from './json.ts';

/**
 * Revision of a target with a pod template: 16 hex digits, equal for equal templates. The number of replicas is no part of
 * it, labels and annotations of the pods are.
 */
export function templateRevision(target: KubeObject): string {
  return digest(withoutNulls(dig(target, 'spec', 'template') ?? null));
}

/** API server releases differ in whether they return `creationTimestamp: null`; an upgrade must not start a run. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutNulls(field)]));
}
