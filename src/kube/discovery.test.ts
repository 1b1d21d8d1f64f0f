import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { Discovery, groupPath } from './discovery.ts';

const gizmo = { apiVersion: 'test.dev/v1', kind: 'Gizmo' };

/** A server that serves the kinds of `served`, a mutable list, under `test.dev/v1`. */
function start(served: { name: string; kind: string; namespaced: boolean }[], status = () => 200) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const send = async ({ path }: { readonly path: string }) => {
    asked.push(path);
    const code = path === '/apis/test.dev/v1' ? status() : 404;
    return { status: code, headers: {}, body: JSON.stringify({ resources: served }) };
  };
  return { clock, asked, discovery: new Discovery({ send }, clock) };
}

const gizmos = { name: 'gizmos', kind: 'Gizmo', namespaced: true };

test.each([
  { apiVersion: 'v1', path: '/api/v1' },
  { apiVersion: 'apps/v1', path: '/apis/apps/v1' },
])('$apiVersion is at $path', ({ apiVersion, path }) => {
  expect(groupPath(apiVersion)).toBe(path);
});

test('a kind leads to its plural and scope; subresources are not mistaken for it', async () => {
  const { discovery } = start([{ name: 'gizmos/status', kind: 'Gizmo', namespaced: false }, gizmos]);
  expect(await discovery.resource(gizmo)).toEqual({ plural: 'gizmos', namespaced: true });
});

test('a document is read once, also for many who ask at once', async () => {
  const { discovery, asked } = start([gizmos, { name: 'widgets', kind: 'Widget', namespaced: false }]);
  await Promise.all([discovery.resource(gizmo), discovery.resource(gizmo)]);
  expect(await discovery.resource({ ...gizmo, kind: 'Widget' })).toEqual({ plural: 'widgets', namespaced: false });
  expect(asked).toEqual(['/apis/test.dev/v1']);
});

test('a kind that comes later is found, but not looked for more often than every 3 s', async () => {
  const served: (typeof gizmos)[] = [];
  const { discovery, asked, clock } = start(served);
  expect(await discovery.resource(gizmo)).toBeUndefined();
  served.push(gizmos);
  await clock.advance(2_999);
  expect(await discovery.resource(gizmo)).toBeUndefined();
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  expect(await discovery.resource(gizmo)).toEqual({ plural: 'gizmos', namespaced: true });
});

test('a group that the server does not have has no kinds', async () => {
  const { discovery } = start([]);
  expect(await discovery.resource({ apiVersion: 'none.dev/v1', kind: 'None' })).toBeUndefined();
});

test('a kind that was forgotten is looked up again', async () => {
  const { discovery, asked } = start([gizmos]);
  await discovery.resource(gizmo);
  discovery.forget(gizmo);
  await discovery.resource(gizmo);
  expect(asked).toHaveLength(2);
});

test('a failing server is an error, and does not count as an answer', async () => {
  let code = 503;
  const { discovery } = start([gizmos], () => code);
  await expect(discovery.resource(gizmo)).rejects.toMatchObject({ code: 503, reason: 'DiscoveryFailed' });
  code = 200;
  expect(await discovery.resource(gizmo)).toEqual({ plural: 'gizmos', namespaced: true });
});
