import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { parseMetricTemplate } from './parse-metric-template.ts';

const manifest = (spec: unknown): KubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'latency', namespace: 'test' },
  spec,
});

test('a MetricTemplate is read with its defaults', () => {
  expect(parseMetricTemplate(manifest({ provider: { type: 'prometheus' }, query: 'up' }))).toEqual({
    ok: true,
    value: {
      name: 'latency',
      namespace: 'test',
      provider: { type: 'prometheus', headers: {}, insecureSkipVerify: false },
      query: 'up',
    },
  });
});

test('a MetricTemplate is read with everything in it', () => {
  const provider = {
    type: 'cloudwatch',
    address: 'http://a',
    headers: { 'X-Scope': ['a', 'b'] },
    secretRef: { name: 'aws' },
    region: 'eu-west-1',
    insecureSkipVerify: true,
  };
  expect(parseMetricTemplate(manifest({ provider, query: '[]' }))).toMatchObject({
    ok: true,
    value: {
      provider: {
        type: 'cloudwatch',
        address: 'http://a',
        headers: { 'X-Scope': ['a', 'b'] },
        secretName: 'aws',
        region: 'eu-west-1',
        insecureSkipVerify: true,
      },
    },
  });
});

test.each([
  ['no spec', undefined, ['spec']],
  ['no query', { provider: { type: 'prometheus' } }, ['spec.query']],
  ['an empty query', { provider: { type: 'prometheus' }, query: ' \n' }, ['spec.query']],
  ['an unknown type', { provider: { type: 'statsd' }, query: 'up' }, ['spec.provider.type']],
  ['no type', { provider: {}, query: 'up' }, ['spec.provider.type']],
  [
    'a header that is no list, and a Secret without a name',
    { provider: { type: 'prometheus', headers: { 'X-Scope': 'a' }, secretRef: {} }, query: 'up' },
    ['spec.provider.headers.X-Scope', 'spec.provider.secretRef.name'],
  ],
])('a MetricTemplate with %s is refused', (_, spec, fields) => {
  const parsed = parseMetricTemplate(manifest(spec));
  expect(parsed.ok ? [] : parsed.refusals.map(({ field }) => field).sort()).toEqual(fields);
});
