import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { Lab } from '../lab/lab.ts';
import { release } from '../lab/manifests.ts';

const checks = `
metrics:
- {name: request-success-rate, interval: 1m, thresholdRange: {min: 99}}
`;

describe('releases with the permissions that were installed', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
    lab.run();
  });
  afterAll(() => lab.close());

  test('a weighted canary is promoted, and the next one is rolled back in full', async () => {
    const spec = 'provider: istio';
    const service = 'gateways: [public], hosts: [shop.example.com]';
    const analysis = `interval: 1s\nthreshold: 2\nmaxWeight: 50\nstepWeight: 25${checks}`;
    await lab.apply(release('shop', { spec, service, analysis }));
    await lab.phase('shop', 'Initialized');
    expect(lab.replicas('shop')).toBe(0);
    await lab.release('shop', '2');
    await lab.phase('shop', 'Succeeded');
    expect(lab.version('shop-primary')).toBe('2');
    expect(lab.seen('shop', 'canaryWeight')).toEqual([0, 25, 50, 0]);

    lab.receivers.metrics = [{ match: /shop/, value: 42 }];
    await lab.release('shop', '3');
    await lab.phase('shop', 'Failed');
    expect(lab.version('shop-primary')).toBe('2');
    expect(weights(lab, 'shop')).toEqual([100, 0]);
    await lab.until('the target is at zero', () => lab.replicas('shop') === 0);
    await lab.until('the team was told', () => lab.receivers.alerts.some((text) => text.includes('danger')));
  });

  test('A/B routes by header for its iterations and is promoted', async () => {
    const analysis = `interval: 1s\nthreshold: 2\niterations: 2\nmatch: [{headers: {x-canary: {exact: insider}}}]${checks}`;
    await lab.apply(release('ab', { spec: 'provider: istio', service: 'gateways: [public]', analysis }));
    await lab.phase('ab', 'Initialized');
    await lab.release('ab', '2');
    await lab.until('the header leads to the canary', () => {
      const first = dig(route(lab, 'ab'), 'spec', 'http', 0);
      return dig(first, 'match', 0, 'headers', 'x-canary', 'exact') === 'insider' && share(first, 'ab-canary') === 100;
    });
    await lab.phase('ab', 'Succeeded');
    expect(lab.version('ab-primary')).toBe('2');
  });

  test('Blue/Green switches after its iterations on plain Services', async () => {
    const analysis = `interval: 1s\nthreshold: 2\niterations: 2${checks}`;
    await lab.apply(release('bg', { analysis }));
    await lab.phase('bg', 'Initialized');
    await lab.release('bg', '2');
    await lab.phase('bg', 'Succeeded');
    expect(lab.version('bg-primary')).toBe('2');
    const apex = lab.cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: lab.namespace, name: 'bg' });
    expect(dig(apex, 'spec', 'selector')).toEqual({ app: 'bg-primary' });
  });

  test('a primary that is deleted in the midst of a run comes back as it was promoted', async () => {
    const hook = '\nwebhooks: [{name: stay, type: confirm-promotion, url: $URL/hook/stay}]';
    lab.receivers.hooks['stay'] = 403;
    await lab.apply(release('lost', { analysis: `interval: 1s\nthreshold: 2\niterations: 1${checks}${hook.trim()}` }));
    await lab.phase('lost', 'Initialized');
    await lab.release('lost', '2');
    await lab.phase('lost', 'WaitingPromotion');
    const uid = () => lab.cluster.get(lab.deployment('lost-primary'))?.metadata.uid;
    const before = uid();
    await lab.cluster.delete(lab.deployment('lost-primary'));
    await lab.until('the primary is back', () => ![before, undefined].includes(uid()));
    expect(lab.version('lost-primary')).toBe('1');
    expect(lab.version('lost')).toBe('2');
    lab.receivers.hooks['stay'] = 200;
    await lab.phase('lost', 'Succeeded');
    expect(lab.version('lost-primary')).toBe('2');
  });

  test('nothing starts before its gate opens', async () => {
    const hook = (name: string, type: string) => `- {name: ${name}, type: ${type}, url: $URL/hook/${name}}`;
    const webhooks = ['webhooks:', hook('start', 'confirm-rollout'), hook('promote', 'confirm-promotion')].join('\n');
    lab.receivers.hooks['start'] = 403;
    lab.receivers.hooks['promote'] = 403;
    const analysis = `interval: 1s\nthreshold: 2\niterations: 1${checks}${webhooks}`;
    await lab.apply(release('gated', { analysis }));
    await lab.phase('gated', 'Initialized');
    await lab.release('gated', '2');
    await lab.phase('gated', 'Waiting');
    expect(lab.replicas('gated')).toBe(0);
    expect(lab.receivers.calls['start']?.[0]).toMatchObject({ name: 'gated', namespace: lab.namespace });
    lab.receivers.hooks['start'] = 200;
    await lab.phase('gated', 'WaitingPromotion');
    expect(lab.version('gated-primary')).toBe('1');
    lab.receivers.hooks['promote'] = 200;
    await lab.phase('gated', 'Succeeded');
    expect(lab.version('gated-primary')).toBe('2');
  });

  test('a changed ConfigMap is a release, and the primary gets its own copy', async () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: lab.namespace } };
    await lab.cluster.create({ ...config, data: { colour: 'blue' } });
    const analysis = `interval: 1s\nthreshold: 2\niterations: 1${checks}`;
    const text = release('tuned', { analysis });
    await lab.apply(text.replace('ports: [', 'envFrom: [{configMapRef: {name: settings}}]\n        ports: ['));
    await lab.phase('tuned', 'Initialized');
    await lab.cluster.patch({ ...config, namespace: lab.namespace, name: 'settings' }, { data: { colour: 'green' } });
    await lab.phase('tuned', 'Succeeded');
    const copy = lab.cluster.get({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: lab.namespace,
      name: 'settings-primary',
    });
    expect(copy?.['data']).toEqual({ colour: 'green' });
  });
});

function route(lab: Lab, name: string): unknown {
  return lab.cluster.get({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    namespace: lab.namespace,
    name,
  });
}

function share(rule: unknown, host: string): unknown {
  const destinations = dig(rule, 'route') as { destination: { host: string }; weight?: number }[] | undefined;
  return destinations?.find(({ destination }) => destination.host.startsWith(host))?.weight;
}

/** Percent of primary and canary in the VirtualService. */
function weights(lab: Lab, name: string): unknown[] {
  const rule = dig(route(lab, name), 'spec', 'http', 0);
  return [share(rule, `${name}-primary`), share(rule, `${name}-canary`)];
}
