import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, make, service } from './objects.ts';

const PAUSED = 'autoscaling.keda.sh/paused-replicas';

interface Kind {
  readonly kind: string;
  readonly min: string;
  readonly max: string;
  readonly scaler: KubeObject;
  readonly ref: JsonObject;
}

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
const trigger = { type: 'prometheus', name: 'load', metadata: { query: 'load{pod=~"web-[0-9]+"}', threshold: '5' } };

const hpa: Kind = {
  kind: 'HorizontalPodAutoscaler',
  min: 'minReplicas',
  max: 'maxReplicas',
  scaler: make('HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 4, metrics: [cpu] },
  }),
  ref: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'web' },
};
const keda: Kind = {
  kind: 'ScaledObject',
  min: 'minReplicaCount',
  max: 'maxReplicaCount',
  scaler: make('ScaledObject', 'web', {
    spec: { scaleTargetRef, minReplicaCount: 2, maxReplicaCount: 4, triggers: [trigger] },
  }),
  ref: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'web' },
};
const kinds = [hpa, keda];

function begin({ scaler, ref }: Kind, fields: JsonObject = {}): KubeObject[] {
  return [deployment(), service(), scaler, canary({ autoscalerRef: ref, ...fields })];
}

function bounds(life: Life, { kind, min, max }: Kind, name = 'web-primary'): unknown {
  const spec = dig(life.find(kind, name), 'spec');
  return [dig(spec, min), dig(spec, max)];
}

function paused(life: Life, name = 'web'): unknown {
  return life.find('ScaledObject', name)?.metadata.annotations?.[PAUSED];
}

async function half(life: Life): Promise<void> {
  await life.setImage('web:2');
  await life.until('half of the traffic on the canary', () => life.weight() === 50);
}

describe.each(kinds)('$kind', (kind) => {
  it('the primary gets one of its own, and follows changes of the least and the most at once', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      expect(dig(life.find(kind.kind, 'web-primary'), 'spec', 'scaleTargetRef', 'name')).toBe('web-primary');
      expect(bounds(life, kind)).toEqual([2, 4]);
      await life.patch(kind.kind, 'web', { spec: { [kind.min]: 3, [kind.max]: 9 } });
      await life.advance(1_000);
      expect(bounds(life, kind)).toEqual([3, 9]);
      expect(life.status()).toMatchObject({ phase: 'Initialized', run: { number: 0 } });
    });
  });

  it('in a run the bounds follow at once, and the rest with the promotion', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      const rest = (name: string) =>
        dig(life.find(kind.kind, name), 'spec', kind === hpa ? 'metrics' : 'pollingInterval');
      const before = rest('web-primary');
      await half(life);
      const change = kind === hpa ? { metrics: [] } : { pollingInterval: 7 };
      await life.patch(kind.kind, 'web', { spec: { ...change, [kind.max]: 6 } });
      await life.advance(1_000);
      expect(bounds(life, kind)).toEqual([2, 6]);
      expect(rest('web-primary')).toEqual(before);
      await life.reach('Succeeded');
      expect(rest('web-primary')).toEqual(rest('web'));
    });
  });

  it('the spec’s own bounds for the primary win', async () => {
    const primaryScalerReplicas = { minReplicas: 5, maxReplicas: 7 };
    await live(begin(kind, { autoscalerRef: { ...kind.ref, primaryScalerReplicas } }), async (life) => {
      await life.reach('Initialized');
      expect(bounds(life, kind)).toEqual([5, 7]);
      await life.patch('Canary', 'web', { spec: { autoscalerRef: { primaryScalerReplicas: { maxReplicas: 8 } } } });
      await life.advance(1_000);
      expect(bounds(life, kind)).toEqual([5, 8]);
    });
  });

  it('deleted in the midst of a run and back: the primary keeps its own, and the run comes to its end', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      await half(life);
      await life.remove(kind.kind);
      await life.advance(8_000);
      expect(bounds(life, kind)).toEqual([2, 4]);
      await life.put(kind.scaler);
      await life.reach('Succeeded');
      expect(bounds(life, kind)).toEqual([2, 4]);
    });
  });

  it('deleted for good in the midst of a run: the run comes to its end all the same', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      await half(life);
      await life.remove(kind.kind);
      await life.reach('Succeeded');
      expect(life.replicas('web')).toBe(0);
    });
  });

  it('deleted at rest: the primary keeps its own, and that is told', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      await life.remove(kind.kind);
      await life.advance(30_000);
      expect(bounds(life, kind)).toEqual([2, 4]);
      expect(life.status()['phase']).toBe('Initialized');
    });
  });

  it('missing from the beginning: that is said, and nothing is taken over before it comes', async () => {
    await live([deployment(), service(), canary({ autoscalerRef: kind.ref })], async (life) => {
      await life.advance(30_000);
      expect(life.said.at(-1)).toContain('"web" not found');
      expect([life.status()['phase'], life.replicas('web')]).toEqual(['Initializing', 2]);
      await life.put(kind.scaler);
      await life.reach('Initialized');
    });
  });

  it('named by a Canary that lives: the primary gets one', async () => {
    await live([deployment(), service(), kind.scaler, canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { autoscalerRef: kind.ref } });
      await life.advance(2_000);
      expect(bounds(life, kind)).toEqual([2, 4]);
      expect(life.replicas('web')).toBe(0);
    });
  });

  it('not named any more: the target’s works as its owner has it', async () => {
    await live(begin(kind), async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { autoscalerRef: null } });
      await life.advance(30_000);
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('with revertOnDeletion the scaler of the target works afterwards, and the primary’s goes', async () => {
    await live(begin(kind, { revertOnDeletion: true }), async (life) => {
      await life.reach('Initialized');
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      await life.advance(1_000);
      expect(life.find(kind.kind, 'web-primary')).toBeUndefined();
      expect(life.find(kind.kind)?.metadata.annotations?.[PAUSED]).toBeUndefined();
    });
  });
});

