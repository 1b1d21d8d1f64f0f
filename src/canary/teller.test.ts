import { expect, test } from 'vitest';
import { ApiError } from '../kube/errors.ts';
import type { EventNotice, Notice } from './notice.ts';
import { Teller } from './teller.ts';
import { withTelling } from './telling.ts';
import { AT, sceneOf, statusIn } from './testing/scene.ts';

const news = (message: string): EventNotice => ({
  kind: 'event',
  type: 'Normal',
  message,
  payload: { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '0011' },
  repeat: 'once',
});
const { object, canary } = sceneOf();
const saying = (message: string, at = AT) =>
  withTelling(object, statusIn('idle', { lastTransitionTime: new Date(at).toISOString() }), [news(message)]).status;
const one = saying('one');
const seenAs = (status = one, at = AT) => sceneOf({ status, at });
const { signal } = new AbortController();

function start({ failure, behind = false }: { readonly failure?: ApiError; readonly behind?: boolean } = {}) {
  const said: string[] = [];
  const texts = (notices: readonly Notice[]) =>
    notices.map((notice) => (notice.kind === 'event' ? notice.message : ''));
  const teller = new Teller(
    {
      read: async () => {
        if (failure) throw failure;
        return undefined;
      },
    },
    { say: (_, __, ___, notices) => said.push(...texts(notices)), isBehind: () => behind },
  );
  return { teller, said };
}

test('what another controller left to be said is said once', async () => {
  const { teller, said } = start();
  await teller.catchUp('test/shop', seenAs(), canary, signal);
  await teller.catchUp('test/shop', seenAs(), canary, signal);
  expect(said).toEqual(['one']);
});

test('what this controller said itself, or nobody waits for any more, is not said', async () => {
  const { teller, said } = start();
  teller.said('test/shop', statusIn('idle'), one);
  await teller.catchUp('test/shop', seenAs(), canary, signal);
  await teller.catchUp('test/other', seenAs(one, AT + 600_000), canary, signal);
  expect(said).toEqual([]);
});

test('of a spec that is refused it waits until the spec is mended, whatever is decided meanwhile', async () => {
  const { teller, said } = start();
  await teller.catchUp('test/shop', seenAs(), undefined, signal);
  teller.said('test/shop', one, one);
  await teller.catchUp('test/shop', seenAs(), canary, signal);
  expect(said).toEqual(['one']);
});

test.each([
  { code: 403, reason: 'Forbidden', says: [] },
  { code: 503, reason: 'ServiceUnavailable', says: ['one'] },
])('when Events can’t be read ($reason) it says $says', async ({ code, reason, says }) => {
  const { teller, said } = start({ failure: new ApiError('no', { code, reason }) });
  await teller.catchUp('test/shop', seenAs(), canary, signal);
  expect(said).toEqual(says);
});

test('the next status keeps what is still on its way, and only that', () => {
  const two = saying('two', AT + 10_000);
  const kept = (behind: boolean) => start({ behind }).teller.withArrears(two, seenAs()).run?.telling?.length;
  expect([kept(true), kept(false)]).toEqual([2, 1]);
  expect(start({ behind: true }).teller.withArrears(one, seenAs())).toBe(one);
});
