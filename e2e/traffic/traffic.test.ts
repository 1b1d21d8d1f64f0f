import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { canary, primary, release, runningShop, shopCanary, target } from './manifests.ts';
import { startTown } from './town.ts';

type Town = Awaited<ReturnType<typeof startTown>>;

const BAD = '2.0.0';

/** Requests that failed though no faulty version answered them. */
function lost({ traffic }: Town): number {
  const entries = [...traffic.tally.byVersion].filter(([version]) => version !== BAD);
  return entries.reduce((sum, [, { failed }]) => sum + failed, 0);
}

function answeredBy({ traffic }: Town, version: string): number {
  const { ok = 0, failed = 0 } = traffic.tally.byVersion.get(version) ?? {};
  return ok + failed;
}

/** One town, one life of a Canary: each test goes on where the one before it ended. */
describe('under constant traffic no request fails that a faulty version did not fail itself', {
  timeout: 60_000,
}, () => {
  let town: Town;

  beforeAll(async () => {
    town = await startTown();
    for (const object of runningShop()) await town.cluster.create(object);
    await town.until(
      'the shop to run',
      () => Number(dig(town.cluster.get(target), 'status', 'availableReplicas')) === 2,
    );
    await town.until('the Service to have endpoints', () => {
      town.apex.begin();
      return town.apex.fewest === 2;
    });
    town.traffic.start();
    await town.until('the first answers', () => answeredBy(town, '1.0.0') > 50);
  }, 60_000);

  afterAll(() => town.stop());

  it('while a running workload is adopted, and its Service always has endpoints', async () => {
    // Clients were there before the gateway knew the route: what they lost then doesn't count
    const before = lost(town);
    town.apex.begin();
    for (const object of shopCanary()) await town.cluster.create(object);
    await town.atRest('Initialized', 0);
    await town.until(
      'the target to be at zero',
      () => dig(town.cluster.get(target), 'status', 'replicas') === undefined,
    );
    await town.moreRequests(100);
    expect(lost(town) - before).toBe(0);
    expect(town.apex.fewest).toBeGreaterThan(0);
    expect(dig(town.cluster.get(target), 'spec', 'replicas')).toBe(0);
  });

  it('while a faulty version is rolled back', async () => {
    const before = lost(town);
    await town.cluster.patch(target, release(`shop:${BAD}`, 0.25), { type: 'strategic' });
    await town.atRest('Failed', 1);
    await town.moreRequests(100);
    expect(lost(town) - before).toBe(0);
    expect(town.traffic.tally.byVersion.get(BAD)?.failed).toBeGreaterThan(0);
    const seen = answeredBy(town, BAD);
    await town.moreRequests(100);
    expect(answeredBy(town, BAD)).toBe(seen);
  });

  it('while a good version is promoted', async () => {
    const before = lost(town);
    await town.cluster.patch(target, release('shop:3.0.0', 0), { type: 'strategic' });
    await town.atRest('Succeeded', 2);
    const old = answeredBy(town, '1.0.0');
    await town.moreRequests(100);
    expect(lost(town) - before).toBe(0);
    expect(answeredBy(town, '1.0.0')).toBe(old);
    expect(town.apex.fewest).toBeGreaterThan(0);
  });

  it('while the Canary is deleted and everything is given back', async () => {
    const before = lost(town);
    await town.cluster.delete(canary);
    await town.until('the Canary to be gone', () => town.cluster.get(canary) === undefined);
    await town.until('the primary to be gone', () => town.cluster.get(primary) === undefined);
    await town.moreRequests(200);
    expect(lost(town) - before).toBe(0);
    expect(town.apex.fewest).toBeGreaterThan(0);
    expect(dig(town.cluster.get(target), 'spec', 'replicas')).toBe(2);
  });
});
