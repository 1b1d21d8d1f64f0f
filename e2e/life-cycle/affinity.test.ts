import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, gate, service } from './objects.ts';

const sessionAffinity = { cookieName: 'side' };

function cookies(life: Life): unknown[] {
  const { sessionAffinityCookie, previousSessionAffinityCookie, primarySessionAffinityCookie } = life.status();
  return [sessionAffinityCookie, previousSessionAffinityCookie, primarySessionAffinityCookie];
}

function route(life: Life): string {
  return JSON.stringify(dig(life.find('VirtualService'), 'spec', 'http'));
}

async function step(life: Life, image = 'web:2'): Promise<string> {
  await life.setImage(image);
  await life.until(
    'traffic on the canary',
    () => cookies(life)[0] !== undefined && Number(life.status()['canaryWeight']) > 0,
  );
  return String(cookies(life)[0]);
}

describe('session affinity in status', () => {
  it('a cookie is made with the first traffic of a run, is in the routes, and expires when all traffic is back', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeight: 20, sessionAffinity } })], async (life) => {
      await life.reach('Initialized');
      expect(cookies(life)).toEqual([undefined, undefined, undefined]);
      const cookie = await step(life);
      expect(cookie).toMatch(/^side=[A-Za-z]{10}$/);
      expect(route(life)).toContain(`${cookie}; Max-Age=86400`);
      await life.until('the next step', () => life.status()['canaryWeight'] === 40);
      expect(cookies(life)).toEqual([cookie, undefined, undefined]);
      await life.reach('Succeeded');
      expect(cookies(life)).toEqual([undefined, cookie, undefined]);
      expect(route(life)).toContain(`${cookie}; Max-Age=-1`);
    });
  });

  it('each run has a cookie of its own', async () => {
    await live([deployment(), service(), canary({ analysis: { sessionAffinity } })], async (life) => {
      await life.reach('Initialized');
      const first = await step(life);
      await life.reach('Succeeded');
      const second = await step(life, 'web:3');
      expect(second).not.toBe(first);
      await life.reach('Succeeded');
      expect(cookies(life)).toEqual([undefined, second, undefined]);
    });
  });

  it('a rollback takes the cookie back as well', async () => {
    const analysis = { threshold: 1, sessionAffinity, webhooks: [gate('rollout')] };
    await live(
      [deployment(), service(), canary({ analysis })],
      async (life) => {
        await life.reach('Initialized');
        const cookie = await step(life);
        await life.reach('Failed');
        expect(cookies(life)).toEqual([undefined, cookie, undefined]);
        expect(route(life)).toContain(`${cookie}; Max-Age=-1`);
      },
      { hooks: { rollout: { status: 500 } } },
    );
  });

  it('a controller that dies goes on with the same cookie', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeight: 20, sessionAffinity } })], async (life) => {
      await life.reach('Initialized');
      const cookie = await step(life);
      await life.restart();
      await life.until('the next step', () => life.status()['canaryWeight'] === 40);
      expect(cookies(life)[0]).toBe(cookie);
    });
  });

  it('those on the primary get a cookie of their own where it has a name', async () => {
    const named = { ...sessionAffinity, primaryCookieName: 'stable' };
    await live([deployment(), service(), canary({ analysis: { sessionAffinity: named } })], async (life) => {
      await life.reach('Initialized');
      await step(life);
      expect(cookies(life)[2]).toMatch(/^stable=[A-Za-z]{10}$/);
      expect(route(life)).toContain(`${cookies(life)[2]}; Max-Age=10`);
    });
  });

  it('added in the midst of a run it holds from the next step on; taken away it leaves the routes', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeight: 20 } })], async (life) => {
      await life.reach('Initialized');
      await life.setImage('web:2');
      await life.until('traffic on the canary', () => life.weight() === 20);
      await life.patch('Canary', 'web', { spec: { analysis: { sessionAffinity } } });
      await life.until(
        'a cookie',
        () => cookies(life)[0] !== undefined && route(life).includes(String(cookies(life)[0])),
      );
      await life.patch('Canary', 'web', { spec: { analysis: { sessionAffinity: null } } });
      await life.until('no cookie', () => !route(life).includes('Max-Age'));
      await life.reach('Succeeded');
    });
  });
});