describe('a target whose scaler would wake it', () => {
  it('it rests outside of runs and works in them', async () => {
    await live(begin(keda), async (life) => {
      await life.reach('Initialized');
      expect(paused(life)).toBe('0');
      expect(paused(life, 'web-primary')).toBeUndefined();
      await half(life);
      expect(paused(life)).toBeUndefined();
      await life.reach('Succeeded');
      expect([paused(life), life.replicas('web')]).toEqual(['0', 0]);
    });
  });

  it('it rests after a rollback as well', async () => {
    await live(
      begin(keda, { analysis: { interval: '10s', threshold: 1, stepWeight: 50, webhooks: [never] } }),
      async (life) => {
        await life.reach('Initialized');
        await life.setImage('web:2');
        await life.reach('Failed');
        expect([paused(life), life.replicas('web')]).toEqual(['0', 0]);
      },
      { hooks: { never: { status: 500 } } },
    );
  });

  it('somebody who wakes it while the canary rests is put right', async () => {
    await live(begin(keda), async (life) => {
      await life.reach('Initialized');
      await life.patch('ScaledObject', 'web', { metadata: { annotations: { [PAUSED]: null } } });
      await life.advance(1_000);
      expect(paused(life)).toBe('0');
    });
  });

  it('the apex leads to the primary before the target is held at zero', async () => {
    await live(begin(keda), async (life) => {
      await life.reach('Initialized');
      const order = life.writes.filter(({ path }) => /\/(scaledobjects|services|deployments)\/web\?/.test(path));
      expect(order.map(({ resource }) => resource)).toEqual(['services', 'scaledobjects', 'deployments']);
    });
  });

  it('one that is made again while the canary rests is held at zero too', async () => {
    await live(begin(keda), async (life) => {
      await life.reach('Initialized');
      await life.remove('ScaledObject');
      await life.advance(5_000);
      await life.put(keda.scaler);
      await life.advance(1_000);
      expect(paused(life)).toBe('0');
    });
  });

  it('one that is not named any more is left as it is: it is its owner’s again', async () => {
    await live(begin(keda), async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { autoscalerRef: null } });
      await life.advance(30_000);
      expect(paused(life)).toBe('0');
    });
  });
});

const never = { name: 'never', type: 'pre-rollout', url: 'http://mock.test/s/life/hook/never' };
