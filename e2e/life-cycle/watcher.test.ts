import { expect, it } from 'vitest';
import { live } from './life.ts';
import { canary, deployment, service } from './objects.ts';

it('the watcher sees when clients are sent to nobody, and says after which write', async () => {
  await live([deployment(), service(), canary()], async (life) => {
    await life.reach('Initialized');
    await life.patch('Deployment', 'web-primary', { spec: { replicas: 0 } });
    expect(life.watcher.outages).toEqual([]);
    await life.patch('Canary', 'web', { spec: { service: { port: 81 } } });
    await life.advance(1_000);
    expect(life.watcher.outages).toContain('after update services web the apex leads to web without ready pods');
    expect(life.watcher.outages.join()).toContain('the route leads to web-primary without ready pods');
    life.watcher.outages.length = 0;
  });
});

it('a wait in vain tells how the Canary stands', async () => {
  await live([deployment(), service(), canary({ suspend: true })], async (life) => {
    await expect(life.reach('Initialized')).rejects.toThrow(/Initialized: waited in vain; .*"phase":"Initializing"/);
  });
});
