import { describe, expect, test } from 'vitest';
import type { KubeObject, StringMap } from '../kube/object.ts';
import { checksum, configRefs, isTracked, missingConfigMessage, renderCopy } from './configs.ts';
import { canaryOf, deployment, owned, plain, recorded } from './workloads/testing/recorded.ts';

interface Recording {
  readonly objects: { readonly [key: string]: readonly KubeObject[] };
  readonly tracked: readonly StringMap[];
}
const { objects, tracked } = recorded<Recording>('configs');
const { targets } = recorded<{ targets: KubeObject[] }>('config-change-configmap');
const [target] = targets;
const namespace = 'config-change-configmap';

function config(data?: Record<string, string>, more: Record<string, unknown> = {}): KubeObject {
  const metadata = { name: 'env', namespace: 'test' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...(data ? { data } : {}), ...more };
}

describe('what a target names', () => {
  test('is found in volumes, projections, environments and init containers, as recorded', () => {
    if (!target) throw new Error('nothing recorded');
    const refs = configRefs(target, namespace);
    expect(refs.map(({ key }) => key).sort()).toEqual(
      ['configmap/podinfo-absent', 'configmap/podinfo-untracked', ...Object.keys(tracked[0] ?? {})].sort(),
    );
    expect(refs.filter(({ optional }) => optional).map(({ key }) => key)).toEqual(['configmap/podinfo-absent']);
  });

  test('is optional only when every mention says so', () => {
    const mention = (name: string, optional: boolean) => ({ secretRef: { name, optional } });
    const env = [mention('a', true), mention('a', false), mention('b', true), mention('b', true)];
    const object = deployment({}, { podSpec: { containers: [{ envFrom: env }] } });
    expect(configRefs(object, 'test')).toEqual([
      { key: 'secret/a', ref: { apiVersion: 'v1', kind: 'Secret', namespace: 'test', name: 'a' }, optional: false },
      { key: 'secret/b', ref: { apiVersion: 'v1', kind: 'Secret', namespace: 'test', name: 'b' }, optional: true },
    ]);
  });

  test('includes Secrets in volumes, but neither pull secrets nor ephemeral containers nor nameless mentions', () => {
    const podSpec = {
      imagePullSecrets: [{ name: 'pull' }],
      ephemeralContainers: [{ envFrom: [{ configMapRef: { name: 'debug' } }] }],
      containers: [{ envFrom: [{ configMapRef: {} }] }],
      volumes: [{ secret: { secretName: 'certs' } }],
    };
    expect(configRefs(deployment({}, { podSpec }), 'test').map(({ key }) => key)).toEqual(['secret/certs']);
  });
});

describe('checksums', () => {
  const steps = tracked.flatMap((step, index) => Object.entries(step).map(([key, sum]) => [key, index, sum] as const));
  test.each(steps)('%s has the recorded one at step %i', (key, index, sum) => {
    const versions = objects[key] ?? [];
    const object = versions[index] ?? versions[0];
    if (!object) throw new Error(`${key} is not recorded`);
    expect(checksum(object)).toBe(sum);
  });

  test('data that is absent and data that is empty are the same', () => {
    expect(checksum(config())).toBe(checksum(config({})));
    expect(checksum(config())).toBe('74234e98afe7498f');
  });

  test('neither labels nor the order of keys count', () => {
    expect(checksum(config({ b: '2', a: '1' }))).toBe(checksum(config({ a: '1', b: '2' }, { extra: 1 })));
  });

  test('binary data counts', () => {
    const [one, two] = [
      checksum(config({}, { binaryData: { a: 'AA==' } })),
      checksum(config({}, { binaryData: { a: 'AQ==' } })),
    ];
    expect(new Set([one, two, checksum(config())]).size).toBe(3);
  });
});

describe('tracking', () => {
  const secret = (type?: string) => config({}, { kind: 'Secret', ...(type ? { type } : {}) });
  const annotated = (value: string) =>
    config({}, { metadata: { name: 'env', annotations: { 'flagger.app/config-tracking': value } } });
  test.each([
    ['a ConfigMap', config(), true],
    ['a ConfigMap that opted out', annotated('disabled'), false],
    ['a ConfigMap that opted out in short', annotated('disable'), false],
    ['a ConfigMap that opted in', annotated('enabled'), true],
    ['a Secret without a type', secret(), true],
    ['an opaque Secret', secret('Opaque'), true],
    ['a TLS Secret', secret('kubernetes.io/tls'), true],
    ['a token of a service account', secret('kubernetes.io/service-account-token'), false],
  ])('%s', (_, object, expected) => {
    expect(isTracked(object)).toBe(expected);
  });
});

describe('copies', () => {
  const canary = canaryOf(namespace);
  const copies = Object.entries(objects).filter(([key]) => key.endsWith('-primary'));
  test.each(copies)('%s is the recorded one', (key, versions) => {
    const sources = objects[key.replace(/-primary$/, '')] ?? [];
    let live: KubeObject | undefined;
    for (const [index, expected] of versions.entries()) {
      const source = sources[index];
      if (!source) throw new Error(`the source of ${key} is not recorded`);
      live = renderCopy(canary, source, live, []);
      expect(plain(live)).toEqual(expected);
      expect(renderCopy(canary, source, live, [])).toEqual(live);
    }
  });

  test('labels are those that the prefixes include, annotations none', () => {
    const metadata = { name: 'env', labels: { 'team/a': '1', app: 'x' }, annotations: { note: 'n' } };
    const copy = renderCopy(canary, config({}, { metadata }), undefined, ['team/']);
    expect(copy.metadata.labels).toEqual({ 'team/a': '1' });
    expect(copy.metadata.annotations).toBeUndefined();
  });

  test('a copy that two Canaries share has both as owners, and they come to rest', () => {
    const other = canaryOf(namespace, {}, 'other-uid');
    const first = owned(renderCopy(other, config(), undefined, []), 'other-uid');
    const shared = renderCopy(canary, config(), first, []);
    expect(shared.metadata.ownerReferences?.map(({ uid, controller }) => [uid, controller])).toEqual([
      ['other-uid', false],
      ['canary-uid', true],
    ]);
    expect(renderCopy(other, config(), shared, [])).toEqual(shared);
    expect(renderCopy(canary, config(), shared, [])).toEqual(shared);
  });

  test('binary data is copied', () => {
    expect(renderCopy(canary, config(undefined, { binaryData: { a: 'AA==' } }), undefined, [])).toMatchObject({
      binaryData: { a: 'AA==' },
    });
  });
});

test('a missing config is reported as the reference does', () => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'config-missing', name: 'podinfo-env' };
  expect(missingConfigMessage({ key: 'configmap/podinfo-env', ref, optional: false }, 'config-missing')).toBe(
    'createPrimaryDeployment failed: GetTargetConfigs failed: configmap podinfo-env.config-missing get query error: configmap podinfo-env.config-missing get query error: configmaps "podinfo-env" not found',
  );
});
