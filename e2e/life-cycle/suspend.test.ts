import { describe, expect, it } from 'vitest';
import { live } from './life.ts';
import { canary, deployment, service } from './objects.ts';
import { beginning, optionsOf, walk, ways } from './phases.ts';

const suspended = 'skipping canary run as object is suspended';

describe('suspend', () => {
  it.each(ways)('in $name everything stays as it is, and goes on from there afterwards', async (way) => {
    await live(
      beginning(way),
      async (life) => {
        await walk(life, way);
        await life.patch('Canary', 'web', { spec: { suspend: true } });
        await life.advance(1_000);
        const before = [life.status(), life.weight(), life.replicas('web'), life.replicas('web-primary')];
        const [writes, said] = [life.writes.length, life.said.length];
        await life.setImage('web:9');
        await life.advance(60_000);
        expect(life.writes.slice(writes).map(({ verb, path }) => `${verb} ${path}`)).toEqual([]);
        expect([life.status(), life.weight(), life.replicas('web'), life.replicas('web-primary')]).toEqual(before);
        expect(life.said.slice(said)).toEqual(Array.from({ length: 6 }, () => suspended));
        Object.assign(
          life.stage.mock.hooks,
          Object.fromEntries(Object.keys(way.hooks ?? {}).map((name) => [name, {}])),
        );
        await life.patch('Canary', 'web', { spec: { suspend: false } });
        await life.reach(way.phase === 'Initializing' ? 'Initialized' : 'Succeeded');
        await life.until('the last image', () => life.image('web-primary') === 'web:9' && life.stageOf() === 'idle');
      },
      optionsOf(way),
    );
  });

  it('a Canary that is born suspended shows Initializing and makes nothing', async () => {
    await live([deployment(), service(), canary({ suspend: true })], async (life) => {
      await life.advance(30_000);
      expect(life.status()['phase']).toBe('Initializing');
      expect(life.find('Deployment', 'web-primary')).toBeUndefined();
      await life.patch('Canary', 'web', { spec: { suspend: false } });
      await life.reach('Initialized');
    });
  });

  it('a change of the target while suspended is released afterwards', async () => {
    await live([deployment(), service(), canary()], async (life) => {
      await life.reach('Initialized');
      await life.patch('Canary', 'web', { spec: { suspend: true } });
      await life.setImage('web:2');
      await life.advance(30_000);
      expect(life.status()['phase']).toBe('Initialized');
      await life.patch('Canary', 'web', { spec: { suspend: false } });
      await life.reach('Succeeded');
    });
  });
});
