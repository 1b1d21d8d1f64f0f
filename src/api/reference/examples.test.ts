import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { Client } from '../../kube/client.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import { embedded } from '../../kube/testing/embedded.ts';
import { inProcessTransport } from '../../sandbox/api/in-process.ts';
import { customResourceDefinitions } from '../crd.ts';
import { parseAlertProvider } from '../parse-alert-provider.ts';
import { parseCanary } from '../parse-canary.ts';
import { parseMetricTemplate } from '../parse-metric-template.ts';
import { options } from '../testing/canary-manifest.ts';
import { type Exampled, exampleManifest, exampleOf } from './example-manifest.ts';
import { documented } from './kinds.ts';
import { nodeOf } from './node.ts';
import { sectionsOf } from './sections.ts';

const parsers: Readonly<Record<string, (object: KubeObject) => { ok: boolean }>> = {
  Canary: (object) => parseCanary(object, options),
  MetricTemplate: parseMetricTemplate,
  AlertProvider: parseAlertProvider,
};

/** What the controller makes of a manifest. */
function parsed(object: KubeObject): { ok: boolean } {
  const parse = parsers[object.kind];
  if (!parse) throw new Error(`nothing reads a ${object.kind}`);
  return parse(object);
}

function fieldsOf({ schema }: Exampled) {
  return sectionsOf(nodeOf(schema)).flatMap(({ fields }) => fields);
}

/** The value at a path such as `spec.match[].headers.*.exact`: of the first item, and of the first key. */
function at(object: unknown, path: string): unknown {
  const steps = path.replaceAll('[]', '.0').split('.');
  return steps.reduce(
    (found, step) => (step === '*' ? dig(found, Object.keys(found ?? {})[0] ?? '') : dig(found, step)),
    object,
  );
}

/** Absent and the default mean the same to routers, which read these as they were written. */
const passedOn = new Set([
  'spec.service.rewrite.type',
  'spec.service.corsPolicy.allowCredentials',
  'spec.service.gatewayRefs[].group',
  'spec.service.gatewayRefs[].kind',
  'spec.service.mirror[].backendRef.group',
  'spec.service.mirror[].backendRef.kind',
]);

describe.each(documented)('of $kind', (kind) => {
  const fields = fieldsOf(kind);
  const examples = Object.keys(kind.examples);

  test('every field has a meaning and an example, and nothing else has one', () => {
    expect(examples.toSorted()).toEqual(fields.map(({ path }) => path).toSorted());
    expect(fields.filter(({ meaning }) => !/^[A-Z].*\.$/.test(meaning)).map(({ path }) => path)).toEqual([]);
  });

  test.each(examples)('the example of %s is accepted', (path) => {
    const manifest = exampleManifest(kind, path);
    expect(at(manifest, path)).toEqual(exampleOf(kind, path));
    expect([...Compile(kind.schema as never).Errors(manifest)]).toEqual([]);
    expect(parsed(manifest)).toMatchObject({ ok: true });
  });

  test('an API server takes all of them', async () => {
    const { server, clock } = embedded(customResourceDefinitions());
    const client = new Client(inProcessTransport(server), { clock, qps: 10_000, burst: 10_000 });
    for (const [index, path] of examples.entries()) {
      const manifest = exampleManifest(kind, path);
      await client.create({ ...manifest, metadata: { ...manifest.metadata, namespace: 'default', name: `n${index}` } });
    }
    expect((await client.list({ apiVersion: 'flagger.app/v1beta1', kind: kind.kind })).items).toHaveLength(
      examples.length,
    );
  });

  const literal = fields.filter(({ path, fallback }) => fallback && !fallback.includes(' ') && !passedOn.has(path));
  test.each(literal)('$path that is absent means $fallback', ({ path, fallback }) => {
    const absent = parsed(exampleManifest(kind, path, null));
    expect(absent).toMatchObject({ ok: true });
    expect(parsed(exampleManifest(kind, path, fallback))).toEqual(absent);
    expect(parsed(exampleManifest(kind, path))).not.toEqual(absent);
  });
});

test('a field that the schema lacks has no example', () => {
  const [kind] = documented;
  if (!kind) throw new Error('no kind is documented');
  expect(() => exampleManifest(kind, 'spec.nothing', 'x')).toThrow('spec.nothing is no field');
  expect(() => exampleManifest(kind, 'spec.nothing')).toThrow('has no example');
});
