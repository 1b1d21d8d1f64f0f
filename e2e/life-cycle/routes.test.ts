import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, make, service } from './objects.ts';

const abort = { metadata: { annotations: { 'sluice.dev/command': 'abort' } } };

/** A release of a Canary with the weights 50 and 100 as far as the first one. */
async function half(life: Life): Promise<void> {
  await life.reach('Initialized');
  await life.setImage('web:2');
  await life.until('half of the traffic on the canary', () => share(life) === 50);
}

/** Percent of the traffic that any route sends to the canary, at most. */
function share(life: Life): number {
  const ingresses = ['web-canary', 'other-canary'].map((name) => {
    return life.find('Ingress', name)?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'];
  });
  const route = dig(life.find('HTTPRoute'), 'spec', 'rules', 0, 'backendRefs', 1, 'weight');
  return Math.max(...[life.weight(), route, ...ingresses].map((each) => Number(each ?? 0)));
}

describe('routes lead elsewhere by a change of the spec', () => {
  it('at rest: clients of the old Service are served as before, and those of the new one as well', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { service: { name: 'front' } } });
      await life.until('the other route', () => life.find('VirtualService', 'front') !== undefined);
      await life.setImage('web:2');
      await life.reach('Succeeded');
      for (const name of ['web', 'web-primary', 'front', 'front-primary']) {
        expect(life.watcher.answers(name), `Service ${name}`).toBe(true);
      }
    });
  });

  const changes = [
    ['service.name', { service: { name: 'front' } }, { provider: 'istio', apex: 'front' }],
    ['provider', { provider: 'kubernetes' }, { provider: 'kubernetes', apex: 'web' }],
  ] as const;
  const waits = 'that takes effect when it is over';

  it.each(changes)(
    '%s in the midst of a run: it ends in the routes in which it began, and that is told',
    async (_, spec, routes) => {
      await live([deployment(), service(), canary()], async (life) => {
        await half(life);
        await life.patch('Canary', 'web', { spec });
        await life.until('all of the traffic on the canary', () => life.weight() === 100);
        expect(life.said.some((text) => text.includes(waits))).toBe(true);
        await life.reach('Succeeded');
        expect([life.weight(), life.image('web-primary')]).toEqual([0, 'web:2']);
        await life.setImage('web:3');
        await life.reach('Progressing');
        await life.reach('Succeeded');
        expect(life.said.filter((text) => text.includes(waits)).length).toBeLessThan(10);
        expect(life.status()['run']).toMatchObject({ routes });
      });
    },
  );

  it.each(changes)('%s in the midst of a run that is aborted: its traffic is taken back', async (_, spec) => {
    await live([deployment(), service(), canary()], async (life) => {
      await half(life);
      await life.patch('Canary', 'web', { spec });
      await life.patch('Canary', 'web', abort);
      await life.reach('Failed');
      expect([life.weight(), life.image('web-primary'), life.replicas('web')]).toEqual([0, 'web:1', 0]);
    });
  });

  it('provider in the midst of a run: its checks ask about the routes that carry its traffic', async () => {
    const metrics = [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }];
    await live(
      [deployment(), service(), canary({ analysis: { metrics } })],
      async (life) => {
        await half(life);
        await life.patch('Canary', 'web', { spec: { provider: 'kubernetes' } });
        await life.reach('Succeeded');
        const asked = life.stage.mock.queries.map(({ query }) => String(query)).filter((text) => text.includes('life'));
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter((text) => !text.includes('istio_requests_total'))).toEqual([]);
      },
      { metrics: [['.*', 100]] },
    );
  });

  it('provider in the midst of a run whose routes somebody has removed: it goes on in those of the new one', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await half(life);
      life.watcher.excused.add('route');
      await life.patch('Canary', 'web', { spec: { suspend: true } });
      for (const name of ['web-primary', 'web-canary']) await life.remove('DestinationRule', name);
      await life.remove('VirtualService');
      await life.patch('Canary', 'web', { spec: { provider: 'kubernetes', suspend: null } });
      await life.reach('Succeeded');
      expect(life.find('VirtualService')).toBeUndefined();
    });
  });
});

describe('what a provider needs to find its routes changes in the midst of a run', () => {
  const ingress = (name: string): KubeObject => {
    const backend = { service: { name: 'web', port: { number: 80 } } };
    const paths = [{ path: '/', pathType: 'Prefix', backend }];
    return make('Ingress', name, { spec: { rules: [{ host: `${name}.test`, http: { paths } }] } });
  };
  const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' };
  const nginx = { provider: 'nginx', ingressRef };
  const gateway = {
    provider: 'gatewayapi:v1',
    service: { port: 80, targetPort: 'http', gatewayRefs: [{ name: 'gate' }] },
  };
  const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['the Ingress', nginx, { ingressRef: { ...ingressRef, name: 'other' } }],
    ['the provider, and ingressRef is not needed any more', nginx, { provider: 'istio', ingressRef: null }],
    [
      'the provider, and gatewayRefs are not needed any more',
      gateway,
      { provider: 'istio', service: { gatewayRefs: null } },
    ],
  ];

  it.each(cases)('%s: all traffic is back before the canary goes', async (_, fields, spec) => {
    await live([deployment(), service(), ingress('web'), ingress('other'), canary(fields)], async (life) => {
      await half(life);
      await life.patch('Canary', 'web', { spec });
      await life.until('all of the traffic on the canary', () => share(life) === 100);
      await life.reach('Succeeded');
      expect([share(life), life.replicas('web'), life.image('web-primary')]).toEqual([0, 0, 'web:2']);
    });
  });

  it.each(cases)('%s: an abort takes all traffic back', async (_, fields, spec) => {
    await live([deployment(), service(), ingress('web'), ingress('other'), canary(fields)], async (life) => {
      await half(life);
      await life.patch('Canary', 'web', { spec });
      await life.patch('Canary', 'web', abort);
      await life.reach('Failed');
      expect([share(life), life.replicas('web'), life.image('web-primary')]).toEqual([0, 0, 'web:1']);
    });
  });
});
