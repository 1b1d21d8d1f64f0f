import { describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type JsonObject, type KubeObject } from '../kube/object.ts';
import type { ApiRequest } from '../kube/transport.ts';
import type { Http } from '../runtime/http.ts';
import { type CheckRequest, checkAfter, checkBefore } from './check.ts';
import type { Finding } from './finding.ts';
import { install } from './install.ts';
import { type Answerer, type TestCluster, type TestClusterOptions, testCluster } from './testing/cluster.ts';
import { deploymentOf, namespaceOf, sluiceOf } from './testing/objects.ts';
import { optionsWith } from './testing/options.ts';

const silent: Http = { request: async () => ({ status: 503, headers: {}, body: '' }) };
const place = { name: 'sluice', namespace: 'sluice-system' };
const asked: CheckRequest = { place, providers: [], self: false, http: silent };

const route: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'httproutes.gateway.networking.k8s.io', annotations: { 'api-approved.kubernetes.io': 'x' } },
  spec: {
    group: 'gateway.networking.k8s.io',
    scope: 'Namespaced',
    names: { plural: 'httproutes', singular: 'httproute', kind: 'HTTPRoute', listKind: 'HTTPRouteList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** The same cluster, seen by somebody to whom some paths are forbidden. */
function withoutSight(cluster: TestCluster, paths: RegExp): TestCluster {
  const body = JSON.stringify({ message: 'forbidden to you', reason: 'Forbidden' });
  const reviewed = withReviews();
  return cluster.seenWith((request) =>
    paths.test(request.path) ? { status: 403, headers: {}, body } : reviewed(request),
  );
}

/** Answers access reviews: what `denied` says is not allowed. */
function reviews(denied: (attributes: JsonObject, spec: JsonObject) => boolean): Answerer {
  return ({ path, body }: ApiRequest) => {
    if (!/accessreviews/.test(path)) return undefined;
    const spec = dig(JSON.parse(body ?? '{}'), 'spec') as JsonObject;
    const allowed = !denied((spec['resourceAttributes'] ?? {}) as JsonObject, spec);
    return { status: 201, headers: {}, body: JSON.stringify({ metadata: { name: '' }, status: { allowed } }) };
  };
}

/** The embedded API server has no reviews of others: discovery has to name them. */
function withReviews(denied: Parameters<typeof reviews>[0] = () => false): Answerer {
  const answer = reviews(denied);
  const resources = ['SelfSubjectAccessReview', 'SubjectAccessReview'].map((kind) => ({
    name: `${kind.toLowerCase()}s`,
    kind,
    namespaced: false,
  }));
  return (request) =>
    request.path === '/apis/authorization.k8s.io/v1'
      ? { status: 200, headers: {}, body: JSON.stringify({ resources }) }
      : answer(request);
}

async function installed(options: TestClusterOptions = {}, given: unknown = {}): Promise<TestCluster> {
  const cluster = testCluster({ answer: withReviews(), ...options });
  const wanted = optionsWith({ meshProvider: 'kubernetes', ...(given as object) });
  await install({ ...cluster, options: wanted, dryRun: false, timeoutMs: 1_000, onApplied: () => {} });
  return cluster;
}

async function works(cluster: TestCluster): Promise<void> {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', ...place };
  const status = { replicas: 2, readyReplicas: 2, availableReplicas: 2 };
  await cluster.client.patch(ref, { status }, { subresource: 'status' });
  const metadata = { name: 'flagger-leader-election', namespace: 'sluice-system' };
  await cluster.client.create({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: { holderIdentity: 'sluice-1' },
  });
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'prometheus', namespace: 'sluice-system' },
    spec: { ports: [{ port: 9090 }] },
  });
}

const verbsOf: Readonly<Record<string, readonly string[]>> = { DELETE: ['delete'], PATCH: ['patch', 'create'] };

/** What a request to a resource takes, such as `list secrets`; nothing for discovery. */
function inWords(request: string): string[] {
  const [method = '', path = '', query = ''] = request.split(/[ ?]/);
  const steps = path.split('/').slice(path.startsWith('/apis/') ? 4 : 3);
  const [resource, name] = steps[0] === 'namespaces' && steps.length > 2 ? steps.slice(2) : steps;
  if (resource === undefined) return [];
  const read = name !== undefined ? 'get' : query.includes('watch=1') ? 'watch' : 'list';
  return (verbsOf[method] ?? [read]).map((verb) => `${verb} ${resource}`);
}

function absent(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === 'missing').map(({ what, detail }) => `${what}: ${detail}`);
}

