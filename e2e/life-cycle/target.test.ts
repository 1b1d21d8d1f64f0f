import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { jsonAnswer } from '../../src/sandbox/api/exchange.ts';
import { kindNamed, NAMESPACE, pathOf } from './kinds.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, service } from './objects.ts';

const fixed = { service: { name: 'web', port: 80, targetPort: 'http' } };

/** A release of a Canary with the weights 50 and 100 as far as the first one. */
async function half(life: Life, image = 'web:2'): Promise<void> {
  await life.setImage(image);
  await life.until('half of the traffic on the canary', () => life.weight() === 50);
}

async function recreate(life: Life, image: string): Promise<void> {
  await life.remove('Deployment');
  await life.advance(3_000);
  await life.put(deployment({ image }));
}

/** Between two steps of the controller. */
function annotate(life: Life, key: string, value: string): void {
  const path = pathOf({ ...kindNamed('Deployment'), namespace: NAMESPACE, name: 'web' });
  const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'user' };
  const body = JSON.stringify({ metadata: { annotations: { [key]: value } } });
  life.stage.server.handle({ method: 'PATCH', path, headers, body });
}

describe('a Canary is pointed to another target', () => {
  const shop = deployment({ name: 'shop', image: 'shop:1' });

  it('clients of the same Service are moved over once the primary of the new one is ready', async () => {
    await live([deployment(), shop, service(), canary(fixed)], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('the new primary', () => life.image('shop-primary') === 'shop:1');
      await life.until('the apex', () => dig(life.find('Service'), 'spec', 'selector', 'app') === 'shop-primary');
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('nothing of the old target is lost, and its primary goes on to run', async () => {
    await live([deployment(), shop, service(), service('shop', 'shop'), canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      await life.advance(60_000);
      expect([life.replicas('web-primary'), life.image('web-primary')]).toEqual([2, 'web:1']);
      expect(life.find('Deployment', 'web')).toBeDefined();
      for (const name of ['web', 'web-primary', 'shop', 'shop-primary']) {
        expect(life.watcher.answers(name), `Service ${name}`).toBe(true);
      }
    });
  });

  it('a Service that clients use by the name of the new target answers throughout', async () => {
    await live([deployment(), shop, service(), service('shop', 'shop'), canary()], async (life) => {
      await life.reach('Initialized');
      life.watcher.follow('shop');
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
    });
  });

  it('in the midst of a run', async () => {
    await live([deployment(), shop, service(), canary(fixed)], async (life) => {
      await life.reach('Initialized');
      await half(life);
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      expect(life.image('web-primary')).toBe('web:1');
      expect(life.image('shop-primary')).toBe('shop:1');
      expect(life.weight()).toBe(0);
    });
  });

  it('in the midst of a run, with another Service: no traffic is left on the canary of the old one', async () => {
    await live([deployment(), shop, service(), service('shop', 'shop'), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      expect([life.weight('web'), life.image('web-primary'), life.image('shop-primary')]).toEqual([
        0,
        'web:1',
        'shop:1',
      ]);
    });
  });

  it('in the midst of a run, to one that comes later: the traffic is taken back, and that one is taken in hand', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('all traffic on the primary', () => life.weight('web') === 0);
      await life.advance(30_000);
      await life.put(shop);
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      expect(life.said.filter((text) => text === 'Initialization done! web.life')).toHaveLength(2);
      expect([life.image('web-primary'), life.image('shop-primary')]).toEqual(['web:1', 'shop:1']);
    });
  });

  it('and back, after a release of the first one has failed: its primary stays as it was promoted', async () => {
    const failing = {
      threshold: 1,
      iterations: 1,
      metrics: [{ name: 'm', query: 'broken', thresholdRange: { max: 1 } }],
    };
    await live([deployment(), shop, service(), canary({ ...fixed, analysis: failing })], async (life) => {
      await life.reach('Initialized');
      await life.setImage('web:2');
      await life.reach('Failed');
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.until('rest', () => life.stageOf() === 'idle' && life.replicas('shop') === 0);
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'web' } } });
      await life.until('rest again', () => life.stageOf() === 'idle' && life.replicas('web') === 0);
      expect(life.image('web-primary')).toBe('web:1');
    });
  });

  it('to one that isn’t there: everything stays as it is until it comes', async () => {
    await live([deployment(), service(), canary(fixed)], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.advance(60_000);
      expect(life.said.at(-1)).toContain('"shop" not found');
      expect(life.watcher.answers('web')).toBe(true);
      await life.put(shop);
      await life.until('rest', () => life.replicas('shop-primary') === 2 && life.replicas('shop') === 0);
    });
  });
});

