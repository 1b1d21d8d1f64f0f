import type { KubeObject } from '../../kube/object.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { ensureFields, type Fields, fieldsIn, valueIn } from './fields.ts';
import { patched } from './patch.ts';
import type { ScalePaths, Target } from './resource.ts';
import { badRequest, invalid, invalidValue } from './status-error.ts';
import { readObject, replaceObject, type WriteOptions, type Written } from './write.ts';

/** A `metav1.LabelSelector` as text; text stays as it is. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  const labels = fieldsIn(selector, 'matchLabels') ?? {};
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

/** The `autoscaling/v1` Scale of an object. */
export function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.selector ? selectorText(valueIn(object, ...paths.selector)) : '';
  const replicas = valueIn(object, ...paths.replicas);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: {
      replicas: valueIn(object, ...paths.statusReplicas) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}

function setReplicas(draft: Draft, paths: ScalePaths, replicas: number): void {
  let at: Fields = draft;
  for (const field of paths.replicas.slice(0, -1)) at = ensureFields(at, field);
  at[paths.replicas.at(-1) ?? ''] = replicas;
}

/** Writes the replicas of a Scale to its object. `scale` is a whole Scale. @throws StatusError */
export function writeScale(
  engine: Engine,
  target: Target,
  paths: ScalePaths,
  scale: unknown,
  options: WriteOptions,
): Written {
  const { resource, name = '' } = target;
  const old = readObject(engine, target);
  const replicas = valueIn(scale, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw badRequest('json: cannot unmarshal spec.replicas into int32');
  if (replicas < 0) {
    const cause = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [cause]);
  }
  const draft = draftOf(old);
  setReplicas(draft, paths, replicas);
  const version = valueIn(scale, 'metadata', 'resourceVersion');
  if (typeof version === 'string') draft.metadata.resourceVersion = version;
  const written = replaceObject(engine, { ...target, resource }, old, draft, options);
  return { ...written, object: scaleOf(written.object, paths) };
}

/** PATCH of a Scale. @throws StatusError */
export function patchScale(
  engine: Engine,
  target: Target,
  paths: ScalePaths,
  patch: unknown,
  contentType: string | undefined,
  options: WriteOptions,
): Written {
  const present = scaleOf(readObject(engine, target), paths);
  return writeScale(engine, target, paths, patched(present, patch, contentType, target.resource), options);
}
