import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { createDaemonSets } from './daemonset.ts';
import { primaryBy, refusalBy, withTemplate } from './testing/pods.ts';
import { plain, recorded } from './testing/recorded.ts';

const workload = createDaemonSets({ selectorLabels: ['app'], includeLabelPrefix: [] });
const ZERO = 'flagger.app/scale-to-zero';
const labels = { app: 'podinfo' };

function daemonSet(spec: JsonObject = {}, podSpec: JsonObject = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'podinfo', namespace: 'test', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec }, ...spec },
  };
}

test('the primary is the recorded one, also while the target is at zero', () => {
  const { targets, primaries } =
    recorded<Record<'targets' | 'primaries', readonly KubeObject[]>>('daemonset-kubernetes');
  let live: KubeObject | undefined;
  for (const [index, expected] of primaries.entries()) {
    const target = targets[index];
    if (!target) throw new Error('nothing recorded');
    live = primaryBy(workload, { target, live, id: `id-${index + 1}` });
    expect(plain(live)).toEqual(expected);
  }
});

describe('to zero and back', () => {
  const selector = (value: string | null) => ({ spec: { template: { spec: { nodeSelector: { [ZERO]: value } } } } });
  const awake = daemonSet({}, { nodeSelector: { disk: 'ssd' } });
  const asleep = daemonSet({}, { nodeSelector: { disk: 'ssd', [ZERO]: 'true' } });

  test.each([
    ['to zero a selector is added that no node fulfils', workload.toZero(awake), selector('true')],
    ['from zero it is removed', workload.fromZero(asleep, undefined, undefined), selector(null)],
    ['restoring removes it', workload.restore(asleep, undefined), selector(null)],
  ])('%s', (_, patch, expected) => {
    expect(patch).toEqual(expected);
  });

  test.each([
    ['without another selector', daemonSet({}, { nodeSelector: { [ZERO]: 'true' } }), daemonSet()],
    ['with an empty one left behind', daemonSet({}, { nodeSelector: {} }), daemonSet()],
    ['with one of the user', asleep, awake],
  ])('the revision does not show it, %s', (_, object, same) => {
    expect(workload.revision(object)).toBe(workload.revision(same));
  });
});

describe('how pods are replaced', () => {
  const onDelete = { updateStrategy: { type: 'OnDelete' } };
  const rolling = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } };

  test('a target that does not roll can not have a primary', () => {
    expect(refusalBy(workload, { target: daemonSet(onDelete) })).toBe(
      'createPrimaryDaemonSet failed: daemonset podinfo.test must have RollingUpdate strategy but have OnDelete',
    );
  });

  test.each([
    ['an absent strategy', {}],
    ['an empty type', { updateStrategy: { type: '' } }],
    ['a rolling update', rolling],
  ])('%s will do', (_, spec) => {
    expect(refusalBy(workload, { target: daemonSet(spec) })).toBeUndefined();
  });

  test('a primary takes over how to roll, and keeps it when the target no longer rolls', () => {
    const live = primaryBy(workload, { target: daemonSet({ ...rolling, minReadySeconds: 5 }) });
    expect(live.spec).toMatchObject({ ...rolling, minReadySeconds: 5 });
    const promoted = primaryBy(workload, { target: daemonSet(onDelete), live, id: 'id-2' });
    expect(promoted.spec).toMatchObject(rolling);
    expect(promoted.spec).not.toHaveProperty('minReadySeconds');
  });
});

describe('ports of the node', () => {
  const port = (hostPort: number) => ({ containers: [{ name: 'app', ports: [{ containerPort: 80, hostPort }] }] });

  test('two copies can not share one, so that there can not be a primary', () => {
    expect(refusalBy(workload, { target: daemonSet({}, port(8080)) })).toBe(
      'daemonset podinfo.test uses port 8080 of its nodes, where a primary could not run beside it: remove hostPort and hostNetwork',
    );
  });

  test('a primary that exists shows that it is possible', () => {
    const live = primaryBy(workload, { target: daemonSet() });
    expect(refusalBy(workload, { target: daemonSet({}, port(8080)), live })).toBeUndefined();
  });

  test('port 0 is none', () => {
    expect(refusalBy(workload, { target: daemonSet({}, port(0)) })).toBeUndefined();
  });
});

test('spreading rules are left as they are', () => {
  const rules = { topologySpreadConstraints: [{ labelSelector: { matchLabels: labels } }] };
  const primary = primaryBy(workload, { target: withTemplate(daemonSet(), { spec: rules }) });
  expect(primary.spec).toMatchObject({ template: { spec: rules } });
});

test('the generation that the API server counts is not copied', () => {
  const target = daemonSet();
  const annotations = { 'deprecated.daemonset.template.generation': '7', note: 'kept' };
  const primary = primaryBy(workload, { target: { ...target, metadata: { ...target.metadata, annotations } } });
  expect(primary.metadata.annotations).toEqual({ note: 'kept' });
});
