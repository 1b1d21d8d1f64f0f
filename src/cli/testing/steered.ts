import { customResourceDefinitions } from '../../api/crd.ts';
import type { CanaryStatus } from '../../api/status.ts';
import { testCluster } from '../../install/testing/cluster.ts';
import type { JsonObject, StringMap } from '../../kube/object.ts';
import type { ApiAnswer, ApiRequest } from '../../kube/transport.ts';
import type { AccessFlags, ManagedCluster, manageCluster } from '../cluster-access.ts';
import type { Terminal } from '../terminal.ts';
import { canaryWith, now } from './canary.ts';
import { recorder } from './recorder.ts';

type Verb = (argv: readonly string[], terminal: Terminal, open: typeof manageCluster) => Promise<number>;

export interface Setup {
  readonly status?: Partial<CanaryStatus> | undefined;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly annotations?: StringMap;
  /** Answers in place of the server; `undefined` leaves the request to it. */
  readonly answer?: (request: ApiRequest) => ApiAnswer | undefined;
}

const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test', name: 'podinfo' };
const fields = { interval: '30s', threshold: 5, stepWeight: 10 };
const reviews = '/apis/authentication.k8s.io/v1';

/** An API server that knows alice, with podinfo in namespace test, to be steered at 12:00. */
export async function steered({ status, spec, annotations = {}, answer = () => undefined }: Setup = {}) {
  const asked: { flags?: AccessFlags; manager?: string; closed?: boolean } = {};
  const test = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } };
  const cluster = testCluster({
    seed: [...customResourceDefinitions(), test],
    answer: (request) => answer(request) ?? knowingAlice(request),
  });
  const canary = canaryWith(undefined, { service: { port: 9898 }, analysis: fields, ...spec });
  await cluster.client.create({ ...canary, metadata: { ...canary.metadata, annotations } });
  const raw = canaryWith(status)['status'] as JsonObject | undefined;
  if (raw) await cluster.client.patch(ref, { status: raw }, { subresource: 'status' });

  const open = async (flags: AccessFlags, manager: string): Promise<ManagedCluster> => {
    Object.assign(asked, { flags, manager });
    const close = async () => {
      asked.closed = true;
    };
    return { client: cluster.client, namespace: 'default', version: cluster.version, close };
  };
  return {
    asked,
    async call(verb: Verb, ...argv: string[]) {
      const terminal = recorder(now);
      const code = await verb(argv, terminal, open);
      return { code, ...terminal.written };
    },
    /** Annotations of the Canary as they are now. */
    async annotations() {
      return (await cluster.client.get(ref)).metadata.annotations ?? {};
    },
    /** Writes that arrived since the Canary was made. */
    writes: () => cluster.requests.filter((each) => each.startsWith('PATCH ') && !each.includes('/status')),
  };
}

function knowingAlice({ method, path }: ApiRequest): ApiAnswer | undefined {
  if (path === reviews) return json(200, { resources: [review] });
  if (method !== 'POST' || !path.startsWith(`${reviews}/selfsubjectreviews?`)) return undefined;
  return json(201, { kind: 'SelfSubjectReview', status: { userInfo: { username: 'alice' } } });
}

const review = { name: 'selfsubjectreviews', kind: 'SelfSubjectReview', namespaced: false };

export function json(status: number, body: unknown): ApiAnswer {
  return { status, headers: {}, body: JSON.stringify(body) };
}
