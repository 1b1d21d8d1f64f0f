import { describe, expect, test } from 'vitest';
import { isCalled } from '../api/canary.ts';
import type { CanaryStatus, Telling } from '../api/status.ts';
import type { KubeObject } from '../kube/object.ts';
import { bytesOf } from './evidence.ts';
import type { EventNotice, Notice } from './notice.ts';
import { carrying, delivered, isFresh, restored, TELLING_BYTES, untold, withTelling } from './telling.ts';
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
const hooks = canary.analysis.hooks.filter(({ type }) => type === 'post-rollout').filter(isCalled);

const news = (message: string): EventNotice => ({ kind: 'event', type: 'Warning', message, payload, repeat: 'once' });
const alert: Notice = {
  kind: 'alert',
  severity: 'error',
  text: 'Canary failed',
  withFields: true,
  details: [{ name: 'Last failed check', value: 'errors: 7' }],
};
const finished: Notice = { kind: 'finished', outcome: 'failed', how: 'completed' };
const say: readonly Notice[] = [news('Rolled back'), alert, finished, { kind: 'hooks', hooks, payload }];

const decided = (notices = say, status = statusIn('idle')) => withTelling(object, status, notices);
const kept = ({ run }: CanaryStatus): readonly Telling[] => JSON.parse(JSON.stringify(run?.telling ?? []));
const back = (status: CanaryStatus) => restored(kept(status), object, canary);

/** Names of the Events that prove notices, in their order. */
function receipts(notices: readonly Notice[]): string[] {
  return notices.flatMap((notice) => {
    if (notice.kind === 'hooks') return notice.hooks.map((hook) => notice.receiptOf?.(hook) ?? '');
    return notice.kind === 'measured' ? [] : [notice.receipt ?? ''];
  });
}

describe('what a decision says', () => {
  test('comes back from its status as it was said, under the same names of Events', () => {
    const { status, say: said } = decided();
    expect(JSON.parse(JSON.stringify(back(status)))).toEqual(JSON.parse(JSON.stringify(said)));
    expect(receipts(back(status))).toEqual(receipts(said));
    const [event, ofAlert, ofEnd, first, second] = receipts(said);
    expect([ofAlert, ofEnd]).toEqual([event, event]);
    expect(new Set([event, first, second]).size).toBe(3);
    for (const each of receipts(said)) expect(each).toMatch(new RegExp(`^${name}\\.[0-9a-f]{16}$`));
  });

  test('leaves out the fields of an alert when the Canary is being deleted', () => {
    const leaving = canaryOf({}, { deletionTimestamp: '2026-05-04T10:00:01Z' });
    expect(restored(kept(decided().status), object, leaving)).toContainEqual(
      expect.objectContaining({ kind: 'alert', withFields: false }),
    );
  });

  test('has other names in another decision', () => {
    const later = statusIn('idle', { lastTransitionTime: '2026-05-04T10:00:09Z' });
    expect(receipts(decided(say, later).say)).not.toEqual(receipts(decided().say));
  });

  test('leaves out states that last, and measurements', () => {
    const lasting: Notice = { ...news('waits'), repeat: 'eachInterval' };
    const { status, say: said } = decided([lasting, { kind: 'measured', metric: 'errors', value: 1 }]);
    expect(status.run).not.toHaveProperty('telling');
    expect(said[0]).toBe(lasting);
  });

  test('is proved by the last piece of news, whatever lasting state is said behind it', () => {
    const { say: said } = decided([news('Rolled back'), alert, { ...news('waits'), repeat: 'eachInterval' }]);
    const [event, ofAlert, lasting] = receipts(said);
    expect([ofAlert, lasting]).toEqual([event, '']);
  });

  test('is shortened where it would be too much: details and old events go first', () => {
    const long = Array.from({ length: 9 }, (_, i) => news(`${i}${'x'.repeat(900)}`));
    const { status, say: said } = decided([...long, alert, finished]);
    expect(bytesOf(kept(status))).toBeLessThanOrEqual(TELLING_BYTES);
    const left = kept(status);
    expect(left.filter(({ kind }) => kind === 'event').at(-1)).toMatchObject({ message: `8${'x'.repeat(249)}` });
    expect(left.slice(-2)).toMatchObject([{ kind: 'alert', text: 'Canary failed' }, { kind: 'finished' }]);
    expect(left.at(-2)).not.toHaveProperty('details');
    expect(receipts(back(status)).at(-1)).toBe(receipts(said).at(-1));
  });

  test('is kept along with the next decision as long as it is on its way', () => {
    const before = kept(decided([news('one')]).status);
    const next = decided([news('two')], statusIn('idle', { lastTransitionTime: '2026-05-04T10:00:09Z' })).status;
    expect(back(carrying(next, before))).toMatchObject([{ message: 'one' }, { message: 'two' }]);
    expect(carrying(next, [])).toBe(next);
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
  const { status } = decided();
  const [event = '', , , first = '', second = ''] = receipts(back(status));
  const left = async (found: Readonly<Record<string, string>>, annotations: Record<string, string> = delivered) => {
    const find = async (wanted: string) => {
      const type = found[wanted];
      return type === undefined ? undefined : { ...object, metadata: { ...object.metadata, annotations }, type };
    };
    const open = await untold(back(status), find);
    return open.flatMap((each) => (each.kind === 'hooks' ? each.hooks.map((hook) => hook.name) : [each.kind]));
  };

  test('is all, as long as no Event proves anything', async () => {
    expect(await left({})).toEqual(['event', 'alert', 'finished', 'first', 'second']);
  });

  test('is only the hooks when the event is there and the alert was delivered', async () => {
    expect(await left({ [event]: 'Warning' })).toEqual(['first', 'second']);
  });

  test('is the alert too when nothing proves that it was delivered', async () => {
    const found = { [event]: 'Warning', [first]: 'Normal', [second]: 'Normal' };
    expect(await left(found, {})).toEqual(['alert']);
  });

  test('are the hooks without a result, also behind one that failed', async () => {
    expect(await left({ [event]: 'Warning', [first]: 'Normal' })).toEqual(['second']);
    expect(await left({ [event]: 'Warning', [first]: 'Warning' })).toEqual(['second']);
    expect(await left({ [event]: 'Warning', [second]: 'Normal' })).toEqual(['first']);
    expect(await left({ [event]: 'Warning', [first]: 'Normal', [second]: 'Normal' })).toEqual([]);
  });
});

test('hooks of one name have receipts of their own', () => {
  const twins = hooks.map((hook) => ({ ...hook, name: 'tell' }));
  const { say: known } = decided([news('x'), { kind: 'hooks', hooks: twins, payload }]);
  expect(new Set(receipts(known)).size).toBe(3);
});