function about(what: string, findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.what === what);
}

describe('after an installation', () => {
  test('nothing is missing where everything works', async () => {
    const cluster = await installed();
    await works(cluster);
    const findings = await checkAfter(cluster, asked);
    expect(absent(findings)).toEqual([]);
    expect(about('leader', findings)?.detail).toBe('sluice-1 holds the Lease sluice-system/flagger-leader-election');
    expect(about('permissions: core', findings)?.detail).toMatch(/^sluice-system\/sluice may do all \d+ things$/);
  });

  test('what does not work yet is missing, with a remedy each', async () => {
    const findings = await checkAfter(await installed(), asked);
    expect(absent(findings)).toEqual([
      'controller: 0 of 2 replicas available',
      'leader: nobody holds the Lease sluice-system/flagger-leader-election',
      'metrics server: http://prometheus:9090: there is no Service sluice-system/prometheus',
    ]);
  });

  test('an empty cluster lacks everything', async () => {
    const findings = await checkAfter(testCluster(), { ...asked, providers: ['gatewayapi:v1'] });
    expect(absent(findings)).toEqual(
      expect.arrayContaining([
        'canaries.flagger.app: is not defined',
        'provider gatewayapi:v1: the API server has no HTTPRoute of gateway.networking.k8s.io/v1',
        'controller: sluice is not installed in sluice-system',
      ]),
    );
  });

  test('each permission that the ServiceAccount lacks is named', async () => {
    const answer = withReviews(({ resource, verb }, { user }) => {
      const refused = resource === 'services' && (verb === 'create' || verb === 'update');
      return user === 'system:serviceaccount:sluice-system:sluice' && refused;
    });
    const findings = await checkAfter(await installed({ answer }), asked);
    expect(absent(findings)).toContain(
      'permissions: core: sluice-system/sluice may not create services, update services',
    );
  });

  test('permissions are asked for where they are needed: in the only namespace, and by name', async () => {
    const seen: JsonObject[] = [];
    const answer = withReviews((attributes) => {
      seen.push(attributes);
      return false;
    });
    await checkAfter(await installed({ answer, seed: [namespaceOf('shop')] }, { namespace: 'shop' }), asked);
    expect(new Set(seen.map(({ namespace }) => namespace))).toEqual(new Set(['shop']));
    expect(seen).toContainEqual(expect.objectContaining({ name: 'flagger-leader-election', verb: 'update' }));
    expect(seen).toContainEqual(expect.objectContaining({ resource: 'canaries', subresource: 'status' }));
  });

  test('what others may do stays unknown to those who may not ask', async () => {
    const answer: Answerer = (request) =>
      request.path.includes('/subjectaccessreviews')
        ? { status: 403, headers: {}, body: JSON.stringify({ message: 'no', reason: 'Forbidden' }) }
        : withReviews()(request);
    const findings = await checkAfter(await installed({ answer }), asked);
    expect(about('permissions: core', findings)?.state).toBe('unknown');
  });

  test('a controller outside of the cluster is checked with the permissions of whoever asks', async () => {
    const answer = withReviews(({ resource }, spec) => resource === 'events' && !('user' in spec));
    const cluster = testCluster({ answer, seed: customResourceDefinitions() });
    const findings = await checkAfter(cluster, { ...asked, self: true, providers: ['nginx'] });
    expect(about('controller', findings)).toBeUndefined();
    expect(absent(findings)).toContain('permissions: core: you may not get events, create events, patch events');
  });

  test('definitions of Flagger are told from ours', async () => {
    const cluster = await installed();
    const ref = { apiVersion: route.apiVersion, kind: route.kind, name: 'canaries.flagger.app' };
    const found = await cluster.client.get(ref);
    const text = JSON.stringify(found).replace('"run":', '"walk":');
    await cluster.client.update(JSON.parse(text) as KubeObject);
    expect(absent(await checkAfter(cluster, asked))).toContain(
      'canaries.flagger.app: drops status.run and status.evidence: `sluice explain` will know less',
    );
  });

  test('providers are those of the arguments and of the roles', async () => {
    const findings = await checkAfter(
      await installed({ seed: [route] }, { meshProvider: 'gatewayapi:v1', additionalMeshProviders: ['nginx'] }),
      asked,
    );
    expect(about('provider gatewayapi:v1', findings)?.detail).toBe('HTTPRoute served');
    expect(about('provider nginx', findings)?.detail).toBe('Ingress served');
    expect(about('permissions: gatewayapi', findings)?.state).toBe('ok');
  });
});

