import { describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../src/sandbox/api/server.ts';
import { loadScenario, type Scenario } from './scenario.ts';
import { Stage } from './stage.ts';

/** Plays a scenario and gives every request of the controller, with the virtual time at which it came. */
async function requestsOf(
  scenario: Scenario,
  afterwards: (stage: Stage) => Promise<void> = async () => {},
): Promise<(SeenRequest & { at: number })[]> {
  const stage = new Stage(scenario);
  const seen: (SeenRequest & { at: number })[] = [];
  stage.server.onRequest((request) => {
    if (request.userAgent.startsWith('flagger/')) seen.push({ ...request, at: stage.clock.now() });
  });
  try {
    await stage.run();
    await afterwards(stage);
    return seen;
  } finally {
    await stage.close();
  }
}

describe('what a Canary costs the API server', () => {
  it.each(['weight-gatewayapi-v1', 'failed-then-fixed', 'config-change-configmap'])(
    'an idle, finished Canary makes no request in a minute (%s)',
    async (id) => {
      const idle: string[] = [];
      const seen = await requestsOf(loadScenario(id), async (stage) => {
        await stage.clock.advance(10_000);
        const before = stage.server.revision();
        stage.server.onRequest(({ userAgent, path }) => {
          if (userAgent.startsWith('flagger/')) idle.push(path);
        });
        await stage.clock.advance(60_000);
        expect(idle).toEqual([]);
        expect(stage.server.revision()).toBe(before);
      });
      expect(seen.length).toBeGreaterThan(20);
    },
  );

  it('one weight step takes at most three writes and no read', async () => {
    const seen = await requestsOf(loadScenario('weight-gatewayapi-v1'));
    const steps = new Map<number, { writes: string[]; reads: string[] }>();
    const routeWrites = seen.filter((request) => request.resource === 'httproutes' && request.verb === 'update');
    expect(routeWrites.length).toBeGreaterThanOrEqual(4);
    for (const { at } of routeWrites) steps.set(at, { writes: [], reads: [] });
    for (const { at, verb, resource } of seen) {
      const step = steps.get(at);
      if (verb === 'get' || verb === 'list') step?.reads.push(`${verb} ${resource}`);
      else if (verb !== 'watch') step?.writes.push(`${verb} ${resource}`);
    }
    for (const { writes, reads } of [...steps.values()].slice(1, 3)) {
      expect(reads).toEqual([]);
      expect(writes.length, writes.join(', ')).toBeLessThanOrEqual(3);
    }
  });
});

it('the steps of an analysis are timed, by target', async () => {
  const stage = new Stage(loadScenario('weight-istio'));
  try {
    await stage.run();
    const page = await stage.metricsPage();
    const steps = /^flagger_canary_duration_seconds_count\{name="podinfo",namespace="weight-istio"\} (\d+)$/m.exec(
      page,
    );
    expect(Number(steps?.[1])).toBeGreaterThanOrEqual(4);
  } finally {
    await stage.close();
  }
});
