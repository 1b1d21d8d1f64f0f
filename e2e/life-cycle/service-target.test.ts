import { describe, expect, it } from 'vitest';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { type Life, live } from './life.ts';
import { canary, make } from './objects.ts';

const ports = [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }];

/** A Service that leads outside, as those are used as targets. */
function external(externalName: string): KubeObject {
  return make('Service', 'web', { spec: { type: 'ExternalName', externalName, ports } });
}

function target(fields: Record<string, unknown> = {}): KubeObject {
  return canary({ target: { apiVersion: 'v1', kind: 'Service' }, ...fields });
}

function leadsTo(life: Life, name: string): unknown {
  return dig(life.find('Service', name), 'spec', 'externalName');
}

describe('a Service as target', () => {
  it('its copies lead to what is released and to what was promoted; itself is never written', async () => {
    await live([external('one.test'), target()], async (life) => {
      life.watcher.excused.add('apex').add('route');
      await life.reach('Initialized');
      expect([leadsTo(life, 'web-primary'), leadsTo(life, 'web-canary')]).toEqual(['one.test', 'one.test']);
      await life.put(external('two.test'));
      await life.until('half', () => life.weight() === 50);
      expect([leadsTo(life, 'web-primary'), leadsTo(life, 'web-canary')]).toEqual(['one.test', 'two.test']);
      await life.reach('Succeeded');
      expect([leadsTo(life, 'web-primary'), life.weight()]).toEqual(['two.test', 0]);
      expect(life.writes.filter(({ path }) => /\/services\/web(\?|$)/.test(path))).toEqual([]);
    });
  });

  it('a change of nothing but its metadata reaches the canary’s copy and starts no run', async () => {
    await live([external('one.test'), target()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Service', 'web', { metadata: { labels: { team: 'a' } } });
      await life.advance(20_000);
      expect(life.find('Service', 'web-canary')?.metadata.labels).toMatchObject({ team: 'a' });
      expect(life.status()).toMatchObject({ phase: 'Initialized', run: { number: 0 } });
    });
  });

  it('deleted and made again at rest it is released if it leads elsewhere', async () => {
    await live([external('one.test'), target()], async (life) => {
      await life.reach('Initialized');
      await life.remove('Service');
      await life.advance(5_000);
      expect(leadsTo(life, 'web-primary')).toBe('one.test');
      await life.put(external('two.test'));
      await life.reach('Succeeded');
      expect(leadsTo(life, 'web-primary')).toBe('two.test');
    });
  });

  it('with revertOnDeletion nothing but what was made goes', async () => {
    await live([external('one.test'), target({ revertOnDeletion: true })], async (life) => {
      await life.reach('Initialized');
      await life.remove('Canary');
      await life.until('the Canary gone', () => life.find('Canary') === undefined);
      await life.advance(2_000);
      expect(leadsTo(life, 'web')).toBe('one.test');
      for (const name of ['web-primary', 'web-canary']) expect(life.find('Service', name)).toBeUndefined();
    });
  });
});
