import type { Reader } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { fieldItemsIn, itemsIn, textIn, valueIn } from '../api/fields.ts';
import { ENDPOINT_SLICE, isKind, PORTS_ANNOTATION, SERVICE, SERVICE_NAME_LABEL } from '../workloads/kinds.ts';
import type { Backend } from './route-table.ts';

/** One address that takes requests. */
export interface Endpoint {
  /** Tells it from others, also from an earlier one on the same port. */
  readonly id: string;
  /** `http://address:port`. */
  readonly url: string;
}

/** Ready endpoints of a Service port; `undefined` when the Service or its port doesn't exist. */
export type Resolved = readonly Endpoint[] | undefined;

/** Knows where the ports of Services lead, from Services and EndpointSlices in the cache. */
export class Directory {
  readonly #reader: Reader;
  readonly #known = new Map<string, Resolved>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Forgets what a change may have made wrong. @returns whether it concerns endpoints at all */
  changed(object: KubeObject): boolean {
    const concerned = isKind(object, SERVICE) || isKind(object, ENDPOINT_SLICE);
    if (concerned) this.#known.clear();
    return concerned;
  }

  resolve(backend: Backend): Resolved {
    const key = `${backend.namespace}/${backend.service}:${backend.port}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#look(backend));
    return this.#known.get(key);
  }

  /** Ids of all ready endpoints of the cluster. */
  readyIds(): ReadonlySet<string> {
    const slices = this.#reader.list(ENDPOINT_SLICE);
    return new Set(slices.flatMap((slice) => endpointsOf(slice, undefined).map(({ id }) => id)));
  }

  #look({ namespace, service, port }: Backend): Resolved {
    const object = this.#reader.get({ ...SERVICE, namespace, name: service });
    const named = fieldItemsIn(object, 'spec', 'ports').find((item) => item['port'] === port || item['name'] === port);
    if (!named) return undefined;
    return this.#reader
      .list(ENDPOINT_SLICE, namespace)
      .filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === service)
      .flatMap((slice) => endpointsOf(slice, textIn(named, 'name') ?? ''));
  }
}

/** Ready endpoints of a slice; sandbox pods have one port each, others that of the slice with the given name. */
function endpointsOf(slice: KubeObject, portName: string | undefined): readonly Endpoint[] {
  const real = JSON.parse(slice.metadata.annotations?.[PORTS_ANNOTATION] ?? '{}') as Readonly<Record<string, number>>;
  const ports = fieldItemsIn(slice, 'ports');
  const own = ports.find((item) => portName === undefined || (textIn(item, 'name') ?? '') === portName);
  return fieldItemsIn(slice, 'endpoints').flatMap((endpoint) => {
    // by the API, an unknown readiness counts as ready
    const address = valueIn(endpoint, 'conditions', 'ready') === false ? undefined : itemsIn(endpoint, 'addresses')[0];
    const pod = textIn(endpoint, 'targetRef', 'name') ?? '';
    const port = real[pod] ?? own?.['port'];
    if (address === undefined || typeof port !== 'number') return [];
    const url = `http://${address}:${port}`;
    return [{ id: `${textIn(endpoint, 'targetRef', 'uid') ?? ''} ${url}`, url }];
  });
}
