import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import type { Canary } from './canary.ts';
import { parseManifests } from './manifest.ts';
import { type ParseOptions, parseCanary } from './parse-canary.ts';
import {
  canaryManifest,
  gatewayRefs,
  ingressRef,
  iterations,
  options,
  steps,
  target,
} from './testing/canary-manifest.ts';

function parse(spec: Record<string, unknown> = {}, more: Partial<ParseOptions> = {}, metadata = {}): Canary {
  const parsed = parseCanary(canaryManifest(spec, metadata), { ...options, ...more });
  if (!parsed.ok) throw new Error(parsed.refusals.map(({ message }) => message).join('; '));
  return parsed.value;
}

const header = (text: object) => ({ headers: { 'x-canary': text } });
const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' };

describe('a Canary is accepted', () => {
  test.each<[string, Record<string, unknown>, object]>([
    ['with steps', {}, { strategy: 'canary', analysis: { stepWeight: 10, maxWeight: 50 } }],
    ['with listed steps', { analysis: { interval: '1m', stepWeights: [1, 2, 10, 80] } }, { strategy: 'canary' }],
    [
      'with a last step above 100, which counts as 100',
      { analysis: { interval: '1m', stepWeights: [1, 2, 10, 200] } },
      { analysis: { stepWeights: [1, 2, 10, 100] } },
    ],
    [
      'with a step above 100 after one to 100, which is dropped',
      { analysis: { interval: '1m', stepWeights: [50, 100, 200] } },
      { analysis: { stepWeights: [50, 100] } },
    ],
    ['with one step above 100', { analysis: { stepWeight: 150 } }, { analysis: { stepWeight: 100 } }],
    ['with iterations', { analysis: iterations }, { strategy: 'blue-green' }],
    [
      'with iterations and conditions',
      { analysis: { ...iterations, match: [header({ exact: 'a' })] } },
      { strategy: 'ab-testing' },
    ],
    ['with steps and conditions', { analysis: { ...steps, match: [header({ suffix: 'a' })] } }, { strategy: 'canary' }],
    [
      'with weights for plain Kubernetes',
      { provider: 'kubernetes' },
      { provider: 'kubernetes', strategy: 'canary', analysis: { stepWeight: 10, iterations: 0 } },
    ],
    [
      'with conditions for plain Kubernetes',
      { provider: 'kubernetes', analysis: { ...iterations, match: [header({ exact: 'a' })] } },
      { strategy: 'ab-testing' },
    ],
    ['without steps for plain Kubernetes', { provider: 'kubernetes', analysis: { stepWeight: 0 } }, {}],
    [
      'with steps and conditions for plain Kubernetes, which ignores them',
      { provider: 'kubernetes', analysis: { ...steps, match: [header({ exact: 'a' })] } },
      { strategy: 'canary' },
    ],
    [
      'with mirroring that the provider can not do',
      { provider: 'linkerd', analysis: { ...steps, mirror: true } },
      { analysis: { mirror: true } },
    ],
    ['for a DaemonSet', { targetRef: { ...target, kind: 'DaemonSet' } }, { target: { kind: 'DaemonSet' } }],
    ['for a StatefulSet', { targetRef: { ...target, kind: 'StatefulSet' } }, { target: { kind: 'StatefulSet' } }],
    [
      'for a Service',
      { targetRef: { apiVersion: 'v1', kind: 'Service', name: 'podinfo' } },
      { target: { kind: 'Service' } },
    ],
    [
      'for a Knative Service, which needs no port',
      { targetRef: knative, provider: 'knative', service: undefined },
      { provider: 'knative', service: { apexName: 'podinfo' } },
    ],
    [
      'without analysis',
      { analysis: undefined },
      { skipAnalysis: true, strategy: 'canary', analysis: { intervalMs: 60_000, threshold: 1 } },
    ],
    ['with skipAnalysis and an empty analysis', { skipAnalysis: true, analysis: {} }, { skipAnalysis: true }],
    [
      'with skipAnalysis and steps that never end',
      { skipAnalysis: true, analysis: { stepWeight: 0 } },
      { skipAnalysis: true },
    ],
    [
      'with the old name of the analysis',
      { analysis: undefined, canaryAnalysis: { ...steps, stepWeight: 7 } },
      { skipAnalysis: false, analysis: { stepWeight: 7 } },
    ],
    [
      'with both names of the analysis, the new one counting',
      { canaryAnalysis: { stepWeight: 7 } },
      { analysis: { stepWeight: 10 } },
    ],
    [
      'with the short name of the Gateway API',
      { provider: 'gatewayapi', service: { port: 80, gatewayRefs } },
      { provider: 'gatewayapi:v1' },
    ],
    ['with the provider none', { provider: 'none' }, { provider: 'kubernetes' }],
    [
      'with the long name of App Mesh',
      { provider: 'appmesh:v1beta1', service: { port: 80, meshName: 'global', backends: ['a.test'] } },
      { provider: 'appmesh', service: { meshName: 'global', backends: ['a.test'] } },
    ],
    ['with an empty provider', { provider: '' }, { provider: 'istio' }],
    [
      'with an SMI provider that names a mesh',
      { provider: 'smi:v1alpha2:linkerd' },
      { provider: 'smi:v1alpha2:linkerd' },
    ],
    [
      'with NGINX and its Ingress',
      { provider: 'nginx', ingressRef },
      { ingressRef: { ...ingressRef, namespace: 'test' } },
    ],
    [
      'with APISIX and its route',
      { provider: 'apisix', routeRef: { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', name: 'r' } },
      { routeRef: { name: 'r', namespace: 'test' } },
    ],
    [
      'with an Upstream of Gloo elsewhere',
      {
        provider: 'gloo',
        upstreamRef: { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', name: 'u', namespace: 'gloo' },
      },
      { upstreamRef: { name: 'u', namespace: 'gloo' } },
    ],
    ['with Istio delegation', { service: { port: 80, delegation: true } }, { service: { delegation: true } }],
    [
      'with hosts and delegation where it means nothing',
      { provider: 'linkerd', service: { port: 80, delegation: true, hosts: ['a'] } },
      {},
    ],
    [
      'with Gateway API conditions',
      {
        provider: 'gatewayapi:v1',
        service: {
          port: 80,
          gatewayRefs,
          timeout: '15s',
          match: [{ uri: { prefix: '/' }, method: { exact: 'GET' }, authority: { prefix: 'a' } }],
        },
        analysis: { ...iterations, match: [header({ regex: 'a' }), { queryParams: { q: { exact: 'a' } } }] },
      },
      { strategy: 'ab-testing' },
    ],
    [
      'with odd timeouts where no HTTPRoute carries them',
      { provider: 'gatewayapi:v1beta1', service: { port: 80, gatewayRefs, timeout: '1.5s' } },
      {},
    ],
    [
      'with two webhooks of one name',
      { analysis: { ...steps, webhooks: [1, 2].map(() => ({ name: 'a', url: 'http://a' })) } },
      {},
    ],
    ['with a metric that nothing defines', { analysis: { ...steps, metrics: [{ name: 'unknown' }] } }, {}],
    [
      'with explicit nulls, which count as absent',
      { suspend: null, analysis: { ...steps, metrics: null, mirror: null } },
      { suspend: false },
    ],
    [
      'with limits and policies of a metric',
      {
        analysis: {
          ...steps,
          measureAll: true,
          failFast: true,
          metrics: [
            { name: 'a', noData: 'skip', minSamples: 5, critical: true, dryRun: true, failureLimit: 0 },
            { name: 'b', consecutiveFailureLimit: 1, consecutiveErrorLimit: 4 },
          ],
        },
      },
      {
        analysis: {
          measureAll: true,
          failFast: true,
          metrics: [
            { noData: 'skip', minSamples: 5, critical: true, dryRun: true, limits: { failures: 0 } },
            { limits: { consecutiveFailures: 1, consecutiveErrors: 4 } },
          ],
        },
      },
    ],
    ['with fields that nobody knows', { future: { a: 1 }, analysis: { ...steps, future: true } }, {}],
    ['with a port as name', { service: { port: 80, targetPort: 'http' } }, { service: { targetPort: 'http' } }],
  ])('%s', (_, spec, expected) => {
    expect(parse(spec)).toMatchObject(expected);
  });

  test('as people write it', () => {
    const text = `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: podinfo, namespace: test}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: podinfo}
  service: {port: 9898, portDiscovery: on}
  skipAnalysis: no
  analysis:
    interval: 1m30s
    threshold: 0x5
    stepWeight: 010
    webhooks:
    - {name: load, url: "http://loadtester.test/", timeout: 5}
`;
    const [object] = parseManifests(text.replace('timeout: 5', 'timeout: "5"'));
    const parsed = parseCanary(object as KubeObject, options);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        skipAnalysis: false,
        service: { portDiscovery: true },
        analysis: { intervalMs: 90_000, threshold: 5, stepWeight: 8, hooks: [{ timeoutMs: 10_000 }] },
      },
    });
  });
});

