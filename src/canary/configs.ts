import { createHash } from 'node:crypto';
import { type Canary, ownerOf } from '../api/canary.ts';
import { dig, type KubeObject, type ObjectRef, type OwnerReference } from '../kube/object.ts';
import { configNames } from './workloads/config-names.ts';
import type { ConfigRef } from './workloads/contract.ts';
import { defined, textsOf } from './workloads/json.ts';
import { included } from './workloads/label-filters.ts';

const kinds = { configmap: 'ConfigMap', secret: 'Secret' } as const;
const OPT_OUT = 'flagger.app/config-tracking';
const trackedSecretTypes = new Set([
  'Opaque',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
]);

/** ConfigMaps and Secrets that the target's pod template names, each once, in the order in which it names them. */
export function configRefs(target: KubeObject, namespace: string): ConfigRef[] {
  const refs = new Map<string, ConfigRef>();
  for (const { kind, name, optional } of configNames(dig(target, 'spec', 'template', 'spec'))) {
    const key = `${kind}/${name}`;
    const ref = { apiVersion: 'v1', kind: kinds[kind], namespace, name };
    refs.set(key, { key, ref, optional: optional && (refs.get(key)?.optional ?? true) });
  }
  return [...refs.values()];
}

/** Whether an object takes part in tracking: not opted out by annotation, and no Secret that a controller makes. */
export function isTracked(object: KubeObject): boolean {
  if (object.metadata.annotations?.[OPT_OUT]?.startsWith('disable')) return false;
  if (object.kind !== 'Secret') return true;
  return trackedSecretTypes.has(typeof object.type === 'string' ? object.type : 'Opaque');
}

/**
 * 16 hex digits that stand for the content, as they are in `status.trackedConfigs` (Flagger compatibility). Binary data
 * counts as well, where there is any.
 */
export function checksum(object: KubeObject): string {
  const binary = goJson(textsOf(object.binaryData));
  const text = goJson(textsOf(object.data)) + (binary === 'null' ? '' : binary);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A string map as Go writes it: keys in byte order, `<`, `>`, `&` and line separators escaped; `null` when empty. */
function goJson(map: { readonly [key: string]: string }): string {
  const entries = Object.entries(map).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (entries.length === 0) return 'null';
  const text = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  return text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where the copy of a config stands. */
export function copyRefOf(source: ObjectRef): ObjectRef {
  return { ...source, name: `${source.name}-primary` };
}

/**
 * The copy that the primary's pods read: `<name>-primary`, complete. `live` is the copy as it is, whose metadata is enough.
 * A copy that several Canaries share keeps all its owners, one of them its controller.
 */
export function renderCopy(
  canary: Canary,
  source: KubeObject,
  live: KubeObject | undefined,
  includeLabelPrefix: readonly string[],
): KubeObject {
  const { data, binaryData, type } = source;
  const { labels: _, annotations: __, ...kept } = live?.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: source.kind,
    metadata: {
      ...kept,
      name: `${source.metadata.name}-primary`,
      namespace: canary.namespace,
      labels: included(source.metadata.labels, includeLabelPrefix),
      ownerReferences: owners(canary, live?.metadata.ownerReferences ?? []),
    },
    ...defined({ data, binaryData, type }),
  };
}

/** Owners that already contain the Canary stay as they are, so that two Canaries don't take the copy from each other. */
function owners(canary: Canary, present: readonly OwnerReference[]): readonly OwnerReference[] {
  if (present.some((owner) => owner.uid === canary.uid)) return present;
  return [...present.map((owner) => ({ ...owner, controller: false })), ownerOf(canary)];
}

/** Event text for a config that the target needs and that isn't there (Flagger compatibility). */
export function missingConfigMessage(config: ConfigRef, namespace: string): string {
  const kind = config.ref.kind.toLowerCase();
  const query = `${kind} ${config.ref.name}.${namespace} get query error`;
  const cause = `${query}: ${query}: ${kind}s "${config.ref.name}" not found`;
  return `createPrimaryDeployment failed: GetTargetConfigs failed: ${cause}`;
}
