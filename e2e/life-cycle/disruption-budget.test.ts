import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, make, service } from './objects.ts';

function budget(life: Life): unknown {
  return dig(life.find('PodDisruptionBudget', 'web-primary'), 'spec');
}

const foreign = make('PodDisruptionBudget', 'web-primary', {
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'web-primary' } } },
});

describe('primaryDisruptionBudget', () => {
  it('is made with the primary and selects its pods', async () => {
    await live([deployment(), service(), canary({ primaryDisruptionBudget: { minAvailable: 1 } })], async (life) => {
      await life.reach('Initialized');
      expect(budget(life)).toEqual({ minAvailable: 1, selector: { matchLabels: { app: 'web-primary' } } });
    });
  });

  it('added to a Canary that lives, changed and taken away, it follows at once without a run', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      expect(budget(life)).toBeUndefined();
      await life.patch('Canary', 'web', { spec: { primaryDisruptionBudget: { minAvailable: '50%' } } });
      await life.advance(1_000);
      expect(budget(life)).toMatchObject({ minAvailable: '50%' });
      const change = { minAvailable: null, maxUnavailable: 1 };
      await life.patch('Canary', 'web', { spec: { primaryDisruptionBudget: change } });
      await life.advance(1_000);
      expect(budget(life)).toEqual({ maxUnavailable: 1, selector: { matchLabels: { app: 'web-primary' } } });
      await life.patch('Canary', 'web', { spec: { primaryDisruptionBudget: null } });
      await life.advance(1_000);
      expect(budget(life)).toMatchObject({ maxUnavailable: '100%' });
      expect(life.status()).toMatchObject({ phase: 'Initialized', run: { number: 0 } });
    });
  });

  it('one of somebody else in its place is left alone, and holds nothing else up', async () => {
    const own = canary({ primaryDisruptionBudget: { maxUnavailable: 1 } });
    await live([deployment(), service(), foreign, own], async (life) => {
      await life.reach('Initialized');
      expect(budget(life)).toMatchObject({ minAvailable: 1 });
      expect(life.said.join('\n')).toContain('PodDisruptionBudget web-primary.life is somebody else');
      await life.setImage('web:2');
      await life.reach('Succeeded');
      await life.remove('PodDisruptionBudget', 'web-primary');
      await life.advance(1_000);
      expect(budget(life)).toMatchObject({ maxUnavailable: 1 });
    });
  });

  it('goes with the Canary', async () => {
    await live([deployment(), service(), canary({ primaryDisruptionBudget: { minAvailable: 1 } })], async (life) => {
      await life.reach('Initialized');
      await life.remove('Canary');
      await life.advance(2_000);
      expect(budget(life)).toBeUndefined();
    });
  });
});
