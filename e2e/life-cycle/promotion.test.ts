import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, gate, make, service } from './objects.ts';

/** Shares of the canary that the route had, one after the other. */
function weightsOf(life: Life): number[] {
  const all = life.stage.versions.filter(({ object }) => object.kind === 'VirtualService');
  const weights = all.map(({ object }) => Number(dig(object, 'spec', 'http', 0, 'route', 1, 'weight') ?? 0));
  return weights.filter((weight, i) => weight !== weights[i - 1]);
}

async function promoting(life: Life, image = 'web:2'): Promise<void> {
  await life.reach('Initialized');
  await life.setImage(image);
  await life.reach('Promoting');
}

/** The pods of a Deployment stay as they are until `report` says something else. */
function pods(replicas: number, updated: number, available: number) {
  const unavailableReplicas = replicas - available;
  return {
    replicas,
    updatedReplicas: updated,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas,
  };
}

describe('promotion', () => {
  it.each([
    ['all at once', {}, [0, 50, 100, 0]],
    ['by stepWeightPromotion', { stepWeightPromotion: 30 }, [0, 50, 100, 70, 40, 10, 0]],
    ['by one step of everything', { stepWeightPromotion: 100 }, [0, 50, 100, 0]],
    ['by steps of a half, from the largest weight', { maxWeight: 50, stepWeightPromotion: 25 }, [0, 50, 25, 0]],
  ])('the traffic returns %s', async (_, analysis, weights) => {
    await live([deployment(), service(), canary({ analysis })], async (life) => {
      await promoting(life);
      await life.reach('Succeeded');
      expect(weightsOf(life)).toEqual(weights);
    });
  });

  it('steps of the return are one interval apart, and the controller may die between them', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 40 } })], async (life) => {
      await promoting(life);
      await life.until('the first step back', () => life.weight() === 60);
      await life.restart();
      await life.reach('Succeeded');
      const times = life.writes.filter(({ resource, name }) => resource === 'virtualservices' && name === 'web');
      const [third, second, first] = times.map(({ at }) => at).toReversed();
      expect(weightsOf(life)).toEqual([0, 50, 100, 60, 20, 0]);
      expect([Number(third) - Number(second), Number(second) - Number(first)]).toEqual([10_000, 10_000]);
    });
  });

  it('no traffic returns before the primary runs the new spec with all the pods that it is meant to have', async () => {
    await live([deployment({ replicas: 4 }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      life.freeze('web-primary');
      await life.setImage('web:2');
      await life.until('the copy', () => life.image('web-primary') === 'web:2');
      const observedGeneration = life.find('Deployment', 'web-primary')?.metadata.generation ?? 0;
      for (const [updated, available] of [
        [1, 4],
        [3, 4],
        [4, 3],
      ] as const) {
        life.report('Deployment', 'web-primary', { observedGeneration, ...pods(4, updated, available) });
        await life.advance(15_000);
        expect([life.status()['phase'], life.weight()], `${updated} updated`).toEqual(['Promoting', 100]);
      }
      life.report('Deployment', 'web-primary', { observedGeneration, ...pods(4, 4, 4) });
      await life.reach('Succeeded');
    });
  });

  it('a primary that its scaler makes larger meanwhile is waited for', async () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const scaler = make('HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9 } });
    const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'web' };
    await live([deployment(), service(), scaler, canary({ autoscalerRef })], async (life) => {
      await promoting(life);
      await life.patch('Deployment', 'web-primary', { spec: { replicas: 6 } });
      await life.until('the routes back', () => life.weight() === 0);
      expect(dig(life.find('Deployment', 'web-primary'), 'status', 'availableReplicas')).toBe(6);
      await life.reach('Succeeded');
      expect(life.replicas('web-primary')).toBe(6);
    });
  });

  it('the target goes to zero only after no traffic is sent there', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 50 } })], async (life) => {
      await promoting(life);
      const begin = life.writes.length;
      await life.reach('Succeeded');
      const order = life.writes
        .slice(begin)
        .filter(({ path }) => /virtualservices\/web\?|deployments\/web\?/.test(path));
      expect(order.map(({ resource }) => resource)).toEqual(['virtualservices', 'virtualservices', 'deployments']);
    });
  });

  it('a primary that fails after promotion began: traffic stays with the canary, which keeps its pods', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      // The play takes all old pods away at once
      life.watcher.excused.add('apex');
      await promoting(life, 'web:2-badprimary');
      await life.reach('Failed');
      await life.advance(60_000);
      expect([life.weight(), life.replicas('web')]).toEqual([100, 2]);
      expect(life.status()).toMatchObject({ canaryWeight: 100, run: { stage: 'stranded' } });
      expect(life.condition('Promoted')?.['status']).toBe('False');
      await life.setImage('web:3');
      await life.reach('Succeeded');
      expect(life.image('web-primary')).toBe('web:3');
      expect([life.weight(), life.replicas('web')]).toEqual([0, 0]);
      expect(weightsOf(life)).toEqual([0, 50, 100, 0]);
    });
  });

  it('a canary that fails meanwhile: all traffic goes back to the primary, and the run has failed', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      life.freeze('web-primary');
      await life.setImage('web:2');
      await life.reach('Promoting');
      expect(life.weight()).toBe(100);
      const observedGeneration = life.find('Deployment', 'web')?.metadata.generation ?? 0;
      const lastTransitionTime = new Date(life.stage.clock.now()).toISOString();
      const gaveUp = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastTransitionTime };
      life.watcher.excused.add('route');
      life.report('Deployment', 'web', { observedGeneration, ...pods(2, 2, 0), conditions: [gaveUp] });
      await life.until('all traffic on the primary', () => life.weight() === 0);
      await life.reach('Failed');
    });
  });

  it('one that fails while the traffic returns sends it back to the canary', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 20 } })], async (life) => {
      await promoting(life);
      await life.until('a part of the traffic back', () => life.weight() === 60);
      life.watcher.excused.add('apex').add('route');
      life.report('Deployment', 'web-primary', {
        ...pods(2, 2, 0),
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      });
      await life.reach('Failed');
      await life.advance(30_000);
      expect([life.weight(), life.replicas('web')]).toEqual([100, 2]);
      expect(life.status()['canaryWeight']).toBe(100);
    });
  });

  it('a new revision while the traffic returns is released right after', async () => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 50 } })], async (life) => {
      await promoting(life);
      await life.until('a part of the traffic back', () => life.weight() === 50 && life.stageOf() === 'returning');
      await life.setImage('web:3');
      await life.until(
        'the end of the next one',
        () => life.image('web-primary') === 'web:3' && life.stageOf() === 'idle',
      );
      const primaries = life.stage.versions.filter(({ object }) => object.metadata.name === 'web-primary');
      const images = primaries.map(({ object }) => dig(object, 'spec', 'template', 'spec', 'containers', 0, 'image'));
      expect([...new Set(images.filter((image) => image !== undefined))]).toEqual(['web:1', 'web:2', 'web:3']);
      expect(life.status()).toMatchObject({ phase: 'Succeeded', run: { number: 2 } });
    });
  });

  it('the primary has as many replicas as the target was given', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Deployment', 'web', { spec: { replicas: 5 } });
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect([life.replicas('web-primary'), life.replicas('web')]).toEqual([5, 0]);
    });
  });

  it.each([
    ['as it was promoted', undefined],
    ['as it was promoted, although there is a newer revision', 'web:3'],
  ])('a primary that is deleted while the traffic returns comes back %s', async (_, newer) => {
    await live([deployment(), service(), canary({ analysis: { stepWeightPromotion: 50 } })], async (life) => {
      await promoting(life);
      await life.until('a part of the traffic back', () => life.weight() === 50 && life.stageOf() === 'returning');
      life.watcher.excused.add('apex').add('route');
      await life.remove('Deployment', 'web-primary');
      if (newer) await life.setImage(newer);
      await life.until('the primary again', () => life.find('Deployment', 'web-primary') !== undefined);
      expect(life.image('web-primary')).toBe('web:2');
      await life.reach('Succeeded');
      expect(life.weight()).toBe(0);
    });
  });
});

