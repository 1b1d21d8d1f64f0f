import { describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../api/crd.ts';
import { inTime, testCluster } from '../install/testing/cluster.ts';
import { canaryIn, deploymentOf, namespaceOf, ownedBy } from '../install/testing/objects.ts';
import { install } from './install.ts';
import { onCluster } from './testing/managed.ts';
import { uninstall } from './uninstall.ts';

const canaryRef = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'shop', name: 'app' };
const deploymentRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'sluice-system', name: 'sluice' };

/** An installation, and a Canary in a phase that owns a primary. */
async function installed(phase = 'Succeeded', ...flags: string[]) {
  const seed = [...customResourceDefinitions(), ...['shop', 'bank'].map(namespaceOf)];
  const on = onCluster(testCluster({ seed }));
  await on.call(install, '--no-wait', ...flags);
  const { client } = on.cluster;
  const canary = await client.create(canaryIn('shop', phase));
  await client.patch(
    canaryRef,
    { status: { phase, canaryWeight: 0, failedChecks: 0, iterations: 0 } },
    { subresource: 'status' },
  );
  const primary = deploymentOf('shop', 'app-primary', 'app:1');
  await client.create({ ...primary, metadata: { ...primary.metadata, ownerReferences: [ownedBy(canary)] } });
  return on;
}

describe('removing an installation', () => {
  test('says what was done and what remains', async () => {
    const { call, managers } = await installed();
    const { code, out, err } = await call(uninstall);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('  stopped   Deployment sluice-system/sluice\n');
    expect(out).toContain('  canaries     1, with their definitions\n  serving      1 Deployment\n');
    expect(managers.at(-1)).toBe('sluice-uninstall');
  });

  test('with the definitions lists what was set free', async () => {
    const { call, cluster } = await installed();
    const { code, out } = await inTime(cluster.clock, call(uninstall, '--crds', '--timeout', '5s'));
    expect(code).toBe(0);
    expect(out).toContain('  released  Deployment shop/app-primary\n');
    expect(out).toMatch(/serving +1 Deployment\n +Deployment shop\/app-primary\n/);
    await expect(cluster.client.get(canaryRef)).rejects.toMatchObject({ code: 404 });
  });

  test('is a mere word in a dry run', async () => {
    const { call, cluster } = await installed();
    const { code, out } = await call(uninstall, '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('Nothing was changed: this was a dry run.');
    expect((await cluster.client.get(deploymentRef)).metadata.name).toBe('sluice');
  });

  test('with the definitions finishes what was begun without them, when it is forced', async () => {
    const { call, cluster } = await installed();
    await call(uninstall);
    const { code, err } = await call(uninstall, '--crds');
    expect(code).toBe(1);
    expect(err).toContain('with --force the Canaries and definitions are removed all the same');
    expect((await inTime(cluster.clock, call(uninstall, '--crds', '--force'))).code).toBe(0);
    await expect(cluster.client.get(canaryRef)).rejects.toMatchObject({ code: 404 });
  });
});

describe('is refused', () => {
  test.each([
    { flags: ['-n', 'typo'], place: 'sluice was found in typo' },
    { flags: ['-n', 'typo', '--crds', '--dry-run'], place: 'sluice was found in typo' },
    { flags: ['--name', 'blue'], place: 'blue was found in sluice-system' },
  ])('with $flags, where nothing is installed; what is elsewhere stays', async ({ flags, place }) => {
    const { call, cluster } = await installed();
    const before = cluster.requests.length;
    expect(await call(uninstall, ...flags)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(`no installation ${place}: name its place with -n and --name`),
    });
    expect(cluster.requests.slice(before).filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('in the middle of a run, unless it is forced', async () => {
    const { call } = await installed('Progressing');
    const { code, err } = await call(uninstall);
    expect(code).toBe(1);
    expect(err).toContain('canaries are in the middle of a run: shop/app (Progressing)');
    expect((await call(uninstall, '--force')).code).toBe(0);
  });

  test("not for a stranger's canary outside of the only namespace that is looked after", async () => {
    const { call } = await installed('Progressing', '--watch-namespace', 'bank');
    expect(await call(uninstall)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('canaries     0,') });
  });

  test('with the definitions by a canary of any namespace', async () => {
    const { call } = await installed('Progressing', '--watch-namespace', 'bank');
    expect(await call(uninstall, '--crds')).toMatchObject({ code: 1, err: expect.stringContaining('shop/app') });
  });

  test('with the definitions while another controller needs them', async () => {
    const { call, cluster } = await installed();
    await cluster.client.create(deploymentOf('shop', 'flagger', 'flagger:1.41.0'));
    const { code, err } = await call(uninstall, '--crds');
    expect(code).toBe(1);
    expect(err).toContain('shop/flagger still looks after canaries');
    expect((await call(uninstall)).code).toBe(0);
  });

  test('for what Helm installed', async () => {
    const { call, cluster } = await installed();
    await cluster.client.patch(deploymentRef, { metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } } });
    const { code, err } = await call(uninstall);
    expect(code).toBe(1);
    expect(err).toContain('`helm uninstall sluice -n sluice-system` removes it');
  });
});

test('the help says what remains', async () => {
  const { code, out } = await onCluster().call(uninstall, '--help');
  expect(code).toBe(0);
  expect(out).toContain('What remains without --crds');
});
