import { Client } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../kube/transport.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { inProcessTransport } from '../../sandbox/api/in-process.ts';
import { createApiServer } from '../../sandbox/api/server.ts';

/** Kinds of an installation that the embedded API server doesn't know on its own. */
const kinds = [
  { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole', scope: 'Cluster' },
  { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRoleBinding', scope: 'Cluster' },
  { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role', scope: 'Namespaced' },
  { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'RoleBinding', scope: 'Namespaced' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'ServiceMonitor', scope: 'Namespaced' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy', scope: 'Namespaced' },
];

function definitionOf({ group, version, kind, scope }: (typeof kinds)[number]): KubeObject {
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' } },
    spec: {
      group,
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

/** What a test asks about: requests that arrived, and the answers that it gives in place of the server. */
export interface TestCluster {
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly requests: string[];
  version(): Promise<string>;
  /** The same cluster as somebody else sees it, who gets other answers. */
  seenWith(answer: Answerer): TestCluster;
}

/** Answers in place of the server; `undefined` leaves the request to it. A watch that is answered ends without an event. */
export type Answerer = (request: ApiRequest) => ApiAnswer | undefined;

export interface TestClusterOptions {
  readonly seed?: readonly KubeObject[];
  readonly answer?: Answerer;
}

/** An embedded cluster into which can be installed: it has the kinds, and server-side apply as far as one writer needs it. */
export function testCluster({ seed = [], answer = () => undefined }: TestClusterOptions = {}): TestCluster {
  const clock = new VirtualClock();
  const server = createApiServer({ clock, seed: [...kinds.map(definitionOf), ...seed] });
  return seenBy(inProcessTransport(server), clock, answer);
}

function seenBy(inner: Transport, clock: VirtualClock, answer: Answerer): TestCluster {
  const requests: string[] = [];
  const transport: Transport = {
    ...inner,
    async send(request) {
      requests.push(`${request.method} ${request.path}`);
      const given = answer(request);
      if (given) return given;
      const isApply = request.headers?.['content-type'] === 'application/apply-patch+yaml';
      return isApply ? apply(inner, request) : inner.send(request);
    },
    async stream(request, onLine) {
      return answer(request)?.status ?? inner.stream(request, onLine);
    },
  };
  return {
    client: new Client(transport, { clock, fieldManager: 'sluice-test' }),
    clock,
    requests,
    version: async () => 'v1.34.4',
    seenWith: (other) => seenBy(inner, clock, other),
  };
}

/** Creates the object, or lays it over the present one: enough for a writer who never takes a field away. */
async function apply(inner: Transport, request: ApiRequest): Promise<ApiAnswer> {
  const [path = '', query = ''] = request.path.split('?', 2);
  const params = query.replace('&force=true', '');
  const present = await inner.send({ method: 'GET', path });
  const merge = { ...request.headers, 'content-type': 'application/merge-patch+json' };
  if (present.status === 200) return inner.send({ ...request, path: `${path}?${params}`, headers: merge });
  const json = { ...request.headers, 'content-type': 'application/json' };
  const collection = path.slice(0, path.lastIndexOf('/'));
  return inner.send({ ...request, method: 'POST', path: `${collection}?${params}`, headers: json });
}

/** Lets time pass until the work is done, however many requests it takes. */
export async function inTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let ended = false;
  const watched = work.finally(() => {
    ended = true;
  });
  watched.catch(() => {});
  while (!ended) await clock.advance(1_000);
  return watched;
}
