import { type Canary, isCalled } from '../api/canary.ts';
import type { CanaryStatus, Telling } from '../api/status.ts';
import type { KubeObject, ObjectRef } from '../kube/object.ts';
import { digest } from './digest.ts';
import { bytesOf } from './evidence.ts';
import type { EventNotice, HooksNotice, Notice } from './notice.ts';

/**
 * What a decision says is kept in `status.run.telling`, in the same write as the decision itself, until the next one. Whoever
 * finds it there and doesn't know that it was said, looks for the Events of it: their names follow from the decision. So
 * nothing is lost when a controller dies, or an answer, between deciding and telling; what was under way at that moment may be
 * said twice.
 */

/** Of one decision; the rest of a status leaves room for it. */
export const TELLING_BYTES = 1024;
/** Characters of a text that are kept where all of them are too many. */
const SHORTENED = 250;
/** What was decided longer ago is nobody's news any more. It must be less than an API server keeps Events, which is an hour. */
const FRESH_MS = 600_000;

/** The decision's status with what it says kept in it. */
export function withTelling(status: CanaryStatus, say: readonly Notice[]): CanaryStatus {
  const { run } = status;
  if (!run) return status;
  const telling = bounded(say.flatMap(kept));
  return telling.length > 0 ? { ...status, run: { ...run, telling } } : status;
}

/** What a status keeps to be said, each with its receipts. Hooks are those that the Canary has now; an unread one has none. */
export function restored(object: KubeObject, status: CanaryStatus, canary: Canary | undefined): readonly Notice[] {
  const notices = (status.run?.telling ?? []).flatMap((each) => noticeOf(each, object, canary) ?? []);
  return withReceipts(object, status, notices);
}

function noticeOf(said: Telling, { metadata }: KubeObject, canary: Canary | undefined): Notice | undefined {
  const { name, namespace = '' } = metadata;
  switch (said.kind) {
    case 'event': {
      const { kind, type, message, phase, checksum } = said;
      return { kind, type, message, payload: { name, namespace, phase, checksum }, repeat: 'once' };
    }
    case 'alert':
      // Of a Canary that is being deleted only as much is read as its end needs
      return { ...said, withFields: (said.withFields ?? false) && !canary?.deleting, details: said.details ?? [] };
    case 'hooks': {
      const { kind, phase, checksum } = said;
      const hooks = canary?.analysis.hooks.filter(({ type }) => type === 'post-rollout').filter(isCalled) ?? [];
      return { kind, hooks, payload: { name, namespace, phase, checksum } };
    }
    case 'finished':
      return said;
  }
}

/** Notices of one decision, with the names of the Events that prove that they were said. */
export function withReceipts(
  { metadata: { name, uid } }: KubeObject,
  status: CanaryStatus,
  notices: readonly Notice[],
): readonly Notice[] {
  const telling = tellingId(status);
  if (telling === undefined) return notices;
  const receipt = (what: string) => `${name}.${digest({ uid, telling, what })}`;
  // Counted from the last one, because the oldest may have been left out
  let later = notices.filter(isNews).length;
  return notices.map((notice) => {
    if (notice.kind === 'hooks') return { ...notice, receiptOf: (hook: string) => receipt(`hook ${hook}`) };
    if (!isNews(notice)) return notice;
    later -= 1;
    return { ...notice, receipt: receipt(`event ${later}`) };
  });
}

function isNews(notice: Notice): notice is EventNotice {
  return notice.kind === 'event' && notice.repeat === 'once';
}

/** What tells one thing to be said from another; `undefined` when a status keeps none. */
export function tellingId({ lastTransitionTime, run }: CanaryStatus): string | undefined {
  return run?.telling && digest({ lastTransitionTime, number: run.number, telling: run.telling });
}

/** Whether it is still worth saying. */
export function isFresh({ lastTransitionTime = '' }: CanaryStatus, now: number): boolean {
  return now - Date.parse(lastTransitionTime) < FRESH_MS;
}

/** Events are said in their order, so the last one stands for all of them: its name, if there is one. */
export function receiptOf(notices: readonly Notice[]): string | undefined {
  return notices.findLast(isNews)?.receipt;
}

/** What the last Event of a decision carries when the alerts of the decision were delivered, or given up. */
export const delivered = { 'sluice.dev/delivered': 'true' };

function isDelivered({ metadata }: KubeObject): boolean {
  return Object.entries(delivered).every(([key, value]) => metadata.annotations?.[key] === value);
}

/** What of the notices isn't proved to be said. `find` gives an Event of the Canary's namespace by name. */
export async function untold(
  notices: readonly Notice[],
  find: (name: string) => Promise<KubeObject | undefined>,
): Promise<readonly Notice[]> {
  const receipt = receiptOf(notices);
  const last = receipt === undefined ? undefined : await find(receipt);
  const eventsSaid = last !== undefined && (!notices.some(({ kind }) => kind === 'alert') || isDelivered(last));
  const open: Notice[] = [];
  for (const notice of notices) {
    if (notice.kind === 'hooks') open.push({ ...notice, hooks: await uncalled(notice, find) });
    else if (!eventsSaid) open.push(notice);
  }
  return open;
}

/** Hooks are called in order until one fails, and each answer becomes an Event. */
async function uncalled(
  { hooks, receiptOf = () => '' }: HooksNotice,
  find: (name: string) => Promise<KubeObject | undefined>,
): Promise<HooksNotice['hooks']> {
  for (const [i, { name }] of hooks.entries()) {
    const result = await find(receiptOf(name));
    if (!result) return hooks.slice(i);
    if (result['type'] === 'Warning') return [];
  }
  return [];
}

/** Name of an Event as a reference to it. */
export function eventRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Event', namespace, name };
}

/** States that last are said again by themselves, and measurements are made again. */
function kept(notice: Notice): Telling[] {
  switch (notice.kind) {
    case 'event': {
      const { kind, type, message, payload } = notice;
      return isNews(notice) ? [{ kind, type, message, phase: payload.phase, checksum: payload.checksum }] : [];
    }
    case 'alert': {
      const { kind, severity, text, withFields, details } = notice;
      return [{ kind, severity, text, ...(withFields && { withFields }), ...(details.length > 0 && { details }) }];
    }
    case 'hooks':
      return [{ kind: notice.kind, phase: notice.payload.phase, checksum: notice.payload.checksum }];
    case 'finished':
      return [notice];
    case 'measured':
      return [];
  }
}

/** Long texts are shortened, then the oldest events left out: the last one is the news. */
function bounded(telling: readonly Telling[]): readonly Telling[] {
  if (bytesOf(telling) <= TELLING_BYTES) return telling;
  const short = telling.map((each): Telling => {
    if (each.kind === 'event') return { ...each, message: cut(each.message) };
    if (each.kind !== 'alert') return each;
    const { details: _, ...alert } = each;
    return { ...alert, text: cut(alert.text) };
  });
  while (bytesOf(short) > TELLING_BYTES) {
    const oldest = short.findIndex(({ kind }) => kind === 'event');
    short.splice(Math.max(oldest, 0), 1);
  }
  return short;
}

function cut(text: string): string {
  return text.slice(0, SHORTENED).toWellFormed();
}