describe('the end of a run is told', () => {
  it('to every post-rollout hook in order, also behind one that fails', async () => {
    const webhooks = ['snapshot', 'team'].map((name) => gate('post-rollout', name));
    await live(
      [deployment(), service(), canary({ analysis: { webhooks } })],
      async (life) => {
        await promoting(life);
        await life.reach('Succeeded');
        await life.until('the second one told', () => life.stage.mock.calls.some(({ hook }) => hook === 'team'));
        const told = life.said.filter((text) => text.startsWith('Post-rollout'));
        expect(told[0]).toMatch(/^Post-rollout hook snapshot failed .*gone/);
        expect(told[1]).toBe('Post-rollout check team passed');
      },
      { hooks: { snapshot: { status: 410, body: 'gone' } } },
    );
  });
});

describe('a promotion has failed, and the traffic is on the canary', () => {
  async function strandedLife(life: Life): Promise<void> {
    life.watcher.excused.add('apex').add('route');
    await promoting(life, 'web:2-badprimary');
    await life.reach('stranded');
    expect(life.weight()).toBe(100);
  }

  /** The primary gets ready after all. */
  async function mend(life: Life): Promise<void> {
    await life.setImage('web:1', 'web-primary');
    await life.advance(5_000);
  }

  it.each([
    ['is deleted', (life: Life) => life.remove('Deployment')],
    ['is scaled to zero by hand', (life: Life) => life.patch('Deployment', 'web', { spec: { replicas: 0 } })],
  ])(
    'the canary %s once the primary is healthy again: all traffic goes back there, and it is told once',
    async (_, lose) => {
      await live([deployment(), service(), canary()], async (life) => {
        await strandedLife(life);
        await mend(life);
        await lose(life);
        await life.until('all traffic on the primary', () => life.weight() === 0);
        await life.put(deployment({ image: 'web:2-badprimary', replicas: 0 }));
        await life.until('rest', () => life.stageOf() === 'idle');
        expect(life.status()).toMatchObject({ phase: 'Failed', canaryWeight: 0 });
        expect(life.said.filter((text) => text.startsWith('Promotion of'))).toHaveLength(1);
      });
    },
  );

  it.each([
    // The play takes all pods of the canary away at once: its traffic has to go somewhere
    ['a healthy primary', true, ['asking', 0]],
    ['a primary that is still broken', false, ['stranded', 100]],
  ])('a new revision over %s waits for approval, and for a pause by hand', async (_, isMended, waiting) => {
    const webhooks = [gate('confirm-rollout')];
    await live(
      [deployment(), service(), canary({ analysis: { webhooks } })],
      async (life) => {
        const open = life.stage.mock.hooks;
        open['confirm-rollout'] = { status: 200 };
        await strandedLife(life);
        if (isMended) await mend(life);
        open['confirm-rollout'] = { status: 500 };
        await life.setImage('web:3');
        await life.advance(60_000);
        expect([life.stageOf(), life.weight()]).toEqual(waiting);
        expect(life.said.filter((text) => text.includes('waiting for approval'))).toHaveLength(1);
        await life.patch('Canary', 'web', { metadata: { annotations: { 'sluice.dev/pause': 'alice' } } });
        open['confirm-rollout'] = { status: 200 };
        await life.advance(60_000);
        expect([life.stageOf(), life.weight()]).toEqual(waiting);
        await life.patch('Canary', 'web', { metadata: { annotations: { 'sluice.dev/pause': null } } });
        await life.reach('Succeeded');
        expect([life.weight(), life.image('web-primary')]).toEqual([0, 'web:3']);
      },
      { hooks: { 'confirm-rollout': { status: 200 } } },
    );
  });

  it('what was promoted before, put back by its owner, is released over it', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await strandedLife(life);
      await life.setImage('web:1');
      await life.reach('Succeeded');
      expect([life.image('web-primary'), life.weight(), life.replicas('web')]).toEqual(['web:1', 0, 0]);
    });
  });

  it('what was promoted before, put back after the canary has died too, is released as well', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      life.watcher.excused.add('apex').add('route');
      await life.reach('Initialized');
      life.freeze('web-primary');
      await life.setImage('web:2');
      await life.until('the copy', () => life.image('web-primary') === 'web:2');
      const observedGeneration = life.find('Deployment', 'web')?.metadata.generation ?? 0;
      const gaveUp = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
      life.report('Deployment', 'web', { observedGeneration, ...pods(2, 2, 0), conditions: [gaveUp] });
      await life.reach('Failed');
      const { generation } = life.find('Deployment', 'web-primary')?.metadata ?? {};
      life.report('Deployment', 'web-primary', { observedGeneration: generation ?? 0, ...pods(2, 2, 2) });
      await life.setImage('web:1');
      await life.until('the promotion', () => life.image('web-primary') === 'web:1');
    });
  });

  it('the target is applied anew with a good revision: that goes over the broken primary', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await strandedLife(life);
      await life.remove('Deployment');
      await life.until('all traffic on the primary', () => life.weight() === 0);
      await life.advance(5_000);
      await life.put(deployment({ image: 'web:3' }));
      await life.reach('Succeeded');
      expect([life.image('web-primary'), life.weight(), life.replicas('web')]).toEqual(['web:3', 0, 0]);
    });
  });

  it('a primary that is deleted comes back with what it had', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await strandedLife(life);
      await life.remove('Deployment', 'web-primary');
      await life.until('the primary again', () => life.find('Deployment', 'web-primary') !== undefined);
      expect(life.image('web-primary')).toBe('web:2-badprimary');
    });
  });
});

describe('the primary breaks in the midst of a run', () => {
  it('and is healthy again: it has all traffic back, since nothing else was promoted', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      life.freeze('web-primary');
      await life.setImage('web:2');
      await life.until('half of the traffic on the canary', () => life.weight() === 50);
      life.watcher.excused.add('apex').add('route');
      const gaveUp = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
      life.report('Deployment', 'web-primary', { ...pods(2, 2, 0), conditions: [gaveUp] });
      await life.reach('stranded');
      expect(life.weight()).toBe(50);
      life.report('Deployment', 'web-primary', { ...pods(2, 2, 2), conditions: [] });
      await life.until('rest', () => life.stageOf() === 'idle');
      expect([life.weight(), life.replicas('web'), life.image('web-primary')]).toEqual([0, 0, 'web:1']);
    });
  });
});
