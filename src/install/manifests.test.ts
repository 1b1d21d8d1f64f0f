import { describe, expect, test } from 'vitest';
import { dig, type KubeObject } from '../kube/object.ts';
import { parseOptions } from '../options.ts';
import { manifests } from './manifests.ts';
import { problemsOf } from './options.ts';
import { flaggerValues } from './testing/flagger-values.ts';
import { optionsWith } from './testing/options.ts';

function made(given: unknown = {}, place = {}): readonly KubeObject[] {
  return manifests(optionsWith(given, place));
}

function one(kind: string, objects: readonly KubeObject[]): KubeObject {
  const [object, ...others] = objects.filter((each) => each.kind === kind);
  if (!object || others.length > 0) throw new Error(`there are ${others.length} further ${kind}s`);
  return object;
}

function names(kind: string, objects: readonly KubeObject[]): string[] {
  return objects
    .filter((each) => each.kind === kind)
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}

function container(objects: readonly KubeObject[]): unknown {
  return dig(one('Deployment', objects), 'spec', 'template', 'spec', 'containers', 0);
}

const companions = ['autoscaler-hpa', 'autoscaler-keda', 'disruption-budgets', 'fail-fast'];

describe('permissions', () => {
  test.each([
    { given: {}, roles: ['core', 'config-tracking', 'istio', ...companions] },
    { given: { meshProvider: 'kubernetes' }, roles: ['core', 'config-tracking', ...companions] },
    {
      given: { meshProvider: 'gatewayapi:v1', configTracking: { enabled: false } },
      roles: ['core', 'gatewayapi', ...companions],
    },
    {
      given: { meshProvider: 'nginx', additionalMeshProviders: ['gatewayapi:v1', 'gatewayapi:v1beta1', 'none'] },
      roles: ['core', 'config-tracking', 'nginx', 'gatewayapi', ...companions],
    },
    {
      given: { meshProvider: 'none', rbac: { autoscalers: ['keda'], disruptionBudgets: false, failFast: false } },
      roles: ['core', 'config-tracking', 'autoscaler-keda'],
    },
  ])('with $given are those of the features in use', ({ given, roles }) => {
    const objects = made(given);
    expect(names('ClusterRole', objects)).toEqual(roles.map((role) => `/sluice-${role}`));
    expect(names('ClusterRoleBinding', objects)).toEqual(names('ClusterRole', objects));
    expect(names('Role', objects)).toEqual(['sluice-system/sluice-leader-election']);
  });

  test('reach no further than the only namespace that is looked after', () => {
    const objects = made({ namespace: 'shop', meshProvider: 'nginx' });
    expect(names('ClusterRole', objects)).toEqual([]);
    expect(names('Role', objects)).toEqual(
      ['core', 'config-tracking', 'nginx', ...companions, 'leader-election'].map((role) => `shop/sluice-${role}`),
    );
    expect(
      dig(
        objects.find(({ kind }) => kind === 'RoleBinding'),
        'subjects',
        0,
      ),
    ).toEqual({
      kind: 'ServiceAccount',
      name: 'sluice',
      namespace: 'sluice-system',
    });
  });

  test('can be left to somebody else', () => {
    const objects = made({ rbac: { create: false }, serviceAccount: { create: false, name: 'mine' } });
    expect(objects.filter(({ kind }) => /Role|ServiceAccount/.test(kind))).toEqual([]);
    expect(dig(one('Deployment', objects), 'spec', 'template', 'spec', 'serviceAccountName')).toBe('mine');
  });
});

describe('replicas', () => {
  test('are two with an election, replaced one after another, on different nodes, and kept while nodes are drained', () => {
    const objects = made();
    expect(one('Deployment', objects).spec).toMatchObject({ replicas: 2, strategy: { type: 'RollingUpdate' } });
    expect(one('PodDisruptionBudget', objects).spec).toMatchObject({ minAvailable: 1 });
  });

  test('are one without an election, which ends before the next begins', () => {
    const objects = made({ leaderElection: { enabled: false, replicaCount: 3 } });
    expect(one('Deployment', objects).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(names('PodDisruptionBudget', objects)).toEqual([]);
    expect(names('Role', objects)).toEqual([]);
  });
});

test('the pod may do nothing that it needs not', () => {
  expect(dig(one('Deployment', made()), 'spec', 'template', 'spec', 'securityContext')).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(dig(container(made()), 'securityContext')).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 10001,
  });
  expect(one('ServiceAccount', made()).automountServiceAccountToken).toBe(false);
  expect(one('NetworkPolicy', made()).spec).toMatchObject({ policyTypes: ['Ingress'] });
});

