import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, gate, make, service } from './objects.ts';

type ConfigKind = 'ConfigMap' | 'Secret';

/** A ConfigMap or Secret whose content says which version it is. */
function config(
  kind: ConfigKind,
  version: string,
  { name = 'settings', annotations = {}, type = '' } = {},
): KubeObject {
  const value = kind === 'Secret' ? Buffer.from(version).toString('base64') : version;
  return make(kind, name, { metadata: { annotations }, data: { version: value }, ...(type ? { type } : {}) });
}

function contentOf(life: Life, kind: ConfigKind, name: string): unknown {
  const value = dig(life.find(kind, name), 'data', 'version');
  return kind === 'Secret' && value !== undefined ? Buffer.from(String(value), 'base64').toString() : value;
}

/** Where a pod may name a config; `at` is where the name stands. */
const places: readonly {
  readonly name: string;
  readonly kind: ConfigKind;
  readonly pod: JsonObject;
  readonly at: readonly (string | number)[];
}[] = [
  {
    name: 'a volume',
    kind: 'ConfigMap',
    pod: { volumes: [{ name: 'v', configMap: { name: 'settings' } }] },
    at: ['volumes', 0, 'configMap', 'name'],
  },
  {
    name: 'a volume of a Secret',
    kind: 'Secret',
    pod: { volumes: [{ name: 'v', secret: { secretName: 'settings' } }] },
    at: ['volumes', 0, 'secret', 'secretName'],
  },
  {
    name: 'a projected volume',
    kind: 'Secret',
    pod: { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'settings' } }] } }] },
    at: ['volumes', 0, 'projected', 'sources', 0, 'secret', 'name'],
  },
  {
    name: 'envFrom',
    kind: 'ConfigMap',
    pod: { containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] },
    at: ['containers', 0, 'envFrom', 0, 'configMapRef', 'name'],
  },
  {
    name: 'env valueFrom',
    kind: 'Secret',
    pod: {
      containers: [
        {
          name: 'web',
          image: 'web:1',
          env: [{ name: 'V', valueFrom: { secretKeyRef: { name: 'settings', key: 'version' } } }],
        },
      ],
    },
    at: ['containers', 0, 'env', 0, 'valueFrom', 'secretKeyRef', 'name'],
  },
  {
    name: 'an init container',
    kind: 'ConfigMap',
    pod: { initContainers: [{ name: 'first', image: 'first:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] },
    at: ['initContainers', 0, 'envFrom', 0, 'configMapRef', 'name'],
  },
];

const volume = { volumes: [{ name: 'v', configMap: { name: 'settings' } }] };

/** Contents of configs that the controller read so far. */
function reads(life: Life): number {
  return life.requests.filter(({ verb, resource }) => verb === 'get' && /^(configmaps|secrets)$/.test(resource)).length;
}

function primaryPod(life: Life, ...at: readonly (string | number)[]): unknown {
  return dig(life.find('Deployment', 'web-primary'), 'spec', 'template', 'spec', ...at);
}

describe('a config that the pods of the target name', () => {
  it.each(places)(
    'in $name: a change of it is released, and the primary reads its own copy',
    async ({ kind, pod, at }) => {
      await live([config(kind, 'one'), deployment({ pod }), service(), canary()], async (life) => {
        await life.reach('Initialized');
        expect(primaryPod(life, ...at)).toBe('settings-primary');
        expect(Object.keys(life.status()['trackedConfigs'] ?? {})).toEqual([`${kind.toLowerCase()}/settings`]);
        await life.put(config(kind, 'two'));
        await life.until('half of the traffic on the canary', () => life.weight() === 50);
        expect(contentOf(life, kind, 'settings-primary')).toBe('one');
        await life.reach('Succeeded');
        expect(contentOf(life, kind, 'settings-primary')).toBe('two');
        expect(life.status()).toMatchObject({ run: { number: 1 } });
      });
    },
  );

  const untracked: readonly {
    name: string;
    objects: KubeObject[];
    flags?: Record<string, string>;
    pod?: JsonObject;
  }[] = [
    {
      name: 'that opts out by annotation',
      objects: [config('ConfigMap', 'one', { annotations: { 'flagger.app/config-tracking': 'disabled' } })],
    },
    {
      name: 'with tracking switched off',
      objects: [config('ConfigMap', 'one')],
      flags: { 'enable-config-tracking': 'false' },
    },
    {
      name: 'as a pull secret',
      objects: [config('Secret', 'one')],
      pod: { imagePullSecrets: [{ name: 'settings' }] },
    },
    {
      name: 'as a Secret that a controller makes',
      objects: [config('Secret', 'one', { type: 'example.com/generated' })],
      pod: { volumes: [{ name: 'v', secret: { secretName: 'settings' } }] },
    },
  ];

  it.each(untracked)('$name: the primary reads the same one, and a change of it is nothing to release', async (row) => {
    const { objects, flags = {}, pod = volume } = row;
    const kind = objects[0]?.kind as ConfigKind;
    await live(
      [...objects, deployment({ pod }), service(), canary()],
      async (life) => {
        await life.reach('Initialized');
        expect(JSON.stringify(primaryPod(life))).toContain('"settings"');
        const data = config(kind, 'two')['data'] as JsonObject;
        await life.patch(kind, 'settings', { data });
        await life.advance(30_000);
        expect(life.status()).toMatchObject({ phase: 'Initialized', run: { number: 0 } });
        expect(life.find(kind, 'settings-primary')).toBeUndefined();
        const { trackedConfigs } = life.status();
        expect(trackedConfigs).toEqual('enable-config-tracking' in flags ? undefined : {});
      },
      { flags },
    );
  });

  it('its content is read when its metadata changed, and at no other time', async () => {
    const pod = { volumes: [...volume.volumes, { name: 'w', secret: { secretName: 'key' } }] };
    const objects = [config('ConfigMap', 'one'), config('Secret', 'one', { name: 'key' })];
    await live([...objects, deployment({ pod }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.advance(30_000);
      expect(reads(life)).toBe(2);
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect(reads(life)).toBe(2);
      await life.patch('ConfigMap', 'settings', { metadata: { labels: { seen: 'yes' } } });
      await life.advance(30_000);
      expect(reads(life)).toBe(3);
      expect(life.status()).toMatchObject({ run: { number: 1 } });
      await life.put(config('Secret', 'two', { name: 'key' }));
      await life.until('a run', () => dig(life.status(), 'run', 'number') === 2);
      await life.until('its end', () => life.stageOf() === 'idle');
      expect(reads(life)).toBe(4);
    });
  });

  it('that changes in the midst of a run starts it over, and the last content is promoted', async () => {
    await live([config('ConfigMap', 'one'), deployment({ pod: volume }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.put(config('ConfigMap', 'two'));
      await life.until('half of the traffic on the canary', () => life.weight() === 50);
      await life.put(config('ConfigMap', 'three'));
      await life.until('another run', () => dig(life.status(), 'run', 'number') === 2);
      await life.reach('Succeeded');
      expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('three');
    });
  });

  it('that is taken back in the midst of a run starts it over, and nothing else is claimed to be promoted', async () => {
    await live([config('ConfigMap', 'one'), deployment({ pod: volume }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.put(config('ConfigMap', 'two'));
      await life.until('half of the traffic on the canary', () => life.weight() === 50);
      await life.put(config('ConfigMap', 'one'));
      await life.until('a new beginning', () => life.stageOf() !== 'analysing');
      expect(life.said.some((text) => text.startsWith('New revision detected! Restarting analysis'))).toBe(true);
      await life.reach('Succeeded');
      expect(life.status()).toMatchObject({ run: { number: 2 } });
      expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('one');
      await life.advance(60_000);
      expect(life.status()).toMatchObject({ phase: 'Succeeded', run: { number: 2 } });
    });
  });

  it('that changes after a failure waits for approval like any other, and is released when that comes', async () => {
    const gates = canary({ analysis: { threshold: 1, webhooks: [gate('pre-rollout'), gate('confirm-rollout')] } });
    await live(
      [config('ConfigMap', 'one'), deployment({ pod: volume }), service(), gates],
      async (life) => {
        await life.reach('Initialized');
        await life.put(config('ConfigMap', 'two'));
        await life.reach('Failed');
        life.stage.mock.hooks['pre-rollout'] = { status: 200 };
        life.stage.mock.hooks['confirm-rollout'] = { status: 403 };
        await life.put(config('ConfigMap', 'three'));
        await life.reach('Waiting');
        await life.advance(60_000);
        expect(life.status()).toMatchObject({ phase: 'Waiting' });
        life.stage.mock.hooks['confirm-rollout'] = { status: 200 };
        await life.reach('Succeeded');
        expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('three');
      },
      { hooks: { 'pre-rollout': { status: 500 } } },
    );
  });

  it('that failed, was taken back and comes again is tried again', async () => {
    const refused = canary({ analysis: { threshold: 1, webhooks: [gate('pre-rollout')] } });
    await live(
      [config('ConfigMap', 'one'), deployment({ pod: volume }), service(), refused],
      async (life) => {
        await life.reach('Initialized');
        await life.put(config('ConfigMap', 'two'));
        await life.reach('Failed');
        await life.put(config('ConfigMap', 'one'));
        await life.advance(60_000);
        expect(life.status()).toMatchObject({ phase: 'Failed', run: { number: 1 } });
        life.stage.mock.hooks['pre-rollout'] = { status: 200 };
        await life.put(config('ConfigMap', 'two'));
        await life.reach('Succeeded');
        expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('two');
      },
      { hooks: { 'pre-rollout': { status: 500 } } },
    );
  });

  it('that is deleted in the midst of a run keeps nobody from aborting it', async () => {
    await live([config('ConfigMap', 'one'), deployment({ pod: volume }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.setImage('web:2');
      await life.until('half of the traffic on the canary', () => life.weight() === 50);
      await life.remove('ConfigMap', 'settings');
      await life.advance(15_000);
      await life.patch('Canary', 'web', { metadata: { annotations: { 'sluice.dev/command': 'abort' } } });
      await life.reach('Failed');
      expect([life.weight(), life.replicas('web'), life.image('web-primary')]).toEqual([0, 0, 'web:1']);
    });
  });

  it('that changed while an inherited primary had no Canary is released', async () => {
    await live(
      [config('ConfigMap', 'one'), deployment({ pod: volume }), service(), canary()],
      async (life) => {
        await life.reach('Initialized');
        await life.remove('Canary');
        await life.put(config('ConfigMap', 'two'));
        await life.put(canary());
        await life.reach('Initialized');
        expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('one');
        await life.reach('Progressing');
        await life.reach('Succeeded');
        expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('two');
      },
      { garbageCollection: false },
    );
  });

  it('that changes while its promotion rolls out reaches the primary with a run of its own', async () => {
    const pod = { containers: [{ name: 'web', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] };
    await live([config('ConfigMap', '1'), deployment({ pod }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      life.freeze('web-primary');
      await life.put(config('ConfigMap', '2'));
      await life.reach('Promoting');
      await life.until('the copy', () => contentOf(life, 'ConfigMap', 'settings-primary') === '2');
      await life.advance(1_000);
      await life.put(config('ConfigMap', '3'));
      await life.advance(5_000);
      expect(life.status()['phase']).toBe('Promoting');
      expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('2');
      const observedGeneration = life.find('Deployment', 'web-primary')?.metadata.generation ?? 0;
      const counts = {
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        unavailableReplicas: 0,
      };
      life.report('Deployment', 'web-primary', { observedGeneration, ...counts });
      await life.reach('Progressing');
      expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('2');
    });
  });

  it('whose change failed stays with its old content on the primary, and no run begins when it is taken back', async () => {
    const refused = canary({ analysis: { threshold: 1, webhooks: [gate('pre-rollout')] } });
    await live(
      [config('ConfigMap', 'one'), deployment({ pod: volume }), service(), refused],
      async (life) => {
        await life.reach('Initialized');
        await life.put(config('ConfigMap', 'two'));
        await life.reach('Failed');
        expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('one');
        await life.put(config('ConfigMap', 'one'));
        await life.advance(60_000);
        expect(life.status()).toMatchObject({ phase: 'Failed', run: { number: 1 } });
      },
      { hooks: { 'pre-rollout': { status: 500 } } },
    );
  });

  it('that is missing is told, and waited for; one that is optional is not', async () => {
    const optional = { volumes: [{ name: 'v', configMap: { name: 'settings', optional: true } }] };
    await live([deployment({ pod: volume }), service(), canary()], async (life) => {
      await life.advance(30_000);
      expect(life.said.at(-1)).toContain('configmaps "settings" not found');
      expect(life.find('Deployment', 'web-primary')).toBeUndefined();
      await life.put(config('ConfigMap', 'one'));
      await life.reach('Initialized');
    });
    await live([deployment({ pod: optional }), service(), canary()], (life) => life.reach('Initialized'));
  });

  it('that two Canaries share has one copy, which belongs to both and stays until both are gone', async () => {
    const shop = deployment({ name: 'shop', pod: volume });
    const other = canary({ name: 'shop', target: { name: 'shop' } });
    await live(
      [config('ConfigMap', 'one'), deployment({ pod: volume }), shop, service(), canary(), other],
      async (life) => {
        await life.reach('Initialized');
        await life.reach('Initialized', 'shop');
        const owners = () =>
          life.find('ConfigMap', 'settings-primary')?.metadata.ownerReferences?.map(({ name }) => name);
        expect(owners()?.toSorted()).toEqual(['shop', 'web']);
        await life.remove('Canary', 'shop');
        await life.advance(5_000);
        expect(owners()).toEqual(['web']);
      },
    );
  });

  it('whose copy was deleted is copied again with the next promotion', async () => {
    await live([config('ConfigMap', 'one'), deployment({ pod: volume }), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.remove('ConfigMap', 'settings-primary');
      await life.setImage('web:2');
      await life.reach('Succeeded');
      expect(contentOf(life, 'ConfigMap', 'settings-primary')).toBe('one');
    });
  });
});
