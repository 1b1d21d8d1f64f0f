import { describe, expect, it } from 'vitest';
import { PRIMARY_REVISION } from '../../src/api/knative.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, gate, make } from './objects.ts';

const KIND = 'serving.knative.dev/v1/Service';

function app(image: string): KubeObject {
  return make(KIND, 'web', { spec: { template: { spec: { containers: [{ image }] } } } });
}

function knative(fields: Record<string, unknown> = {}): KubeObject {
  const { spec, ...object } = canary({
    provider: 'knative',
    target: { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
    ...fields,
  });
  const { service: _, ...rest } = spec as Record<string, unknown>;
  return { ...object, spec: rest };
}

function traffic(life: Life): unknown {
  return (dig(life.find(KIND), 'spec', 'traffic') as unknown[]).map((each) => {
    return [dig(each, 'revisionName') ?? 'latest', dig(each, 'percent')];
  });
}

function primary(life: Life): unknown {
  return life.find(KIND)?.metadata.annotations?.[PRIMARY_REVISION];
}

async function release(life: Life, image: string): Promise<void> {
  await life.patch(KIND, 'web', { spec: { template: { spec: { containers: [{ image }] } } } });
}

describe('a Knative Service', () => {
  it('is released revision by revision', async () => {
    await live([app('web:1'), knative()], async (life) => {
      await life.reach('Initialized');
      expect([primary(life), traffic(life)]).toEqual([
        'web-00001',
        [
          ['latest', 0],
          ['web-00001', 100],
        ],
      ]);
      await release(life, 'web:2');
      await life.until('half', () => life.status()['canaryWeight'] === 50);
      await life.advance(100);
      expect(traffic(life)).toEqual([
        ['latest', 50],
        ['web-00001', 50],
      ]);
      await life.reach('Succeeded');
      expect([primary(life), traffic(life)]).toEqual([
        'web-00002',
        [
          ['latest', 0],
          ['web-00002', 100],
        ],
      ]);
    });
  });

  it('a revision that fails gets no traffic any more', async () => {
    await live(
      [app('web:1'), knative({ analysis: { threshold: 1, webhooks: [gate('rollout')] } })],
      async (life) => {
        await life.reach('Initialized');
        await release(life, 'web:2');
        await life.reach('Failed');
        expect([primary(life), traffic(life)]).toEqual([
          'web-00001',
          [
            ['latest', 0],
            ['web-00001', 100],
          ],
        ]);
      },
      { hooks: { rollout: { status: 500 } } },
    );
  });

  it('another revision in the midst of a run starts it over with no traffic for it', async () => {
    await live([app('web:1'), knative()], async (life) => {
      await life.reach('Initialized');
      await release(life, 'web:2');
      await life.until('half', () => life.status()['canaryWeight'] === 50);
      await release(life, 'web:3');
      await life.until('a new run', () => dig(life.status(), 'run', 'number') === 2);
      expect(traffic(life)).toEqual([
        ['latest', 0],
        ['web-00001', 100],
      ]);
      await life.reach('Succeeded');
      expect(primary(life)).toBe('web-00003');
    });
  });

  it('a controller that dies in the midst of a run goes on where it was', async () => {
    await live([app('web:1'), knative({ analysis: { stepWeight: 20 } })], async (life) => {
      await life.reach('Initialized');
      await release(life, 'web:2');
      await life.until('a step', () => life.status()['canaryWeight'] === 40);
      await life.restart();
      await life.until('the next', () => life.status()['canaryWeight'] === 60);
      await life.reach('Succeeded');
      expect(life.status()).toMatchObject({ run: { number: 1 } });
    });
  });

  it('with revertOnDeletion it is left without the annotation, and traffic follows the latest revision', async () => {
    await live([app('web:1'), knative({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      expect(primary(life)).toBeUndefined();
      const spec = dig(life.find(KIND), 'spec', 'traffic');
      expect(spec === undefined || JSON.stringify(spec).includes('"percent":100')).toBe(true);
    });
  });
});
