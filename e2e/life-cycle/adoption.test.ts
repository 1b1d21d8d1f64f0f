import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { live } from './life.ts';
import { canary, deployment, service } from './objects.ts';

describe('a workload that runs is adopted', () => {
  it('its Service answers at every write until the primary serves, and stays the user’s own', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      expect(life.watcher.answers('web')).toBe(true);
      await life.reach('Initialized');
      expect(dig(life.find('Service'), 'spec', 'selector')).toEqual({ app: 'web-primary' });
      expect(dig(life.find('Service'), 'metadata', 'ownerReferences')).toBeUndefined();
      expect([life.replicas('web'), life.replicas('web-primary')]).toEqual([0, 2]);
    });
  });

  it('the apex is left alone and the target keeps its pods while the primary doesn’t come up', async () => {
    await live([deployment({ image: 'web:1-badprimary' }), service(), canary()], async (life) => {
      await life.advance(120_000);
      expect(life.status()['phase']).toBe('Initializing');
      expect(dig(life.find('Service'), 'spec', 'selector')).toEqual({ app: 'web' });
      expect(life.replicas('web')).toBe(2);
      expect(life.find('VirtualService')).toBeUndefined();
    });
  });

  it('a controller that dies at every stage of it cuts nobody off', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      for (let i = 0; i < 3; i++) {
        await life.restart();
        await life.advance(300);
      }
      await life.reach('Initialized');
      expect(life.replicas('web')).toBe(0);
    });
  });

  it('a target at zero gets a primary that serves', async () => {
    await live([deployment({ replicas: 0 }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('without an analysis its pods are waited for as well', async () => {
    await live([deployment(), service(), canary({ skipAnalysis: true })], async (life) => {
      await life.reach('Initialized');
      expect([life.replicas('web'), life.replicas('web-primary')]).toEqual([0, 2]);
    });
  });
});
