import { readFileSync } from 'node:fs';
import type { AutoscalerRef, Canary } from '../../../api/canary.ts';
import { parseCanary } from '../../../api/parse-canary.ts';
import { canaryManifest, options } from '../../../api/testing/canary-manifest.ts';
import type { JsonObject, KubeObject } from '../../../kube/object.ts';
import { owned } from '../../workloads/testing/recorded.ts';
import type { Autoscaler, ScalerRequest } from '../contract.ts';

/** Versions of a scaler and of the primary's copy, in the order in which they were written. */
export interface Recording {
  readonly target: readonly KubeObject[];
  readonly primary: readonly KubeObject[];
  readonly event?: string;
}

/** A recording in `testdata`; the copies get the uid of their owner back. */
export function recording(name: string): Recording {
  const text = readFileSync(new URL(`../testdata/${name}.json`, import.meta.url), 'utf8');
  const read = JSON.parse(text) as Recording;
  return { ...read, primary: read.primary.map((object) => owned(object)) };
}

/** The version of an object at an index, from the end where it is negative. @throws Error when there is none. */
export function version(objects: readonly KubeObject[], index: number): KubeObject {
  const object = objects.at(index);
  if (!object) throw new Error(`there is no version ${index}`);
  return object;
}

/** A Canary `podinfo` whose target has a scaler; fields of `autoscalerRef` as they are written by users. */
export function scaledCanary(autoscalerRef: JsonObject, namespace = 'test'): { canary: Canary; ref: AutoscalerRef } {
  const parsed = parseCanary(canaryManifest({ autoscalerRef }, { namespace, uid: 'canary-uid' }), options);
  if (!parsed.ok) throw new Error(parsed.refusals.map(({ message }) => message).join('; '));
  const { autoscalerRef: ref } = parsed.value;
  if (!ref) throw new Error('the Canary has no autoscalerRef');
  return { canary: parsed.value, ref };
}

export interface Asked {
  /** Fields of `autoscalerRef` besides kind, apiVersion and name. */
  readonly ref?: JsonObject;
  readonly live?: KubeObject;
  readonly follow?: ScalerRequest['follow'];
  readonly includeLabelPrefix?: readonly string[];
}

/** What an autoscaler says about the primary of a Canary in the scaler's namespace; everything follows unless said otherwise. */
export function answerOf(autoscaler: Autoscaler, scaler: KubeObject, asked: Asked = {}) {
  const { kind, apiVersion, metadata } = scaler;
  const from = scaledCanary({ apiVersion, kind, name: metadata.name, ...asked.ref }, metadata.namespace);
  const { live, follow = 'everything', includeLabelPrefix = [] } = asked;
  return autoscaler.primary({ ...from, scaler, live, follow, includeLabelPrefix });
}

/** The primary's scaler; fails the test when there is none. */
export function primaryOf(autoscaler: Autoscaler, scaler: KubeObject, asked: Asked = {}): KubeObject {
  const answer = answerOf(autoscaler, scaler, asked);
  if (!('metadata' in answer)) throw new Error(`impossible: ${answer.impossible}`);
  return answer as KubeObject;
}
