import type { JsonObject, KubeObject } from '../../../kube/object.ts';
import { mergePatch } from '../../../sandbox/api/patch-merge.ts';
import type { PrimaryRequest, Workload } from '../contract.ts';
import { canaryOf } from './recorded.ts';

/** An object after a merge patch, as the API server leaves it; the same when there is nothing to patch. */
export function patched(object: KubeObject, patch: JsonObject | undefined): KubeObject {
  return patch === undefined ? object : (mergePatch(object, patch) as KubeObject);
}

/** An object with other fields in its pod template, or none of them where they are `null`. */
export function withTemplate(object: KubeObject, template: JsonObject): KubeObject {
  return patched(object, { spec: { template } });
}

/** What `primary` of a workload is asked, for a target in `test`: an absent primary and no configs unless said otherwise. */
export function requestFor(
  workload: Workload,
  request: Partial<PrimaryRequest> & Pick<PrimaryRequest, 'target'>,
): PrimaryRequest {
  const canary = request.canary ?? canaryOf(request.target.metadata.namespace ?? 'test');
  const selector = request.selector ?? workload.selector(canary, request.target);
  if ('impossible' in selector) throw new Error(selector.impossible);
  const rest = { live: undefined, copiedConfigs: new Set<string>(), id: 'id-1', autoscaled: false };
  return { ...rest, ...request, canary, selector };
}

/** The primary that a workload renders; fails the test when there is none. */
export function primaryBy(
  workload: Workload,
  request: Partial<PrimaryRequest> & Pick<PrimaryRequest, 'target'>,
): KubeObject {
  const primary = workload.primary(requestFor(workload, request));
  if (!('metadata' in primary)) throw new Error(`impossible: ${primary.impossible}`);
  return primary as KubeObject;
}

/** Why a workload renders no primary; `undefined` when it does. */
export function refusalBy(
  workload: Workload,
  request: Partial<PrimaryRequest> & Pick<PrimaryRequest, 'target'>,
): unknown {
  const primary = workload.primary(requestFor(workload, request));
  return 'impossible' in primary ? primary.impossible : undefined;
}
