import { expect, test } from 'vitest';
import { testCluster } from '../install/testing/cluster.ts';
import { deploymentOf, namespaceOf } from '../install/testing/objects.ts';
import { check } from './check.ts';
import { onCluster } from './testing/managed.ts';

test('a fit cluster ends with 0', async () => {
  const { managers, call } = onCluster();
  const { code, out } = await call(check, '--pre', '--mesh-provider', 'nginx,kubernetes');
  expect(out).toMatch(/^WHAT +STATE +DETAIL\nAPI server +ok +v1\.34\.4\n/);
  expect(out).toMatch(/\nNothing is missing\.\n$/);
  expect(code).toBe(0);
  expect(managers).toEqual(['sluice-check']);
});

test('what may not be seen is no fault, and no praise either', async () => {
  const body = JSON.stringify({ message: 'deployments.apps is forbidden', reason: 'Forbidden' });
  const cluster = testCluster({
    answer: ({ path }) =>
      path.startsWith('/apis/apps/v1/deployments') ? { status: 403, headers: {}, body } : undefined,
  });
  const { code, out } = await onCluster(cluster).call(check, '--pre', '--mesh-provider', 'nginx');
  expect(out).toMatch(/\nNothing is missing of what can be seen; 1 unknown\.\n$/);
  expect(code).toBe(0);
});

test('what is missing ends with 1, and a remedy for each', async () => {
  const seed = [namespaceOf('old'), deploymentOf('old', 'flagger', 'flagger')];
  const { code, out } = await onCluster(testCluster({ seed })).call(check, '--pre', '--mesh-provider', 'gatewayapi:v1');
  expect(code).toBe(1);
  expect(out).toMatch(/provider gatewayapi:v1 +MISSING +the API server has no HTTPRoute/);
  expect(out).toContain('\nWhat to do\n  provider gatewayapi:v1: install the CRDs of this provider');
  expect(out).toContain('  other controllers: scale it to zero');
});

test('without an installation it says where it looked', async () => {
  const { code, out } = await onCluster().call(check, '-n', 'delivery', '--name', 'blue');
  expect(code).toBe(1);
  expect(out).toMatch(/controller +MISSING +blue is not installed in delivery/);
});

test('a flag that does not exist is wrong usage', async () => {
  expect((await onCluster().call(check, '--post')).code).toBe(2);
});
