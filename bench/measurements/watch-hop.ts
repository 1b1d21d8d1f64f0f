import { dig } from '../../src/kube/object.ts';
import { pause, systemClock } from '../../src/runtime/clock.ts';
import type { Ground } from '../ground.ts';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'hop' };

/** How long the API server takes from a write to its watch event at a plain client, in milliseconds: so many times, with a pause after each. */
export async function measureHops({ client }: Ground, count: number, pauseMs = 0): Promise<number[]> {
  const { namespace } = ref;
  await client.create({ ...ref, metadata: ref }).catch(() => {});
  const { resourceVersion } = await client.list(ref, { namespace });
  const stop = new AbortController();
  let heard = (_beat: unknown) => {};
  const watch = { namespace, resourceVersion, timeoutSeconds: 600, signal: stop.signal };
  const watching = client.watch(ref, watch, (line) => heard(dig(JSON.parse(line), 'object', 'data', 'beat')));
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const beat = `${Date.now()}-${i}`;
    const arrived = new Promise<void>((resolve) => {
      heard = (seen) => seen === beat && resolve();
    });
    const start = performance.now();
    await Promise.all([client.patch(ref, { data: { beat } }), arrived]);
    times.push(performance.now() - start);
    if (pauseMs > 0) await pause(systemClock, pauseMs);
  }
  stop.abort();
  await watching;
  return times;
}
