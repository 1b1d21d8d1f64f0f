import { describe, expect, it } from 'vitest';
import { meshFor } from '../../meshes/registry.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import type { Condition } from '../../src/api/status.ts';
import { canaryManifest, options } from '../../src/api/testing/canary-manifest.ts';
import { refusedCanaries } from '../../src/api/testing/refused-canaries.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { inProcessTransport } from '../../src/sandbox/api/in-process.ts';
import type { Scenario } from './scenario.ts';
import { Stage } from './stage.ts';

const meshOptions = { ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io', ingressClass: '' };

/** Our definitions without their schemas: an older or foreign CRD lets everything through, and the controller must cope. */
function unchecked(): KubeObject[] {
  return customResourceDefinitions().map((definition) => {
    const copy = structuredClone(definition) as KubeObject & { spec: { versions: { schema: unknown }[] } };
    const anything = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    for (const version of copy.spec.versions) version.schema = anything;
    return copy;
  });
}

// Rows that need other flags, or a provider that isn't built yet, are covered where parsing is tested
const rows = refusedCanaries.filter(({ spec, refusals, options: flags }) => {
  const provider = spec['provider'];
  const built = typeof provider !== 'string' || meshFor(provider, meshOptions) !== undefined;
  return flags === undefined && (built || refusals.some(([, field]) => field === 'spec.provider'));
});

describe('a Canary that can not work is told so, and nothing is touched', () => {
  it('the table has more than forty ways to be wrong', () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  it.each(rows)('$name', async ({ spec, refusals }) => {
    const canary = canaryManifest(spec);
    const scenario = {
      id: 'bad',
      title: 'bad input',
      provider: 'kubernetes',
      flags: { 'mesh-provider': options.meshProvider },
      timeline: [{ sleep: 12 }],
      manifests: [{ ...canary, metadata: { name: canary.metadata.name } }],
      recording: { status: {}, objects: {}, events: [], webhooks: {}, alerts: [], queries: [] },
    } as unknown as Scenario;
    const stage = new Stage(scenario, { definitions: unchecked(), transport: inProcessTransport });
    try {
      const { objects } = await stage.run();
      const live = stage.cluster.list({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })[0];
      const conditions = (dig(live, 'status', 'conditions') ?? []) as Condition[];
      const refused = conditions.find(({ type }) => type === 'Ready');
      expect(refused?.status).toBe('False');
      for (const [, field] of refusals) expect(refused?.message).toContain(field);
      expect(Object.keys(objects).filter((key) => !key.includes('/Canary/'))).toEqual([]);
      expect(stage.mock.events.some((event) => dig(event, 'metadata', 'eventMessage') === refused?.message)).toBe(true);
    } finally {
      await stage.close();
    }
  });
});