describe('what may not be seen', () => {
  test.each([
    { name: 'a definition', path: /customresourcedefinitions\/canaries/, what: 'canaries.flagger.app' },
    { name: 'the Lease', path: /\/leases\//, what: 'leader' },
    { name: 'the bindings', path: /\/rolebindings\?/, what: 'roles' },
    { name: 'the Service of Prometheus', path: /\/services\/prometheus/, what: 'metrics server' },
    { name: 'the kinds of a provider', path: /^\/apis\/networking\.k8s\.io\/v1$/, what: 'provider nginx' },
    { name: 'the Deployments elsewhere', path: /^\/apis\/apps\/v1\/deployments/, what: 'other controllers' },
  ])('is unknown, and the rest of the report is told: $name', async ({ path, what }) => {
    const cluster = await installed({}, { meshProvider: 'nginx' });
    await works(cluster);
    const findings = await checkAfter(withoutSight(cluster, path), asked);
    expect(about(what, findings)).toMatchObject({
      state: 'unknown',
      detail: expect.stringMatching(/forbidden to you|with 403$/),
    });
    expect(findings.filter(({ state }) => state !== 'ok').map((each) => each.what)).toEqual([what]);
  });

  test('the Deployment: nothing is guessed about what it needs', async () => {
    const cluster = await installed({}, { meshProvider: 'nginx' });
    const findings = await checkAfter(withoutSight(cluster, /\/deployments/), { ...asked, providers: ['nginx'] });
    expect(findings.map((each) => `${each.what}: ${each.state}`)).toEqual([
      'API server: ok',
      'canaries.flagger.app: ok',
      'metrictemplates.flagger.app: ok',
      'alertproviders.flagger.app: ok',
      'provider nginx: ok',
      'controller: unknown',
      'other controllers: unknown',
    ]);
  });

  test('Secrets, policies and the like are not even looked at', async () => {
    const cluster = await installed();
    const before = cluster.requests.length;
    await checkAfter(cluster, asked);
    const seen = cluster.requests.slice(before).join('\n');
    expect(seen).not.toMatch(/secrets|networkpolicies|poddisruptionbudgets|serviceaccounts\?/);
  });

  test('anything but a refusal is no finding', async () => {
    const cluster = await installed();
    const down = { version: () => Promise.reject(new ApiError('no answer', { code: 0, reason: 'NoAnswer' })) };
    await expect(checkAfter({ ...cluster, ...down }, asked)).rejects.toThrow('no answer');
  });
});

test.each([
  { args: ['run', '--namespace=shop'], state: 'missing' },
  { args: ['run', '--namespace=bank'], state: 'ok' },
])('beside an installation for shop, another Sluice with $args is $state', async ({ args, state }) => {
  const seed = [namespaceOf('shop'), namespaceOf('blue'), sluiceOf('blue', args)];
  const findings = await checkAfter(await installed({ seed }, { namespace: 'shop' }), asked);
  expect(about('other controllers', findings)?.state).toBe(state);
});

describe('before an installation', () => {
  test('a fit cluster lacks nothing', async () => {
    const findings = await checkBefore(testCluster({ answer: withReviews() }), { ...asked, providers: ['nginx'] });
    expect(findings.map(({ what, state }) => `${what}: ${state}`)).toEqual([
      'API server: ok',
      'may install: ok',
      'provider nginx: ok',
      'other controllers: ok',
    ]);
  });

  test.each(['linkerd', 'gatewayapi:v2', 'istio:v1'])(
    'the provider %s, which does not exist, is missing',
    async (name) => {
      const findings = await checkBefore(testCluster({ answer: withReviews() }), { ...asked, providers: [name] });
      expect(about(`provider ${name}`, findings)).toMatchObject({
        state: 'missing',
        detail: 'there is none of this name',
        remedy: expect.stringMatching(/^use one of gatewayapi, gatewayapi:v1, .*nginx, none$/),
      });
    },
  );

  test.each(['gatewayapi', 'gatewayapi:v1alpha2'])(
    '%s is asked for as what it stands for, gatewayapi:v1',
    async (name) => {
      const of = async (...seed: KubeObject[]) => {
        const findings = await checkBefore(testCluster({ answer: withReviews(), seed }), {
          ...asked,
          providers: [name],
        });
        return about(`provider ${name}`, findings)?.detail;
      };
      expect(await of()).toBe('the API server has no HTTPRoute of gateway.networking.k8s.io/v1');
      expect(await of(route)).toBe('HTTPRoute served');
    },
  );

  test.each([
    { version: 'v1.24.9', state: 'missing' },
    { version: 'v1.25.0', state: 'ok' },
    { version: 'v1.34.4-eks-1', state: 'ok' },
    { version: 'main', state: 'unknown' },
  ])('version $version is $state', async ({ version, state }) => {
    const cluster = { ...testCluster({ answer: withReviews() }), version: async () => version };
    expect(about('API server', await checkBefore(cluster, asked))?.state).toBe(state);
  });

  test('whoever may not install is told what for', async () => {
    const answer = withReviews(({ resource }) => resource === 'clusterroles');
    const findings = await checkBefore(testCluster({ answer }), { ...asked, providers: ['kubernetes'] });
    const verbs = ['get', 'list', 'create', 'patch', 'delete'];
    const list = verbs.map((verb) => `${verb} clusterroles.rbac.authorization.k8s.io`).join(', ');
    expect(absent(findings)).toEqual([`may install: you may not ${list}`]);
  });

  test.each([
    { verb: 'watch', resource: 'deployments', group: 'apps' },
    { verb: 'list', resource: 'secrets', group: '' },
    { verb: 'watch', resource: 'customresourcedefinitions', group: 'apiextensions.k8s.io' },
    { verb: 'delete', resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
    { verb: 'patch', resource: 'serviceaccounts', group: '' },
    { verb: 'list', resource: 'servicemonitors', group: 'monitoring.coreos.com' },
  ])('an installation takes that one may $verb $resource', async ({ verb, resource, group }) => {
    const answer = withReviews((attributes) => attributes['verb'] === verb && attributes['resource'] === resource);
    const findings = await checkBefore(testCluster({ answer }), { ...asked, providers: ['none'] });
    const name = group === '' ? resource : `${resource}.${group}`;
    expect(absent(findings)).toEqual([`may install: you may not ${verb} ${name}`]);
  });

  test('what an installation does is no more than is asked for', async () => {
    const allowed = new Set<string>();
    const answer = withReviews(({ verb, resource }) => {
      allowed.add(`${verb} ${resource}`);
      return false;
    });
    await checkBefore(testCluster({ answer }), { ...asked, providers: ['none'] });
    const cluster = await installed({}, { meshProvider: 'nginx' });
    await install({
      ...cluster,
      options: optionsWith({ meshProvider: 'kubernetes', eventWebhook: 'https://a' }),
      dryRun: false,
      timeoutMs: 1_000,
      onApplied: () => {},
    });
    const done = new Set(cluster.requests.flatMap(inWords));
    expect([...done].filter((action) => !allowed.has(action))).toEqual([]);
    expect(done).toContain('delete clusterroles');
  });

  test('a Flagger that runs is in the way, one at zero is not', async () => {
    const flagger = deploymentOf('istio-system', 'flagger', 'example.com/flagger:1.41.0');
    const stopped = deploymentOf('other', 'flagger', 'flagger', {});
    const seed = [
      ...['istio-system', 'other'].map(namespaceOf),
      flagger,
      { ...stopped, spec: { ...(stopped['spec'] as object), replicas: 0 } },
      deploymentOf('other', 'loadtester', 'example.com/flagger-loadtester:1'),
    ];
    const findings = await checkBefore(testCluster({ answer: withReviews(), seed }), { ...asked, providers: ['none'] });
    expect(absent(findings)).toEqual(['other controllers: Flagger runs as istio-system/flagger']);
  });

  test.each([
    { args: ['run'], state: 'missing', detail: 'Sluice runs as blue/sluice for all namespaces' },
    { args: ['run', '--namespace=shop'], state: 'unknown', detail: 'Sluice runs as blue/sluice for namespace shop' },
  ])('another Sluice with $args is $state', async ({ args, state, detail }) => {
    const seed = [namespaceOf('blue'), sluiceOf('blue', args)];
    const findings = await checkBefore(testCluster({ answer: withReviews(), seed }), asked);
    expect(about('other controllers', findings)).toMatchObject({ state, detail: expect.stringContaining(detail) });
  });

  test('who may not list everything is not told that nobody is there', async () => {
    const answer: Answerer = (request) =>
      request.path.startsWith('/apis/apps/v1/deployments')
        ? { status: 403, headers: {}, body: JSON.stringify({ message: 'no', reason: 'Forbidden' }) }
        : withReviews()(request);
    expect(about('other controllers', await checkBefore(testCluster({ answer }), asked))?.state).toBe('unknown');
  });
});
