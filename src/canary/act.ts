import type { Cluster } from '../kube/cluster.ts';
import { ApiError } from '../kube/errors.ts';
import { type KubeObject, refKey, refOf } from '../kube/object.ts';
import type { Desired } from './wanted.ts';
import type { Written } from './written.ts';

/** What came of making the world so. `refused`: the API server said no, in words for an event. */
export type Acted =
  | { readonly kind: 'done'; readonly writes: readonly string[] }
  /** Someone else wrote at the same time: look again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly message: string; readonly error: ApiError };

/** Writes what doesn't stand, in order. Knows no policy and is idempotent: doing it again changes nothing. */
export async function act(wanted: Desired, cluster: Cluster, written: Written, signal: AbortSignal): Promise<Acted> {
  const writes: string[] = [];
  for (const object of wanted.objects) {
    const live = cluster.get(refOf(object));
    if (written.stands(object, live)) continue;
    // It went since the look, and what else is wanted rests on its being there
    if (!live && object.metadata.resourceVersion !== undefined) return { kind: 'conflict' };
    const failed = await attempt(object, live ? 'update' : 'create', async () => {
      const answer = live ? await cluster.update(object, { signal }) : await cluster.create(object, { signal });
      written.remember(object, answer);
    });
    if (failed) return failed;
    writes.push(`${live ? 'update' : 'create'} ${refKey(refOf(object))}`);
  }
  for (const { ref, patch, what } of wanted.patches) {
    const live = cluster.get(ref);
    const failed = await attempt(live ?? { ...ref, metadata: ref }, 'update', async () => {
      await cluster.patch(ref, patch, { signal });
    });
    if (failed) return failed;
    writes.push(what);
  }
  return { kind: 'done', writes };
}

async function attempt(
  object: Pick<KubeObject, 'kind' | 'metadata'>,
  verb: 'create' | 'update',
  write: () => Promise<void>,
): Promise<Acted | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isRace(error, verb)) return { kind: 'conflict' };
    // Nobody said no: whoever visits tries again at once, and what was decided stands in the status
    if (error.code === 0 || error.code === 429 || error.code >= 500) throw error;
    const { name, namespace } = object.metadata;
    return { kind: 'refused', message: `${object.kind} ${name}.${namespace} ${verb} error: ${error.message}`, error };
  }
}

/** What can't be created because something isn't found lacks its kind or its namespace: asking again at once is in vain. */
function isRace({ reason }: ApiError, verb: 'create' | 'update'): boolean {
  if (reason === 'NotFound') return verb === 'update';
  return reason === 'Conflict' || reason === 'AlreadyExists';
}