describe('defaults', () => {
  test('of the Canary', () => {
    expect(parse({}, {}, { namespace: undefined })).toMatchObject({
      name: 'podinfo',
      namespace: 'default',
      uid: '',
      generation: 0,
      deleting: false,
      finalizers: [],
      primaryName: 'podinfo-primary',
      metricsServer: undefined,
      autoscalerRef: undefined,
      progressDeadlineMs: 600_000,
      skipAnalysis: false,
      revertOnDeletion: false,
      suspend: false,
    });
  });

  test('of the service', () => {
    expect(parse().service).toEqual({
      apexName: 'podinfo',
      primaryName: 'podinfo-primary',
      canaryName: 'podinfo-canary',
      port: 80,
      portName: 'http',
      portDiscovery: false,
      headless: false,
      gateways: [],
      gatewayRefs: [],
      hosts: [],
      delegation: false,
      match: [],
      mirror: [],
      unmanaged: { annotations: [], labels: [] },
    });
  });

  test('of the analysis', () => {
    expect(parse({ analysis: { stepWeight: 5 } }).analysis).toEqual({
      intervalMs: 60_000,
      threshold: 1,
      iterations: 0,
      stepWeight: 5,
      stepWeights: [],
      maxWeight: 100,
      stepWeightPromotion: 0,
      mirror: false,
      primaryReadyThreshold: 100,
      canaryReadyThreshold: 100,
      match: [],
      metrics: [],
      measureAll: false,
      failFast: false,
      hooks: [],
      alerts: [],
    });
  });

  test('of metrics, webhooks, alerts and session affinity', () => {
    const { analysis } = parse({
      analysis: {
        ...steps,
        metrics: [{ name: 'a', interval: '', templateRef: { name: 't' } }],
        webhooks: [{ name: 'h', url: 'http://h.test/', type: '' }],
        alerts: [{ name: 'l', severity: '', providerRef: { name: 'p' } }],
        sessionAffinity: { cookieName: 'c', maxAge: 0 },
      },
    });
    expect(analysis.metrics).toEqual([
      {
        name: 'a',
        interval: '1m',
        threshold: 0,
        templateRef: { name: 't', namespace: 'test' },
        templateVariables: {},
        noData: 'fail',
        minSamples: 0,
        critical: false,
        dryRun: false,
        limits: {},
      },
    ]);
    expect(analysis.hooks).toEqual([
      {
        name: 'h',
        type: 'rollout',
        url: 'http://h.test/',
        timeoutMs: 10_000,
        retries: 0,
        expiryMs: undefined,
        disableTLS: false,
        muteAlert: false,
        metadata: {},
      },
    ]);
    expect(analysis.alerts).toEqual([{ name: 'l', severity: 'info', providerRef: { name: 'p', namespace: 'test' } }]);
    expect(analysis.sessionAffinity).toEqual({
      cookieName: 'c',
      maxAgeSeconds: 86_400,
      httpOnly: false,
      partitioned: false,
      secure: false,
    });
  });
});

