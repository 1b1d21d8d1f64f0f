import { describe, expect, test } from 'vitest';
import { seeScalers } from '../../src/canary/autoscalers/sight.ts';
import { canaryOf, outcome, statusIn } from '../../src/canary/testing/scene.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { analysis, canary, configMap, reading, target } from './manifests.ts';
import { image, patch, play, until } from './play.ts';

const scaler = (kind: 'HorizontalPodAutoscaler' | 'ScaledObject', more: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: kind === 'ScaledObject' ? 'keda.sh/v1alpha1' : 'autoscaling/v2',
  kind,
  metadata: { name: 'web', namespace: 'test', labels: { team: 'a' }, ...more },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    ...(kind === 'ScaledObject' ? { minReplicaCount: 0 } : { minReplicas: 2, maxReplicas: 4 }),
  },
});
const scaledBy = ({ apiVersion, kind }: KubeObject) => ({ autoscalerRef: { apiVersion, kind, name: 'web' } });
const hpa = scaler('HorizontalPodAutoscaler');

describe('workloads, their configs and scalers', () => {
  test('§14.7 a copy that two Canaries share has both as owners, one of them its controller (kept: it goes with the last of them)', async () => {
    const other = {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
      service: { port: 80, targetPort: 'http' },
    };
    const seen = await play({
      objects: [
        configMap('env', { data: { color: 'blue' } }),
        target(reading('env')),
        target({ name: 'api', value: 'api', ...reading('env') }),
        canary(),
        canary(other, 'api'),
      ],
      timeline: [{ sleep: 90 }],
    });
    const owners = seen.last('ConfigMap', 'env-primary')?.metadata.ownerReferences ?? [];
    expect(owners.map(({ name }) => name).sort()).toEqual(['api', 'shop']);
    expect(owners.filter(({ controller }) => controller)).toHaveLength(1);
    expect([seen.phases().at(-1), seen.phases('api').at(-1)]).toEqual(['Initialized', 'Initialized']);
  });

  test('§14.8 what changes on the target’s autoscaler reaches the primary’s at once (improved: the reference waits for the next promotion)', async () => {
    const seen = await play({
      objects: [target(), hpa, canary(scaledBy(hpa))],
      timeline: [
        until('Initialized'),
        patch('HorizontalPodAutoscaler', 'web', { spec: { maxReplicas: 9 } }),
        { sleep: 2 },
      ],
    });
    expect(seen.course('HorizontalPodAutoscaler', 'web-primary', 'spec', 'maxReplicas')).toEqual([4, 9]);
    expect(seen.phases().at(-1)).toBe('Initialized');
  });

  test('§14.10 the annotation of a Knative Service names the first revision, and after a promotion the second (kept: scripts read it)', async () => {
    const apiVersion = 'serving.knative.dev/v1';
    const service = (tag: string) => ({ spec: { template: { spec: { containers: [{ image: tag }] } } } });
    const targetRef = { apiVersion, kind: 'Service', name: 'web' };
    const seen = await play({
      objects: [
        { apiVersion, kind: 'Service', metadata: { name: 'web' }, ...service('web:1') },
        canary({ provider: 'knative', targetRef, service: undefined, analysis: analysis({ metrics: [] }) }),
      ],
      timeline: [until('Initialized'), patch(`${apiVersion}/Service`, 'web', service('web:2')), until('Succeeded')],
    });
    const revisions = seen.course('Service', 'web', 'metadata', 'annotations', 'flagger.app/primary-revision');
    expect(revisions.filter((name) => name !== undefined)).toEqual(['web-00001', 'web-00002']);
  });

  test.each([
    ['without an autoscaler', undefined, 'idle'],
    ['with one that does not wake it', hpa, 'idle'],
    ['unless one wakes it', scaler('ScaledObject'), 'starting'],
  ])(
    'trap 17: a primary at zero is not ready, %s (improved: to the reference it is, and nobody would answer)',
    (_, source, stage) => {
      const spec = source ? scaledBy(source) : {};
      const scalers = seeScalers(canaryOf(spec), ({ kind }) => (source?.kind === kind ? source : undefined));
      const setup = { spec, scalers, status: statusIn('idle'), target: { image: 'web:3' }, primary: { replicas: 0 } };
      expect(outcome(setup).stage).toBe(stage);
    },
  );

  test('trap 18: the primary’s autoscaler gets labels when they change and no write with a promotion (improved: the reference never and always)', async () => {
    const annotated = scaler('HorizontalPodAutoscaler', { annotations: { note: 'x' } });
    const seen = await play({
      objects: [target(), annotated, canary(scaledBy(hpa))],
      timeline: [
        until('Initialized'),
        patch('HorizontalPodAutoscaler', 'web', { metadata: { labels: { team: 'b' } } }),
        image('web:2'),
        until('Succeeded'),
        image('web:3'),
        until('Succeeded'),
      ],
    });
    const copies = seen.versions('HorizontalPodAutoscaler', 'web-primary');
    expect(copies.map(({ metadata }) => metadata.labels?.['team'])).toEqual(['a', 'b']);
  });

  test('trap 19: a primary that was deleted comes back able to run, also of a DaemonSet at zero (improved: the reference copies the node selector that nothing fulfils)', async () => {
    const daemons = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' };
    const seen = await play({
      objects: [target({ kind: 'DaemonSet' }), canary({ provider: 'kubernetes', targetRef: daemons })],
      timeline: [until('Initialized'), { delete: { kind: 'DaemonSet', name: 'web-primary' } }, { sleep: 5 }],
    });
    const pods = ['spec', 'template', 'spec', 'nodeSelector', 'flagger.app/scale-to-zero'] as const;
    expect(dig(seen.last('DaemonSet', 'web'), ...pods)).toBe('true');
    const made = new Set(seen.versions('DaemonSet', 'web-primary').map(({ metadata }) => metadata.uid));
    expect(made.size).toBe(2);
    expect(dig(seen.last('DaemonSet', 'web-primary'), ...pods)).toBeUndefined();
    expect(dig(seen.last('DaemonSet', 'web-primary'), 'status', 'numberAvailable')).toBe(3);
  });

  test.each(['Deployment', 'DaemonSet'] as const)(
    'trap 19: a primary that was deleted in the midst of a run comes back as it was promoted, as a %s (improved: the reference makes it from the template under test)',
    async (kind) => {
      const seen = await play({
        objects: [target({ kind }), canary({ targetRef: { apiVersion: 'apps/v1', kind, name: 'web' } })],
        timeline: [
          until('Initialized'),
          image('web:2', kind),
          until('Progressing'),
          { delete: { kind, name: 'web-primary' } },
          { sleep: 3 },
        ],
      });
      const runs = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;
      expect(seen.phases().at(-1)).toBe('Progressing');
      expect(dig(seen.last(kind, 'web'), ...runs)).toBe('web:2');
      expect(dig(seen.last(kind, 'web-primary'), ...runs)).toBe('web:1');
      expect(new Set(seen.versions(kind, 'web-primary').map(({ metadata }) => metadata.uid)).size).toBe(2);
      expect(seen.events()).toContain(
        `${kind} web-primary.test is missing: it is made again as it was promoted, out of the history of its target`,
      );
    },
  );

  test('trap 27: a promotion leaves no annotations on the primary but those of the target with a listed prefix (kept: the prefixes are there to say what stays)', async () => {
    const seen = await play({
      objects: [
        target({ annotations: { 'keep.io/team': 'a', other: 'x' } }),
        canary({
          provider: 'kubernetes',
          analysis: analysis({ stepWeight: undefined, maxWeight: undefined, iterations: 1 }),
        }),
      ],
      flags: { 'include-label-prefix': 'keep.io' },
      timeline: [
        until('Initialized'),
        patch('Deployment', 'web-primary', { metadata: { annotations: { mine: '1' } } }),
        image('web:2'),
        until('Succeeded'),
      ],
    });
    const before = seen.versions('Deployment', 'web-primary')[0]?.metadata.annotations;
    expect(before).toMatchObject({ 'keep.io/team': 'a', other: 'x' });
    expect(seen.last('Deployment', 'web-primary')?.metadata.annotations).toEqual({ 'keep.io/team': 'a' });
  });
});
