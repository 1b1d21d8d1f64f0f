import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { type Life, live, made } from './life.ts';
import { canary, deployment, service } from './objects.ts';
import { beginning, optionsOf, walk, ways } from './phases.ts';

const FINALIZER = 'finalizer.flagger.app';

async function gone(life: Life): Promise<void> {
  await life.until('the Canary gone', () => life.find('Canary') === undefined);
  await life.advance(5_000);
  for (const [kind, name] of made) expect(life.find(kind, name), `${kind} ${name}`).toBeUndefined();
}

describe('deletion with revertOnDeletion', () => {
  it.each(ways)('in $name the target serves as before, without a gap', async (way) => {
    await live(
      beginning(way, { revertOnDeletion: true }),
      async (life) => {
        await walk(life, way);
        expect(life.status()['phase']).toBe(way.phase);
        await life.remove('Canary');
        await gone(life);
        expect(dig(life.find('Service'), 'spec', 'selector')).toEqual({ app: 'web' });
        expect(life.replicas('web')).toBe(2);
        expect(life.watcher.answers('web')).toBe(true);
        const said = life.said.filter((text) => text.startsWith('Termina'));
        expect(said).toEqual(['Terminating canary web.life', 'Terminated canary web.life']);
      },
      optionsOf(way),
    );
  });

  it('a suspended Canary is given back as well', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { suspend: true } });
      await life.advance(5_000);
      await life.remove('Canary');
      await gone(life);
      expect(life.replicas('web')).toBe(2);
    });
  });

  it('a Canary that is switched over to it while it lives gets the finalizer, and loses it when it is switched off', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { revertOnDeletion: true } });
      await life.advance(1_000);
      expect(life.find('Canary')?.metadata.finalizers).toEqual([FINALIZER]);
      await life.patch('Canary', 'web', { spec: { revertOnDeletion: false } });
      await life.advance(1_000);
      expect(life.find('Canary')?.metadata.finalizers ?? []).toEqual([]);
    });
  });

  it('switched off while the Canary is being deleted, it goes at once', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      const allow = life.refuse('PATCH', /deployments\/web(\?|$)/);
      await life.remove('Canary');
      await life.advance(5_000);
      expect(life.find('Canary')).toBeDefined();
      await life.patch('Canary', 'web', { spec: { revertOnDeletion: false } });
      await gone(life);
      allow();
    });
  });

  it('the finalizer of somebody else stays', async () => {
    const held = canary({ revertOnDeletion: true });
    const metadata = { ...held.metadata, finalizers: ['example.com/audit'] };
    await live([deployment(), service(), { ...held, metadata }], async (life) => {
      await life.reach('Initialized');
      await life.remove('Canary');
      await life.advance(30_000);
      expect(life.find('Canary')?.metadata.finalizers).toEqual(['example.com/audit']);
      expect(life.replicas('web')).toBe(2);
    });
  });

  it('an apex Service that is gone holds nothing up', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.remove('Service');
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      expect(life.replicas('web')).toBe(2);
    });
  });

  it('a target that is gone holds nothing up', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.remove('Deployment');
      await life.remove('Canary');
      await gone(life);
    });
  });

  it('the CRDs of the mesh may be gone: the target serves as before, and nothing hangs', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      for (const name of ['virtualservices', 'destinationrules']) {
        await life.remove('CustomResourceDefinition', `${name}.networking.istio.io`);
      }
      await life.advance(120_000);
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      expect(life.replicas('web')).toBe(2);
      expect(life.watcher.answers('web')).toBe(true);
    });
  });

  it('a kind that went while the Canary rests is not asked for over and over, and is told', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      for (const name of ['virtualservices', 'destinationrules']) {
        await life.remove('CustomResourceDefinition', `${name}.networking.istio.io`);
      }
      const before = life.requests.length;
      await life.advance(60_000);
      expect(life.requests.length - before).toBeLessThan(60);
      expect(life.said.length).toBeGreaterThan(2);
    });
  });

  it('a spec that can’t work any more holds nothing up, and the target serves as before', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { analysis: { stepWeight: null, stepWeights: [50, 20] } } });
      await life.advance(5_000);
      expect(life.condition('Stalled')?.['status']).toBe('True');
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      expect(life.replicas('web')).toBe(2);
      expect(life.watcher.answers('web')).toBe(true);
    });
  });
});

describe('deletion without it', () => {
  it('in the foreground: what is deleted with the Canary is not made again', async () => {
    const waits = { metadata: { finalizers: ['foregroundDeletion'] } };
    await live(
      [deployment(), service(), canary()],
      async (life) => {
        await life.reach('Initialized');
        await life.patch('Canary', 'web', waits);
        await life.remove('Canary');
        await life.advance(1_000);
        for (const [kind, name] of made) if (kind !== 'Deployment') await life.remove(kind, name);
        await life.advance(60_000);
        const left = made.filter(([kind, name]) => life.find(kind, name) !== undefined).map(([, name]) => name);
        expect(left).toEqual(['web-primary']);
      },
      { garbageCollection: false },
    );
  });

  it.each(ways)('in $name all that was made goes, and the target stays as it is', async (way) => {
    await live(
      beginning(way),
      async (life) => {
        await walk(life, way);
        const before = life.replicas('web');
        await life.remove('Canary');
        const writes = life.requests.length;
        await gone(life);
        expect(life.replicas('web')).toBe(before);
        const later = life.requests.slice(writes).filter(({ verb, resource }) => {
          return ['create', 'update', 'patch'].includes(verb) && resource !== 'events';
        });
        expect(later.map(({ verb, path }) => `${verb} ${path}`)).toEqual([]);
      },
      optionsOf(way),
    );
  });
});
