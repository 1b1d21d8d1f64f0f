import { describe, expect, test } from 'vitest';
import type { Live } from '../../meshes/contract.ts';
import { meshFor } from '../../meshes/registry.ts';
import { isBuiltinMetric } from '../../metrics/builtin.ts';
import type { Canary } from '../../src/api/canary.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import { parseCanary } from '../../src/api/parse-canary.ts';
import { testCluster } from '../../src/install/testing/cluster.ts';
import { dig, type KubeObject, refKey, refOf } from '../../src/kube/object.ts';
import { defaultOptions } from '../../src/options.ts';
import { routingDefinitions } from '../../src/sandbox/routing-crds.ts';
import { type KindRouter, kindManifests, kindRouters } from './manifests.ts';

const options = defaultOptions();

function objectsOf(router: KindRouter): KubeObject[] {
  return kindManifests(router).flatMap(({ objects }) => objects);
}

function only(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects are ${kind} ${name}`);
  return found[0];
}

function canaryOf(router: KindRouter): Canary {
  const parsed = parseCanary(only(objectsOf(router), 'Canary', 'shop'), {
    meshProvider: 'kubernetes',
    noCrossNamespaceRefs: true,
    capabilities: (provider) => meshFor(provider, options)?.can,
  });
  if (!parsed.ok) throw new Error(parsed.refusals.map(({ message }) => message).join('\n'));
  return parsed.value;
}

test('all manifests are those of the two demos, each file once', () => {
  const files = kindManifests().map(({ file }) => file);
  const each = new Set(kindRouters.flatMap((router) => kindManifests(router).map(({ file }) => file)));
  expect(new Set(files)).toEqual(each);
  expect(files).toHaveLength(each.size);
});

describe.each(kindRouters)('the demo with %s', (router) => {
  test('is accepted by an API server, in the order of its script', async () => {
    const { client } = testCluster({ seed: [...customResourceDefinitions(), ...routingDefinitions()] });
    for (const object of objectsOf(router)) await client.create(object);
    for (const object of objectsOf(router)) expect(await client.get(refOf(object))).toMatchObject(object);
  });

  test('has a Canary for its provider, checked by what is built in', () => {
    const { provider, analysis, skipAnalysis } = canaryOf(router);
    expect({ provider, skipAnalysis }).toEqual({ provider: router, skipAnalysis: false });
    expect(analysis.metrics.map(({ name }) => name)).toEqual(['request-success-rate', 'request-duration']);
    expect(analysis.metrics.every(({ name }) => isBuiltinMetric(name))).toBe(true);
  });

  test('releases a Deployment that has the port of the Canary', () => {
    const { target, service } = canaryOf(router);
    const deployment = only(objectsOf(router), 'Deployment', target.name);
    const [container] = dig(deployment, 'spec', 'template', 'spec', 'containers') as { ports: { name: string }[] }[];
    expect(container?.ports.map(({ name }) => name)).toContain(service.targetPort);
  });

  test('gives the router something to render', () => {
    const objects = new Map(objectsOf(router).map((object) => [refKey(refOf(object)), object]));
    const live: Live = (ref) => objects.get(refKey(ref));
    const traffic = { primary: 80, canary: 20, mirror: false };
    const request = { canary: canaryOf(router), traffic, selectorLabel: 'app', owned: true };
    const rendered = meshFor(router, options)?.render(request, live);
    expect(rendered).toMatchObject({ objects: expect.arrayContaining([expect.anything()]) });
  });

  test('names every image by a version', () => {
    const images = [...JSON.stringify(objectsOf(router)).matchAll(/"image":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(images.length).toBeGreaterThanOrEqual(3);
    expect(images.filter((image) => !/:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });

  test('sends its load to the apex', () => {
    const { service, namespace } = canaryOf(router);
    const script = JSON.stringify(only(objectsOf(router), 'Deployment', 'load'));
    const places = { istio: `http://${service.apexName}.${namespace}/`, nginx: ingressHost() };
    expect(script).toContain(places[router]);
  });
});

function ingressHost(): string {
  const [rule] = dig(only(objectsOf('nginx'), 'Ingress', 'shop'), 'spec', 'rules') as { host: string }[];
  return `Host: ${rule?.host}`;
}
