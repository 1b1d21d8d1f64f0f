import { readFileSync } from 'node:fs';
import type { Canary } from '../../../api/canary.ts';
import { parseCanary } from '../../../api/parse-canary.ts';
import { canaryManifest, options } from '../../../api/testing/canary-manifest.ts';
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../kube/object.ts';

/** A parsed Canary `podinfo` of the given namespace; fields of `service` are added to port 80 and target port `http`. */
export function canaryOf(namespace: string, service: Record<string, unknown> = {}, uid = 'canary-uid'): Canary {
  const spec = { service: { port: 80, targetPort: 'http', ...service } };
  const parsed = parseCanary(canaryManifest(spec, { namespace, uid }), options);
  if (!parsed.ok) throw new Error(parsed.refusals.map(({ message }) => message).join('; '));
  return parsed.value;
}

/** A file of recorded objects in `testdata`. */
export function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../testdata/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** As objects are recorded: without uids, without empty maps. */
export function plain(object: KubeObject): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value) => {
      const empty = (key === 'labels' || key === 'annotations') && Object.keys(value).length === 0;
      return key === 'uid' || empty ? undefined : value;
    }),
  );
}

/** Looks objects up among the given ones. */
export function liveAmong(...objects: readonly KubeObject[]): (ref: ObjectRef) => KubeObject | undefined {
  const byKey = new Map(objects.map((object) => [refKey(refOf(object)), object]));
  return (ref) => byKey.get(refKey(ref));
}

/** An object as recorded, with the uid of its owner put back. */
export function owned(object: KubeObject, uid = 'canary-uid'): KubeObject {
  const ownerReferences = object.metadata.ownerReferences?.map((owner) => ({ ...owner, uid }));
  return { ...object, metadata: { ...object.metadata, ...(ownerReferences ? { ownerReferences } : {}) } };
}

/** A Deployment `podinfo` in `test`, with fields of spec, status and pod spec as given. */
export function deployment(
  spec: Record<string, unknown> = {},
  { podSpec = {}, status = {}, metadata = {} }: Record<string, Record<string, unknown>> = {},
): KubeObject {
  const labels = { app: 'podinfo' };
  const template = { metadata: { labels }, spec: { containers: [], ...podSpec } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'podinfo', namespace: 'test', labels, ...metadata },
    spec: { replicas: 2, selector: { matchLabels: labels }, template, ...spec },
    status,
  };
}
