import { expect, test } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { compare } from './compare.ts';
import { loadScenario, type Scenario } from './scenario.ts';
import { replay } from './stage.ts';

/** A recorded scenario, played and recorded with a StatefulSet in the place of the Deployment. */
function withStatefulSet(id: string): Scenario {
  const text = JSON.stringify(loadScenario(id)).replace(/Deployment(?=["/ ])/g, 'StatefulSet');
  return JSON.parse(text.replaceAll('{"setImage":{', '{"setImage":{"kind":"StatefulSet",')) as Scenario;
}

test('a StatefulSet is released by the statuses, routes, queries and events of a Deployment', async () => {
  const scenario = withStatefulSet('weight-istio');
  const differences = compare(scenario, await replay(scenario), [
    { scenario: '*', match: '^object apps/v1/StatefulSet/', reason: 'It has other defaults than a Deployment' },
    { scenario: '*', match: '^alert .*Weight step', reason: 'Alerts name the weight at which promotion starts' },
  ]);
  expect(differences).toEqual([]);
});

test('the two StatefulSets change places, and the primary has a Service of its own for its pods', async () => {
  const { objects, error } = await replay(withStatefulSet('weight-istio'));
  expect(error).toBeUndefined();
  const last = (name: string) => objects[`apps/v1/StatefulSet/${name}`]?.at(-1)?.object;
  const image = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;
  expect(dig(last('podinfo'), 'spec', 'replicas')).toBe(0);
  expect(dig(last('podinfo'), ...image)).toBe('podinfo:2.0.0');
  expect(dig(last('podinfo-primary'), ...image)).toBe('podinfo:2.0.0');
  expect(last('podinfo-primary')?.['spec']).toMatchObject({ serviceName: 'podinfo-primary', replicas: 2 });
});