describe('the security context of the container', () => {
  const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true };
  const pod = (objects: readonly KubeObject[]) =>
    dig(one('Deployment', objects), 'spec', 'template', 'spec', 'securityContext');

  test('is laid over what is confined anyway', () => {
    const context = { readOnlyRootFilesystem: false, runAsUser: 1234, capabilities: { add: ['NET_BIND_SERVICE'] } };
    expect(dig(container(made({ securityContext: { enabled: true, context } })), 'securityContext')).toEqual({
      ...hardened,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      readOnlyRootFilesystem: false,
      runAsUser: 1234,
    });
  });

  test('names no user when it is switched off, and confines all the same', () => {
    const objects = made({ securityContext: { enabled: false } });
    expect(dig(container(objects), 'securityContext')).toEqual({ ...hardened, readOnlyRootFilesystem: true });
    expect(pod(objects)).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod(made())).toMatchObject({ runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 });
  });
});

describe("a values file of Flagger's chart", () => {
  const objects = made(flaggerValues, { name: 'blue' });
  const pod = dig(one('Deployment', objects), 'spec', 'template', 'spec');

  test('can be installed', () => {
    expect(problemsOf(optionsWith(flaggerValues))).toEqual([]);
  });

  test("gives pods that Pod Security's strictest level admits", () => {
    expect(dig(container(objects), 'securityContext')).toEqual(dig(container(made()), 'securityContext'));
  });

  test('keeps pods apart by the labels that ours have', () => {
    const selector = dig(one('Deployment', objects), 'spec', 'selector', 'matchLabels');
    const [rule] = dig(pod, 'affinity', 'podAntiAffinity', 'preferredDuringSchedulingIgnoredDuringExecution') as [
      unknown,
    ];
    expect(dig(rule, 'podAffinityTerm', 'labelSelector', 'matchLabels')).toEqual(selector);
  });

  test('reaches Slack through its proxy, under either name', () => {
    expect(one('Secret', objects).data).toMatchObject({
      SLACK_PROXY_URL: Buffer.from('http://proxy.example.com').toString('base64'),
    });
    const both = made({ slack: { proxy: 'http://a', proxyUrl: 'http://b' } });
    expect(one('Secret', both).data).toEqual({ SLACK_PROXY_URL: Buffer.from('http://b').toString('base64') });
  });

  test('has no volumes but our own', () => {
    expect(dig(pod, 'volumes')).toEqual([{ name: 'tmp', emptyDir: {} }]);
    expect(dig(container(objects), 'volumeMounts')).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  });
});

test('the arguments are flags of the controller and mean what the values say', () => {
  const objects = made({
    meshProvider: 'nginx',
    metricsServer: 'http://p:9090',
    namespace: 'shop',
    configTracking: { enabled: false },
    threadiness: 3,
    kubeconfigQPS: '7',
    slack: { channel: 'releases', clusterName: 'blue' },
    noCrossNamespaceRefs: true,
  });
  const args = dig(container(objects), 'args');
  const [verb, ...flags] = Array.isArray(args) ? args.map(String) : [];
  expect(verb).toBe('run');
  expect(parseOptions(flags, {})).toMatchObject({
    ok: true,
    options: {
      meshProvider: 'nginx',
      metricsServer: 'http://p:9090',
      namespace: 'shop',
      enableConfigTracking: false,
      enableLeaderElection: true,
      threadiness: 3,
      kubeconfigQps: 7,
      slackChannel: 'releases',
      clusterName: 'blue',
      noCrossNamespaceRefs: true,
    },
  });
});

test('addresses of receivers are in a Secret alone, and a new one starts the pods anew', () => {
  const url = 'https://hooks.example.com/secret';
  const objects = made({ slack: { url }, alertsSecret: 'mine' });
  expect(one('Secret', objects).data).toEqual({ SLACK_URL: Buffer.from(url).toString('base64') });
  expect(JSON.stringify(one('Deployment', objects))).not.toContain('hooks.example.com');
  expect(dig(container(objects), 'envFrom')).toEqual([
    { secretRef: { name: 'sluice-alerts' } },
    { secretRef: { name: 'mine' } },
  ]);
  const mark = (each: readonly KubeObject[]) =>
    dig(one('Deployment', each), 'spec', 'template', 'metadata', 'annotations', 'checksum/alerts');
  expect(mark(objects)).not.toBe(mark(made({ slack: { url: `${url}2` } })));
  expect(mark(made())).toBeUndefined();
});

