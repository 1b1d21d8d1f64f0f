import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { flaggerValues } from './testing/flagger-values.ts';
import { defaultValues, readValues } from './values.ts';

function problems(...given: unknown[]): readonly string[] {
  const read = readValues(...given);
  return read.ok ? [] : read.problems;
}

test('values.yaml of the chart says the defaults', () => {
  const file = readFileSync(new URL('../../deploy/helm/sluice/values.yaml', import.meta.url), 'utf8');
  expect(parse(file)).toEqual(defaultValues());
});

test("the defaults are a set of values themselves, and so is a file with every value of Flagger's chart", () => {
  expect(problems(defaultValues(), flaggerValues)).toEqual([]);
});

test.each(['linkerd', 'gatewayapi:v2', 'istio:v1'])('the provider %s, which does not exist, is refused', (name) => {
  const list = 'use one of gatewayapi, gatewayapi:v1, gatewayapi:v1beta1, istio, knative, kubernetes, nginx, none';
  expect(problems({ meshProvider: name })).toEqual([`meshProvider ${name} is not supported; ${list}`]);
  expect(problems({ additionalMeshProviders: ['nginx', name] })).toEqual([
    `additionalMeshProviders ${name} is not supported; ${list}`,
  ]);
});

test('a chart that has this one as a dependency may switch it with `enabled`', () => {
  expect(problems({ enabled: true, global: { a: 'b' } })).toEqual([]);
  expect(problems({ enabled: 'yes' })).toEqual(['enabled must be boolean']);
});

describe('reading values', () => {
  test('merges maps, replaces everything else, and lets the last one win', () => {
    const read = readValues(
      { slack: { channel: 'a' }, env: [{ name: 'A' }] },
      { slack: { user: 'b' }, env: [{ name: 'B' }] },
    );
    expect(read).toMatchObject({
      ok: true,
      values: { slack: { channel: 'a', user: 'b' }, env: [{ name: 'B' }], logLevel: 'info' },
    });
  });

  test('takes null for an empty value, and for none within an object of Kubernetes', () => {
    const read = readValues({
      podAnnotations: null,
      env: null,
      slack: { user: null },
      resources: { limits: { cpu: null } },
    });
    expect(read).toMatchObject({ ok: true, values: { podAnnotations: {}, env: [], slack: { user: '' } } });
    expect(read.ok && read.values.resources).toEqual({
      limits: { memory: '512Mi' },
      requests: { memory: '128Mi', cpu: '10m' },
    });
  });

  test('takes an empty map for an empty list', () => {
    const read = readValues({ additionalVolumes: [{ name: 'a' }] }, { additionalVolumes: {}, tolerations: {} });
    expect(read).toMatchObject({ ok: true, values: { additionalVolumes: [], tolerations: [] } });
  });

  test.each([
    {
      given: { metricServer: 'x' },
      problem: 'metricServer is no value of this installation; did you mean metricsServer?',
    },
    { given: { slack: { token: 'x' } }, problem: 'slack.token is no value of this installation' },
    { given: { leaderElection: { replicaCount: 0 } }, problem: 'leaderElection.replicaCount must be >= 1' },
    { given: { crd: { create: 'yes' } }, problem: 'crd.create must be boolean' },
    { given: { env: { name: 'A' } }, problem: 'env must not have more than 0 properties' },
    { given: 'logLevel', problem: 'the values must be object' },
  ])('refuses $given', ({ given, problem }) => {
    expect(problems(given)).toEqual([problem]);
  });
});
