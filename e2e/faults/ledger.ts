import type { CanaryStatus } from '../../src/api/status.ts';
import { dig } from '../../src/kube/object.ts';
import type { Etcd, Version } from '../cluster/etcd.ts';

/** A version of something, and when it was written: revisions of all objects of a cluster are in one order. */
export interface At<Value> {
  readonly revision: number;
  readonly value: Value;
}

/** Every status and every route of a namespace, read from etcd, so that no crash and no cut watch leaves a gap. */
export class Ledger {
  readonly #etcd: Etcd;
  readonly #namespace: string;
  readonly #statuses: Version[] = [];
  readonly #routes: Version[] = [];
  #from = 0;

  constructor(etcd: Etcd, namespace: string) {
    this.#etcd = etcd;
    this.#namespace = namespace;
  }

  /** Forgets all, and begins anew with what is written from now on. */
  async open(): Promise<void> {
    this.#statuses.length = 0;
    this.#routes.length = 0;
    this.#from = (await this.#etcd.revision()) + 1;
  }

  /** Takes down what was written since the last time; must be called before etcd forgets it. */
  async read(): Promise<void> {
    const next = (await this.#etcd.revision()) + 1;
    const [statuses, routes] = await Promise.all(
      ['flagger.app/canaries', 'networking.istio.io/virtualservices'].map((kind) =>
        this.#etcd.history(`/registry/${kind}/${this.#namespace}/`, this.#from),
      ),
    );
    const isNew = ({ revision }: Version) => revision < next;
    this.#statuses.push(...(statuses ?? []).filter(isNew));
    this.#routes.push(...(routes ?? []).filter(isNew));
    this.#from = next;
  }

  statuses(name: string): readonly At<Partial<CanaryStatus>>[] {
    return versionsOf(this.#statuses, name, (object) => (dig(object, 'status') ?? {}) as Partial<CanaryStatus>);
  }

  /** Percent that a VirtualService sends to the canary. */
  weights(name: string): readonly At<number>[] {
    return versionsOf(this.#routes, name, (object) => {
      const routes = dig(object, 'spec', 'http', 0, 'route') as
        | readonly { readonly destination: { readonly host: string }; readonly weight?: number }[]
        | undefined;
      return routes?.find(({ destination }) => destination.host === `${name}-canary`)?.weight ?? 0;
    });
  }
}

function versionsOf<Value>(
  versions: readonly Version[],
  name: string,
  read: (object: unknown) => Value,
): readonly At<Value>[] {
  return versions
    .filter(({ key, value }) => key.endsWith(`/${name}`) && value !== '')
    .map(({ revision, value }) => ({ revision, value: read(JSON.parse(value)) }));
}
