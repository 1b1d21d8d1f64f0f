import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Telling } from '../api/status.ts';
import type { Cluster } from '../kube/cluster.ts';
import { ApiError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Herald } from './herald.ts';
import type { Observation } from './observation.ts';
import { carrying, delivered, eventRef, isFresh, restored, untold } from './telling.ts';

/** Sees to it that what was decided is said, by this controller or by the next one (see `telling.ts`). */
export class Teller {
  readonly #cluster: Pick<Cluster, 'read'>;
  readonly #herald: Pick<Herald, 'say' | 'isBehind'>;
  /** Ids of what the last status of each Canary keeps, as far as it was said. */
  readonly #told = new Map<string, ReadonlySet<string>>();

  constructor(cluster: Pick<Cluster, 'read'>, herald: Pick<Herald, 'say' | 'isBehind'>) {
    this.#cluster = cluster;
    this.#herald = herald;
  }

  /** Says what was left to be said, unless it was this controller's and it has, or Events prove that another one has. */
  async catchUp(key: string, seen: Observation, canary: Canary | undefined, signal: AbortSignal): Promise<void> {
    const { object, status, at } = seen;
    const open = this.#unsaid(key, status);
    // Of a spec that is refused nobody knows whom to tell
    if (!canary || open.length === 0) return;
    if (isFresh(status, at)) {
      const find = (name: string) => this.#eventOf(object, name, signal);
      this.#herald.say(object, canary, status, await untold(restored(open, object, canary), find));
    }
    this.#told.set(key, idsIn(status));
  }

  /** The next status, which goes on to keep what is still on its way. */
  withArrears(next: CanaryStatus, { object, status }: Observation): CanaryStatus {
    if (next === status || !this.#herald.isBehind(object)) return next;
    const known = idsIn(next);
    return carrying(
      next,
      status.run?.telling?.filter(({ id }) => !known.has(id)),
    );
  }

  /** Notes that what a status says was said, but for what was open in the one before. */
  said(key: string, before: CanaryStatus, now: CanaryStatus): void {
    const open = new Set(this.#unsaid(key, before).map(({ id }) => id));
    this.#told.set(key, new Set([...idsIn(now)].filter((id) => !open.has(id))));
  }

  forget(key: string): void {
    this.#told.delete(key);
  }

  #unsaid(key: string, { run }: CanaryStatus): readonly Telling[] {
    const told = this.#told.get(key);
    return run?.telling?.filter(({ id }) => !told?.has(id)) ?? [];
  }

  /** Who may not read Events says nothing twice. While they can't be read, decisions don't wait: better twice than never. */
  async #eventOf(regarding: KubeObject, name: string, signal: AbortSignal): Promise<KubeObject | undefined> {
    try {
      return await this.#cluster.read(eventRef(regarding.metadata.namespace ?? '', name), signal);
    } catch (error) {
      if (!(error instanceof ApiError) || signal.aborted) throw error;
      if (error.reason !== 'Forbidden') return undefined;
      return { ...regarding, metadata: { ...regarding.metadata, annotations: delivered } };
    }
  }
}

function idsIn({ run }: CanaryStatus): ReadonlySet<string> {
  return new Set(run?.telling?.map(({ id }) => id));
}
