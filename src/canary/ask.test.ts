import { expect, test } from 'vitest';
import { HttpFailure } from '../runtime/http.ts';
import { memoryHttp, type Reply } from '../runtime/testing/memory-http.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { Asker } from './ask.ts';
import { Contents } from './contents.ts';
import { History } from './history.ts';
import { Measure } from './measure.ts';
import type { Question } from './question.ts';
import { sceneOf } from './testing/scene.ts';

const question: Question = {
  kind: 'hook',
  id: 'hook/rollout/0',
  payload: { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '1' },
  hook: {
    name: 'load',
    type: 'rollout',
    url: 'http://tester/hook',
    timeoutMs: 300_000,
    retries: 0,
    expiryMs: undefined,
    disableTLS: false,
    muteAlert: false,
    metadata: {},
  },
};

function start(reply: (signal: AbortSignal | undefined) => Promise<Reply>) {
  const clock = new VirtualClock();
  const http = memoryHttp(({ signal }) => reply(signal));
  const cluster = { get: () => undefined, read: async () => undefined, find: async () => [] };
  const measure = new Measure({ cluster, http, clock, metricsServer: '', meshProvider: 'istio', onWarning() {} });
  const history = new History(cluster, () => undefined);
  const asker = new Asker({ cluster, http, clock, measure, contents: new Contents(), history });
  const stop = new AbortController();
  return { stop, answers: asker.all({ kind: 'scene', scene: sceneOf() }, [question], stop.signal) };
}

test('what a receiver says is the answer to the question', async () => {
  const { answers } = start(async () => 200);
  expect([...(await answers)]).toEqual([['hook/rollout/0', { kind: 'hook', ok: true }]]);
});

test('a cancelled question has no answer: it must not count as a failed check', async () => {
  const { stop, answers } = start(
    (signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve(new HttpFailure('the request was cancelled', false)));
      }),
  );
  stop.abort();
  await expect(answers).rejects.toMatchObject({ name: 'AbortError' });
});
