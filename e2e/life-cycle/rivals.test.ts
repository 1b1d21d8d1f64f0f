import { describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { type Life, live, made } from './life.ts';
import { type CanaryFields, canary, deployment, service } from './objects.ts';

/** Two Canaries on one Deployment; `web` is the older one. */
async function both(life: Life, fields: CanaryFields = {}): Promise<void> {
  await life.reach('Initialized');
  await life.put(canary({ name: 'other', ...fields }));
  await life.advance(5_000);
}

function owner(life: Life, kind: string, name: string): unknown {
  return dig(life.find(kind, name), 'metadata', 'ownerReferences', 0, 'name');
}

describe('a Canary is deleted and made again', () => {
  it.each(['istio', 'kubernetes'])(
    'clients don’t notice, also in a cluster that is slow to remove what it had (%s)',
    async (provider) => {
      const own = canary({ provider, revertOnDeletion: true });
      await live(
        [deployment(), service(), own],
        async (life) => {
          await life.reach('Initialized');
          const uid = life.find('Canary')?.metadata.uid;
          await life.remove('Canary');
          await life.until('the old one gone', () => life.find('Canary') === undefined);
          await life.put(own);
          await life.advance(40_000);
          await life.collect(uid);
          await life.reach('Initialized');
          await life.advance(30_000);
          expect(life.watcher.answers('web')).toBe(true);
          expect(life.replicas('web')).toBe(0);
        },
        { garbageCollection: false },
      );
    },
  );
});

/** The controlling owner of what a Canary left that isn't there any more. */
const gone = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web', uid: 'of-before', controller: true };

describe('a Canary comes to a primary that is there and not ready yet', () => {
  const left = deployment({ name: 'web-primary', image: 'web:1' });
  const ready = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

  it.each([
    ['and belongs to nobody', {}],
    ['and belonged to one that is gone', { ownerReferences: [gone] }],
  ])('%s: it stays as it is, and what the target has is measured first', async (_, owners) => {
    await live(
      [deployment({ image: 'web:2', replicas: 0 }), service('web', 'web-primary')],
      async (life) => {
        life.freeze('web-primary');
        await life.put({ ...left, metadata: { ...left.metadata, ...owners } });
        await life.put(canary());
        await life.advance(20_000);
        expect([life.stageOf(), life.image('web-primary')]).toEqual(['creating', 'web:1']);
        life.report('Deployment', 'web-primary', ready);
        await life.until('a run', () => life.stageOf() === 'analysing');
        expect(life.image('web-primary')).toBe('web:1');
      },
      { garbageCollection: false },
    );
  });
});

describe('a Canary comes to a primary that can never get ready', () => {
  it('it is made again as the target is now, once its deadline is over', async () => {
    const left = deployment({ name: 'web-primary', image: 'web:1-badprimary' });
    await live(
      [deployment({ image: 'web:2' }), service()],
      async (life) => {
        const metadata = { ...left.metadata, ownerReferences: [gone] };
        await life.put({ ...left, metadata, spec: { ...(left['spec'] as object), progressDeadlineSeconds: 30 } });
        await life.put(canary());
        await life.reach('Initialized');
        expect(life.image('web-primary')).toBe('web:2');
      },
      { garbageCollection: false },
    );
  });
});

describe('two Canaries on one target', () => {
  it('the younger one is told by condition who is in charge, and touches nothing', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await both(life);
      expect(life.condition('Ready', 'other')).toMatchObject({ status: 'False', reason: 'DuplicateTarget' });
      expect(life.condition('Stalled', 'other')?.['message']).toContain('canary web.life is already in charge');
      expect(life.status('other')['phase']).toBeUndefined();
      for (const [kind, name] of made) expect(owner(life, kind, name), kind).toBe('web');
    });
  });

  it('the older one releases as before', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await both(life);
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect(life.status('other')).toMatchObject({ canaryWeight: 0, failedChecks: 0 });
      expect(life.condition('Ready', 'other')?.['reason']).toBe('DuplicateTarget');
    });
  });

  it('the younger one takes over when the older one was given back and went, without a gap', async () => {
    await live([deployment(), service(), canary({ revertOnDeletion: true })], async (life) => {
      await both(life);
      await life.remove('Canary');
      await life.reach('Initialized', 'other');
      await life.advance(30_000);
      expect(life.find('Canary')).toBeUndefined();
      expect(life.watcher.answers('web')).toBe(true);
      expect([life.replicas('web'), life.replicas('web-primary')]).toEqual([0, 2]);
      expect(owner(life, 'Deployment', 'web-primary')).toBe('other');
      expect(owner(life, 'VirtualService', 'web')).toBe('other');
    });
  });

  it.each(['istio', 'kubernetes'])(
    'without a gap also in a cluster that is slow to remove what the older one had (%s)',
    async (provider) => {
      const objects = [deployment(), service(), canary({ provider, revertOnDeletion: true })];
      await live(
        objects,
        async (life) => {
          await both(life, { provider });
          const uid = life.find('Canary')?.metadata.uid;
          await life.remove('Canary');
          await life.advance(20_000);
          await life.collect(uid);
          await life.reach('Initialized', 'other');
          await life.advance(30_000);
          expect(life.watcher.answers('web')).toBe(true);
          const there = made.filter(([kind, name]) => life.find(kind, name));
          for (const [kind, name] of there) expect(owner(life, kind, name), kind).toBe('other');
        },
        { garbageCollection: false },
      );
    },
  );

  it('the younger one begins as soon as the older one is gone', async () => {
    await live(
      [deployment(), service(), canary({ revertOnDeletion: true })],
      async (life) => {
        await both(life);
        await life.remove('Canary');
        await life.until('the older one gone', () => life.find('Canary') === undefined);
        await life.advance(1_000);
        expect(life.status('other')['phase']).toBeDefined();
      },
      { garbageCollection: false },
    );
  });

  it('the younger one brings everything up again when the older one went without giving back', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await both(life);
      life.watcher.excused.add('apex').add('route');
      await life.remove('Canary');
      await life.reach('Initialized', 'other');
      await life.advance(30_000);
      expect(life.watcher.answers('web')).toBe(true);
      expect(owner(life, 'Deployment', 'web-primary')).toBe('other');
      await life.setImage('web:2');
      await life.reach('Succeeded', 'other');
    });
  });

  it('the younger one takes over when the older one is pointed to another target, without a gap', async () => {
    await live([deployment(), deployment({ name: 'shop' }), service(), canary()], async (life) => {
      await both(life);
      await life.patch('Canary', 'web', { spec: { targetRef: { name: 'shop' } } });
      await life.reach('Initialized', 'other');
      await life.until('the other target in hand', () => life.replicas('shop') === 0);
      expect(life.condition('Ready', 'other')?.['status']).toBe('True');
      // or the end of the older one would take it along
      for (const [kind, name] of made) expect(owner(life, kind, name), kind).toBe('other');
      for (const name of ['web', 'shop']) expect(life.watcher.answers(name), name).toBe(true);
    });
  });

  it('a younger one that is deleted goes at once and gives nothing back that isn’t its own', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.put(canary({ name: 'other', revertOnDeletion: true }));
      await life.advance(5_000);
      const writes = life.writes.length;
      await life.remove('Canary', 'other');
      await life.advance(5_000);
      expect(life.find('Canary', 'other')).toBeUndefined();
      expect(life.writes.slice(writes).map(({ path }) => path)).toEqual([]);
      expect(life.replicas('web')).toBe(0);
    });
  });
});

describe('two Canaries behind one Service', () => {
  it.each(['istio', 'kubernetes'])(
    'the second one is told whose it is; nothing is turned back and forth (%s)',
    async (provider) => {
      const second = canary({
        name: 'shop',
        provider,
        target: { name: 'shop' },
        service: { name: 'web', port: 80, targetPort: 'http' },
      });
      await live([deployment(), deployment({ name: 'shop' }), service(), canary({ provider })], async (life) => {
        await life.reach('Initialized');
        await life.put(second);
        await life.advance(5_000);
        const writes = life.writes.length;
        await life.advance(60_000);
        expect(life.writes.length - writes).toBe(0);
        expect(life.said.at(-1)).toMatch(/^Service web(-primary|-canary)?\.life belongs to the canary web\.life: /);
        expect([life.replicas('shop'), life.watcher.answers('web')]).toEqual([2, true]);
      });
    },
  );
});
