import { describe, expect, test } from 'vitest';
import type { CanaryStatus } from '../api/status.ts';
import type { KubeObject } from '../kube/object.ts';
import { bytesOf } from './evidence.ts';
import type { Notice } from './notice.ts';
import {
  delivered,
  isFresh,
  restored,
  TELLING_BYTES,
  tellingId,
  untold,
  withReceipts,
  withTelling,
} from './telling.ts';
import { canaryObject, canaryOf, statusIn, steps } from './testing/scene.ts';

const object: KubeObject = canaryObject();
const canary = canaryOf({
  analysis: steps({
    webhooks: [
      { name: 'first', type: 'post-rollout', url: 'http://hooks.example.com/1' },
      { name: 'second', type: 'post-rollout', url: 'http://hooks.example.com/2' },
      { name: 'other', type: 'rollout', url: 'http://hooks.example.com/3' },
    ],
  }),
});
const { name, namespace } = canary;
const payload = { name, namespace, phase: 'Failed', checksum: '0011' };
const hooks = canary.analysis.hooks.filter(({ type }) => type === 'post-rollout') as never;

const news = (message: string): Notice => ({ kind: 'event', type: 'Warning', message, payload, repeat: 'once' });
const alert: Notice = {
  kind: 'alert',
  severity: 'error',
  text: 'Canary failed',
  withFields: true,
  details: [{ name: 'Last failed check', value: 'errors: 7' }],
};
const finished: Notice = { kind: 'finished', outcome: 'failed', how: 'completed' };
const say: readonly Notice[] = [news('Rolled back'), alert, finished, { kind: 'hooks', hooks, payload }];

const decided = (notices = say, status = statusIn('idle')): CanaryStatus => withTelling(status, notices);

function eventsOf(status: CanaryStatus, said: readonly Notice[] = restored(object, status, canary)): string[] {
  return said.flatMap((notice) => {
    if (notice.kind === 'event') return [notice.receipt ?? ''];
    return notice.kind === 'hooks' ? notice.hooks.map((hook) => notice.receiptOf?.(hook.name) ?? '') : [];
  });
}

describe('what a decision says', () => {
  test('comes back from its status as it was said, under the same names of Events', () => {
    const status = JSON.parse(JSON.stringify(decided())) as CanaryStatus;
    const back = restored(object, status, canary);
    expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(withReceipts(object, status, say))));
    expect(eventsOf(status, back)).toEqual(eventsOf(status, withReceipts(object, status, say)));
    expect(new Set(eventsOf(status)).size).toBe(3);
    for (const each of eventsOf(status)) expect(each).toMatch(new RegExp(`^${name}\\.[0-9a-f]{16}$`));
  });

  test('leaves out the fields of an alert when the Canary is being deleted', () => {
    const leaving = canaryOf({}, { deletionTimestamp: '2026-05-04T10:00:01Z' });
    expect(restored(object, decided(), leaving)).toContainEqual({ ...alert, withFields: false });
  });

  test('has other names in another decision', () => {
    const later = statusIn('idle', { lastTransitionTime: '2026-05-04T10:00:09Z' });
    expect(eventsOf(decided(say, later))).not.toEqual(eventsOf(decided()));
  });

  test('leaves out states that last, and measurements', () => {
    const lasting: Notice = { ...(news('waits') as object), repeat: 'eachInterval' } as Notice;
    const status = decided([lasting, { kind: 'measured', metric: 'errors', value: 1 }]);
    expect(status.run).not.toHaveProperty('telling');
    expect(tellingId(status)).toBeUndefined();
  });

  test('is shortened where it would be too much: details and old events go first', () => {
    const long = Array.from({ length: 9 }, (_, i) => news(`${i}${'x'.repeat(900)}`));
    const shortened = decided([...long, alert, finished]);
    const { run } = shortened;
    expect(bytesOf(run?.telling)).toBeLessThanOrEqual(TELLING_BYTES);
    const kept = run?.telling ?? [];
    expect(kept.filter(({ kind }) => kind === 'event').at(-1)).toMatchObject({ message: `8${'x'.repeat(249)}` });
    expect(kept.slice(-2)).toEqual([
      { kind: 'alert', severity: 'error', text: 'Canary failed', withFields: true },
      finished,
    ]);
    expect(eventsOf(shortened).at(-1)).toBe(eventsOf(shortened, withReceipts(object, shortened, long)).at(-1));
  });

  test('is news for ten minutes, by a clock that was set back too', () => {
    const status = statusIn('idle', { lastTransitionTime: '2026-05-04T10:00:00Z' });
    const at = (time: string) => isFresh(status, Date.parse(time));
    expect([at('2026-05-04T10:09:59Z'), at('2026-05-04T10:10:00Z'), at('2026-05-04T09:00:00Z')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('what is left to be said', () => {
  const status = decided();
  const [event = '', first = '', second = ''] = eventsOf(status);
  const left = async (found: Readonly<Record<string, string>>, annotations = delivered) => {
    const find = async (wanted: string) => {
      const type = found[wanted];
      return type === undefined ? undefined : { ...object, metadata: { ...object.metadata, annotations }, type };
    };
    const open = await untold(restored(object, status, canary), find);
    return open.flatMap((each) => (each.kind === 'hooks' ? each.hooks.map((hook) => hook.name) : [each.kind]));
  };

  test('is all, as long as no Event proves anything', async () => {
    expect(await left({})).toEqual(['event', 'alert', 'finished', 'first', 'second']);
  });

  test('is only the hooks when the last event is there', async () => {
    expect(await left({ [event]: 'Warning' })).toEqual(['first', 'second']);
  });

  test('is all but the hooks when nothing proves that the alert was delivered', async () => {
    const found = { [event]: 'Warning', [first]: 'Normal', [second]: 'Normal' };
    expect(await left(found, {} as never)).toEqual(['event', 'alert', 'finished']);
  });

  test('are the hooks without a result, and none behind one that failed', async () => {
    expect(await left({ [event]: 'Warning', [first]: 'Normal' })).toEqual(['second']);
    expect(await left({ [event]: 'Warning', [first]: 'Warning' })).toEqual([]);
    expect(await left({ [event]: 'Warning', [first]: 'Normal', [second]: 'Normal' })).toEqual([]);
  });

  test('is an alert without an event in any case: nothing proves it', async () => {
    const only = decided([alert]);
    expect(await untold(restored(object, only, canary), async () => object)).toHaveLength(1);
  });
});
