import type { Live } from '../../meshes/contract.ts';
import { type Canary, ownerOf } from '../api/canary.ts';
import { controllerOf, dig, type KubeObject, type OwnerReference } from '../kube/object.ts';

/** Who inherits: `canary` as its owner references name it. */
export type Heir = Pick<Canary, 'name' | 'namespace' | 'uid'>;

/**
 * An object as this Canary may take it over: one whose controlling Canary is gone, or makes objects of other names by now, is
 * seen with ours in its place, so that the next write keeps garbage collection from taking away what serves. Anything else
 * comes back as it is.
 */
export function inherited(object: KubeObject, heir: Heir, live: Live): KubeObject {
  const owner = controllerOf(object);
  if (!owner || owner.uid === heir.uid || !isCanary(owner)) return object;
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: heir.namespace, name: owner.name };
  const former = live(ref);
  if (former?.metadata.uid === owner.uid && (isShared(object) || makes(former, object.metadata.name))) return object;
  const others = object.metadata.ownerReferences?.filter((each) => each !== owner && each.uid !== heir.uid) ?? [];
  return { ...object, metadata: { ...object.metadata, ownerReferences: [...others, ownerOf(heir)] } };
}

function isCanary({ apiVersion, kind }: OwnerReference): boolean {
  return kind === 'Canary' && apiVersion.startsWith('flagger.app/');
}

/** Copies of configs may belong to several Canaries. */
function isShared({ kind }: KubeObject): boolean {
  return kind === 'ConfigMap' || kind === 'Secret';
}

/** Whether a Canary makes an object of this name, as its spec stands. */
function makes({ spec }: KubeObject, name: string): boolean {
  const target = dig(spec, 'targetRef', 'name');
  const apex = dig(spec, 'service', 'name') ?? target;
  const scaler = dig(spec, 'autoscalerRef', 'name');
  return [apex, `${apex}-canary`, ...[apex, target, scaler].map((each) => `${each}-primary`)].includes(name);
}
