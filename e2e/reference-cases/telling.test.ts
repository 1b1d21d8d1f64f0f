import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { analysis, canary, target } from './manifests.ts';
import { image, play, until } from './play.ts';

const chat: KubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'AlertProvider',
  metadata: { name: 'chat' },
  spec: { type: 'slack', channel: 'releases', address: '{{MOCK}}/alert/chat' },
};

describe('alerts, queries and metrics', () => {
  test('trap 1: an alert without `severity` gets everything from info on (improved: the docs say so, the reference never sends it)', async () => {
    const alerts = [{ name: 'chat', providerRef: { name: 'chat' } }];
    const seen = await play({
      objects: [target(), chat, canary({ analysis: analysis({ alerts }) })],
      timeline: [until('Initialized')],
    });
    expect(seen.alerts()).toEqual(['New Deployment detected, initialization completed.']);
  });

  test('trap 3: a rollback because of the deadline is alerted as an error (improved: the reference has the text and never sends it)', async () => {
    const seen = await play({
      objects: [target(), canary()],
      timeline: [until('Initialized'), image('web:2-deadline'), until('Failed')],
    });
    expect(seen.alerts().at(-1)).toMatch(/^Progress deadline exceeded /);
    expect(JSON.stringify(seen.recording.alerts.at(-1))).toContain('"color":"danger"');
  });

  test('trap 20: a template without `interval` is asked for one minute (improved: the reference renders an empty window)', async () => {
    const template: KubeObject = {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'errors' },
      spec: {
        provider: { type: 'prometheus', address: '{{MOCK}}/prom' },
        query: 'rate(errors[{{ interval }}])',
      },
    };
    const metrics = [{ name: 'errors', templateRef: { name: 'errors' }, thresholdRange: { max: 100 } }];
    const seen = await play({
      objects: [target(), template, canary({ analysis: analysis({ metrics }) })],
      timeline: [until('Initialized'), image('web:2'), until('Succeeded')],
    });
    const asked = seen.recording.queries.map(({ query }) => query);
    expect(asked).toContain('rate(errors[1m])');
    expect(asked).not.toContain('rate(errors[])');
  });

  test('trap 29: weights without a mesh become ten checks, counted as a canary, and said once per run (improved: the reference says it at each check)', async () => {
    const seen = await play({
      objects: [target(), canary({ provider: 'kubernetes' })],
      timeline: [until('Initialized'), image('web:2'), until('Succeeded')],
    });
    expect(seen.eventsWith('Advance shop.test canary iteration 10/10')).toHaveLength(1);
    expect(seen.eventsWith('Progressive traffic is not supported when using the kubernetes provider')).toHaveLength(1);
    expect(seen.eventsWith('Setting canaryAnalysis.iterations: 10')).toHaveLength(1);
    const counted = Object.keys(seen.recording.metrics ?? {}).filter((name) => name.includes('successes_total'));
    expect(counted).toEqual([expect.stringContaining('deployment_strategy="canary"')]);
  });
});
