import { describe, expect, test } from 'vitest';
import { parseCanary } from '../../src/api/parse-canary.ts';
import { options } from '../../src/api/testing/canary-manifest.ts';
import { discoverPorts } from '../../src/canary/workloads/container-ports.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { canary, target } from './manifests.ts';
import { play, until } from './play.ts';

const userService: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};

describe('a Canary is taken over', () => {
  test('§14.1 until the primary is ready the phase stays, the target runs and the apex leads to it (kept: no downtime)', async () => {
    const seen = await play({
      objects: [target({ image: 'web:1-stuck' }), userService, canary()],
      timeline: [{ sleep: 35 }],
    });
    expect(seen.phases()).toEqual(['Initializing']);
    expect(seen.eventsWith('web-primary.test not ready').length).toBeGreaterThanOrEqual(2);
    expect(seen.course('Deployment', 'web', 'spec', 'replicas')).toEqual([2]);
    expect(seen.course('Service', 'web', 'spec', 'selector')).toEqual([{ app: 'web' }]);
    expect(seen.weights()).toEqual([]);
  });

  test('§14.2 the selector label’s value need not be the name of the workload (kept: so are existing manifests)', async () => {
    const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo-service' };
    const seen = await play({
      objects: [
        target({ name: 'podinfo-service', label: 'name', value: 'podinfo' }),
        canary({ targetRef, provider: 'kubernetes' }),
      ],
      timeline: [until('Initialized')],
    });
    const primary = seen.last('Deployment', 'podinfo-service-primary');
    expect(dig(primary, 'spec', 'selector', 'matchLabels')).toEqual({ name: 'podinfo-primary' });
    expect(dig(seen.last('Service', 'podinfo-service'), 'spec', 'selector')).toEqual({ name: 'podinfo-primary' });
    expect(dig(seen.last('Service', 'podinfo-service-canary'), 'spec', 'selector')).toEqual({ name: 'podinfo' });
  });

  test.each([
    ['by name', 'http', ['http-metrics', 'grpc']],
    ['by number', 8080, ['grpc']],
  ])(
    '§14.3 the target port %s is not discovered again, others of its number are by name (kept: so are existing manifests)',
    (_, targetPort, found) => {
      const ports = [
        { name: 'http', containerPort: 8080 },
        { name: 'http-metrics', containerPort: 8080 },
        { name: 'grpc', containerPort: 9000 },
      ];
      const manifest = canary({ service: { port: 80, targetPort, portDiscovery: true } });
      const parsed = parseCanary(manifest, options);
      const discovered = parsed.ok ? discoverPorts(parsed.value, target({ container: { ports } })) : [];
      expect(discovered.map(({ name }) => name)).toEqual(found);
    },
  );

  test('trap 26: a Canary without `analysis` is released without analysis (improved: the reference crashes in several paths)', () => {
    const parsed = parseCanary(canary({ analysis: undefined }), options);
    expect(parsed).toMatchObject({ ok: true, value: { skipAnalysis: true, strategy: 'canary' } });
  });

  test('trap 36: a primary that never gets ready leaves the target as it is with provider kubernetes too (improved: the reference scales it to zero)', async () => {
    const seen = await play({
      objects: [target({ image: 'web:1-deadline' }), userService, canary({ provider: 'kubernetes' })],
      timeline: [{ sleep: 90 }],
    });
    expect(seen.eventsWith('exceeded its progress deadline').length).toBeGreaterThan(0);
    expect(seen.course('Deployment', 'web', 'spec', 'replicas')).toEqual([2]);
    expect(seen.course('Service', 'web', 'spec', 'selector')).toEqual([{ app: 'web' }]);
  });

  test('trap 37: the apex leads to the primary before KEDA is told to rest the target (improved: the reference pauses it first)', async () => {
    const autoscalerRef = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'web' };
    const scaler: KubeObject = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: { name: 'web' }, triggers: [] },
    };
    const seen = await play({
      objects: [target(), userService, scaler, canary({ autoscalerRef })],
      timeline: [until('Initialized')],
    });
    const switched = seen.firstIndex('Service', 'web', (service) => {
      return dig(service, 'spec', 'selector', 'app') === 'web-primary';
    });
    const paused = seen.firstIndex('ScaledObject', 'web', ({ metadata }) => {
      return metadata.annotations?.['autoscaling.keda.sh/paused-replicas'] === '0';
    });
    expect(switched).toBeGreaterThan(-1);
    expect(paused).toBeGreaterThan(switched);
  });
});