describe('somebody else writes to the target at the same time', () => {
  it('what was decided on an older version of it is refused, and decided again', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      let overtaken = 0;
      life.stage.server.intercept(({ method, path, headers }) => {
        const ours = headers['user-agent']?.startsWith('flagger/') && method === 'PATCH';
        if (ours && /\/deployments\/web(\?|$)/.test(path) && overtaken === 0) {
          overtaken += 1;
          annotate(life, 'by', 'another');
        }
        return undefined;
      });
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect(overtaken).toBe(1);
      const answers = life.writes.filter(({ name, resource }) => resource === 'deployments' && name === 'web');
      expect(answers.map(({ status }) => status)).toEqual([200, 409, 200, 200]);
    });
  });

  it('a cache that goes on to be behind is not asked again and again', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      const conflict = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Conflict', code: 409 };
      const relent = life.stage.server.intercept(({ method, path, headers }) => {
        const ours = headers['user-agent']?.startsWith('flagger/') && method === 'PATCH';
        return ours && /\/deployments\/web(\?|$)/.test(path) ? jsonAnswer(409, conflict) : undefined;
      });
      await life.setImage('web:2');
      const before = life.writes.length;
      await life.advance(10_000);
      expect(life.writes.length - before).toBeLessThan(20);
      relent();
      await life.reach('Succeeded');
    });
  });
});

describe('the target goes while a rollback has not reached its routes yet', () => {
  it('all traffic is taken back as soon as the routes can be written', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      life.watcher.excused.add('route');
      const relent = life.refuse('PUT', /virtualservices/);
      await life.patch('Canary', 'web', { metadata: { annotations: { 'sluice.dev/command': 'abort' } } });
      await life.reach('rollingBack');
      await life.remove('Deployment');
      await life.advance(6_000);
      expect(life.weight()).toBe(50);
      relent();
      await life.until('all traffic on the primary', () => life.weight() === 0);
    });
  });
});

describe('the target is deleted and made again', () => {
  it('at rest and as it was promoted: no run begins, and clients don’t notice', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await recreate(life, 'web:1');
      await life.advance(60_000);
      expect(life.status()).toMatchObject({ phase: 'Initialized', run: { number: 0 } });
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('at rest with another image: it is released', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await recreate(life, 'web:2');
      await life.reach('Succeeded');
      expect(life.image('web-primary')).toBe('web:2');
    });
  });

  it('in the midst of a run with the image of the run: it is released', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      life.watcher.excused.add('route');
      await recreate(life, 'web:2');
      await life.reach('Succeeded');
      expect(life.image('web-primary')).toBe('web:2');
    });
  });

  it('in the midst of a run with another image: that one is released', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      life.watcher.excused.add('route');
      await recreate(life, 'web:3');
      await life.reach('Succeeded');
      expect(life.image('web-primary')).toBe('web:3');
    });
  });

  it('in the midst of a run with the promoted image: what was promoted stays', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      life.watcher.excused.add('route');
      await recreate(life, 'web:1');
      await life.until('rest', () => life.stageOf() === 'idle');
      expect(life.image('web-primary')).toBe('web:1');
      expect(life.weight()).toBe(0);
    });
  });

  it('while the primary takes over its spec: all traffic goes to the primary at once, and the run starts over', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 50 } })], async (life) => {
      await life.reach('Initialized');
      await life.setImage('web:2');
      await life.reach('Promoting');
      // Until the routes have moved; then the primary answers alone
      life.watcher.excused.add('route');
      await life.remove('Deployment');
      await life.advance(1_000);
      expect([life.weight(), life.stageOf()]).toEqual([0, 'starting']);
      life.watcher.excused.delete('route');
      await life.put(deployment({ image: 'web:2' }));
      await life.reach('Succeeded');
      expect([life.image('web-primary'), life.replicas('web')]).toEqual(['web:2', 0]);
    });
  });
});

describe('the target is missing', () => {
  it('from the beginning: that is said, and it is taken in hand when it comes', async () => {
    await live([service(), canary()], async (life) => {
      await life.advance(30_000);
      expect(life.said[0]).toBe('deployment web.life get query error: deployments.apps "web" not found');
      expect(life.find('Deployment', 'web-primary')).toBeUndefined();
      await life.put(deployment());
      await life.reach('Initialized');
    });
  });

  it('at rest: the primary goes on to serve, nothing is written, and it is said once per interval', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.remove('Deployment');
      await life.advance(1_000);
      const [writes, said] = [life.writes.length, life.said.length];
      await life.advance(60_000);
      expect(life.writes.slice(writes).map(({ path }) => path)).toEqual([]);
      expect(life.said.length - said).toBe(6);
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('in the midst of a run: its share of the traffic goes back to the primary', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await half(life);
      life.watcher.excused.add('route');
      await life.remove('Deployment');
      await life.advance(30_000);
      expect(life.weight()).toBe(0);
      await life.put(deployment({ image: 'web:2' }));
      await life.reach('Succeeded');
    });
  });
});