describe('what is written counts', () => {
  test('in the metadata', () => {
    const metadata = {
      uid: 'u',
      generation: 3,
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['finalizer.flagger.app'],
      annotations: { 'kuma.io/mesh': 'blue' },
    };
    expect(parse({}, {}, metadata)).toMatchObject({
      uid: 'u',
      generation: 3,
      deleting: true,
      finalizers: ['finalizer.flagger.app'],
      annotations: { 'kuma.io/mesh': 'blue' },
    });
  });

  test('for the names of Services, while workloads are named after the target', () => {
    const canary = parse({ service: { port: 80, name: 'web' } });
    expect(canary.primaryName).toBe('podinfo-primary');
    expect(canary.service).toMatchObject({ apexName: 'web', primaryName: 'web-primary', canaryName: 'web-canary' });
  });

  test('for the autoscaler', () => {
    const autoscalerRef = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      name: 'so',
      primaryScalerQueries: { load: 'q' },
      primaryScalerReplicas: { minReplicas: 2, maxReplicas: 4 },
    };
    expect(parse({ autoscalerRef }).autoscalerRef).toEqual({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      name: 'so',
      primaryScalerQueries: { load: 'q' },
      primaryMinReplicas: 2,
      primaryMaxReplicas: 4,
    });
  });

  test('for what only routers read, word for word', () => {
    const service = {
      port: 80,
      timeout: '15s',
      trafficPolicy: { tls: { mode: 'DISABLE' } },
      retries: { attempts: 3 },
      rewrite: { uri: '/' },
      headers: { request: { add: { a: 'b' } } },
      mirror: [{ backendRef: { name: 'm', port: 80 } }],
      corsPolicy: { allowOrigins: [{ exact: 'a' }], maxAge: '1d' },
      apex: { labels: { a: 'b' } },
      match: [{ uri: { prefix: '/' }, ignoreUriCase: true }],
    };
    expect(parse({ service }).service).toMatchObject(service);
  });

  test.each([
    ['10s', 10_000],
    ['1s', 10_000],
    ['-5s', 10_000],
    ['1h', 3_600_000],
    ['', 60_000],
    ['1min', 60_000],
  ])('for an interval of %j: %d ms', (interval, ms) => {
    expect(parse({ analysis: { ...steps, interval } }).analysis.intervalMs).toBe(ms);
  });

  test('for the shortest interval', () => {
    expect(parse({ analysis: { ...steps, interval: '1s' } }, { minIntervalMs: 500 }).analysis.intervalMs).toBe(1_000);
    expect(parse({ analysis: undefined }, { minIntervalMs: 90_000 }).analysis.intervalMs).toBe(90_000);
  });

  test.each([
    [-1, 1],
    [0, 1],
    [7, 7],
  ])('for a threshold of %d: %d', (threshold, expected) => {
    expect(parse({ analysis: { ...steps, threshold } }).analysis.threshold).toBe(expected);
  });

  test.each([
    ['', 10_000],
    ['5', 10_000],
    ['5s', 5_000],
    ['1m', 60_000],
  ])('for the time limit %j of a webhook: %d ms', (timeout, ms) => {
    const webhooks = [{ name: 'a', url: 'https://a.test/', timeout }];
    expect(parse({ analysis: { ...steps, webhooks } }).analysis.hooks[0]?.timeoutMs).toBe(ms);
  });

  test('for references within the namespace, also when others are blocked', () => {
    const metrics = [
      { name: 'a', templateRef: { name: 't', namespace: 'test' } },
      { name: 'b', templateRef: { name: 't' } },
    ];
    expect(parse({ analysis: { ...steps, metrics } }, { noCrossNamespaceRefs: true }).analysis.metrics).toHaveLength(2);
  });
});