test('the image has the version of the program, unless the values name another', () => {
  expect(dig(container(made()), 'image')).toBe('sluice:1.2.3');
  expect(dig(container(made({ image: { repository: 'a/b', tag: 'c', digest: 'sha256:d' } })), 'image')).toBe(
    'a/b:c@sha256:d',
  );
});

describe('the Lease', () => {
  const own = { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } };

  test('is in the namespace that the pods are in, whoever put the manifests there', () => {
    expect(dig(container(made()), 'args')).toContain('--leader-election-namespace=$(POD_NAMESPACE)');
    expect(dig(container(made({ env: [{ name: 'A', value: 'b' }] })), 'env')).toEqual([own, { name: 'A', value: 'b' }]);
  });

  test('is where a variable of the values says', () => {
    const env = [{ name: 'POD_NAMESPACE', value: 'mine' }];
    expect(dig(container(made({ env })), 'env')).toEqual(env);
  });

  test('leaves nothing in the Deployment that names its namespace but its metadata', () => {
    const { metadata, ...rest } = one('Deployment', made({}, { namespace: 'delivery' }));
    expect(metadata.namespace).toBe('delivery');
    expect(JSON.stringify(rest)).not.toContain('delivery');
  });
});

test('a monitor names the namespace of the Service only from another one', () => {
  const monitor = (namespace: string) =>
    one('ServiceMonitor', made({ serviceMonitor: { enabled: true, namespace } })).spec;
  expect(monitor('')).not.toHaveProperty('namespaceSelector');
  expect(monitor('sluice-system')).not.toHaveProperty('namespaceSelector');
  expect(monitor('monitoring')).toMatchObject({ namespaceSelector: { matchNames: ['sluice-system'] } });
});

test('monitors are made where they are asked for', () => {
  const objects = made({
    serviceMonitor: { enabled: true, namespace: 'monitoring' },
    podMonitor: { enabled: true, interval: '5s' },
  });
  expect(names('ServiceMonitor', objects)).toEqual(['monitoring/sluice']);
  expect(one('PodMonitor', objects).spec).toMatchObject({ podMetricsEndpoints: [{ port: 'http', interval: '5s' }] });
  expect(names('ServiceMonitor', made())).toEqual([]);
});

test.each([
  { name: 'sluice', given: {}, full: 'sluice' },
  { name: 'blue', given: {}, full: 'blue-sluice' },
  { name: 'sluice-blue', given: {}, full: 'sluice-blue' },
  { name: 'blue', given: { nameOverride: 'gate' }, full: 'blue-gate' },
  { name: 'blue', given: { fullnameOverride: 'gate' }, full: 'gate' },
])('an installation called $name with $given is named $full', ({ name, given, full }) => {
  expect(one('Deployment', made(given, { name })).metadata.name).toBe(full);
});

test.each([
  {
    given: { extraDeploy: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine' } }, '{{ template }}'] },
    problem: /^extraDeploy is not supported: apply these objects on their own/,
  },
  {
    given: { prometheus: { install: true } },
    problem: /^prometheus.install is not supported: install Prometheus on its own/,
  },
  {
    given: { controlplane: { kubeconfig: { secretName: 'hub' } } },
    problem: /^controlplane.kubeconfig is not supported: routes are written to the cluster that the Canaries are in/,
  },
  {
    given: { affinity: { nodeAffinity: '{{ .Values.mine }}' } },
    problem: /^affinity holds \{\{ .Values.mine \}\}, which only Helm can fill/,
  },
  { given: { linkerdAuthPolicy: { create: true } }, problem: /^linkerdAuthPolicy.create is not supported/ },
])('$given is refused in words', ({ given, problem }) => {
  expect(problemsOf(optionsWith(given))).toEqual([expect.stringMatching(problem)]);
});

test('what can be installed has no problems', () => {
  expect(problemsOf(optionsWith({ meshProvider: 'gatewayapi:v1' }))).toEqual([]);
});