describe('parseCanary never throws', () => {
  const base = canaryManifest({
    service: { port: 80, gatewayRefs, match: [{ uri: { prefix: '/' }, headers: { a: { exact: 'b' } } }], mirror: [] },
    autoscalerRef: { apiVersion: 'v1', kind: 'ScaledObject', name: 'a', primaryScalerReplicas: { minReplicas: 1 } },
    ingressRef,
    analysis: {
      ...steps,
      match: [header({ exact: 'a' })],
      metrics: [{ name: 'a', thresholdRange: { min: 1 }, templateRef: { name: 't' } }],
      webhooks: [{ name: 'h', url: 'http://h.test/', metadata: { a: 'b' } }],
      alerts: [{ name: 'l', providerRef: { name: 'p' } }],
      sessionAffinity: { cookieName: 'c' },
    },
  });
  const paths = pathsOf(base);
  const provider = fc.constantFrom('istio', 'gatewayapi:v1', 'nginx', 'knative', 'kubernetes', 'unknown');

  test('whatever stands in a place of a valid Canary, and says why when it refuses', () => {
    const change = fc.tuple(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), provider, (changes, name) => {
        const object = changes.reduce<unknown>((value, [path, put]) => replaced(value, path, put), base);
        const parsed = parseCanary(object as KubeObject, {
          ...options,
          meshProvider: name,
          noCrossNamespaceRefs: true,
        });
        if (!parsed.ok) expect(parsed.refusals.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('whatever the object is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !parseCanary(value as KubeObject, options).ok));
  });

  test('and gives the same answer twice, leaving the object alone', () => {
    const before = JSON.stringify(base);
    expect(parseCanary(base, options)).toEqual(parseCanary(base, options));
    expect(JSON.stringify(base)).toBe(before);
  });
});

type Path = readonly (string | number)[];

/** Every place in a value, the value itself apart. */
function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const child = (value as Record<string | number, unknown>)[key];
    return [[key], ...pathsOf(child).map((rest) => [key, ...rest])];
  });
}

/** A copy of `value` with `put` at a path; as it was where the path is gone. */
function replaced(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaced(item, rest, put) : item));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: replaced((value as Record<string | number, unknown>)[key], rest, put) };
}
