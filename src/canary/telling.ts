import { type CalledHook, type Canary, isCalled } from '../api/canary.ts';
import type { CanaryStatus, Telling } from '../api/status.ts';
import type { KubeObject, ObjectRef } from '../kube/object.ts';
import { digest } from './digest.ts';
import { bytesOf } from './evidence.ts';
import type { EventNotice, HooksNotice, Notice } from './notice.ts';

/**
 * What a decision says is kept in `status.run.telling`, in the same write as the decision itself, until it was said and the next
 * decision comes. Whoever finds it there and didn't say it looks for the Events of it: their names follow from the decision. So
 * nothing is lost when a controller dies, or an answer, between deciding and telling; what was under way at that moment may be
 * said twice.
 */

/** The rest of a status leaves room for it. */
export const TELLING_BYTES = 1024;
/** Characters of a text that are kept where all of them are too many. */
const SHORTENED = 250;
/** What was decided longer ago is nobody's news any more. It must be less than an API server keeps Events, which is an hour. */
const FRESH_MS = 600_000;

/** A decision's status with what it says kept in it, and its notices with the names that their Events get. */
export function withTelling(
  object: KubeObject,
  status: CanaryStatus,
  say: readonly Notice[],
): { readonly status: CanaryStatus; readonly say: readonly Notice[] } {
  const { run, lastTransitionTime } = status;
  const words = say.map(wordsOf);
  if (!run || words.every((each) => each === undefined)) return { status, say };
  const { number, stage, step } = run;
  const decision = digest({ uid: object.metadata.uid, lastTransitionTime, number, stage, step, words });
  const idOf = (i: number) => digest({ decision, i });
  // What leaves no Event is proved by the last one of its decision
  const last = say.findLastIndex(isNews);
  const ids = say.map((notice, i) => (isNews(notice) || last < 0 ? idOf(i) : idOf(last)));
  const telling = words.flatMap((each, i) => (each ? [{ ...each, id: ids[i] ?? '' }] : []));
  const known = say.map((notice, i) => (words[i] ? withReceipt(notice, ids[i] ?? '', object) : notice));
  return { status: { ...status, run: { ...run, telling: bounded(telling) } }, say: known };
}

/** A status that goes on to keep what the one before has left to be said. */
export function carrying(status: CanaryStatus, before: readonly Telling[] | undefined): CanaryStatus {
  const { run } = status;
  if (!run || !before?.length) return status;
  return { ...status, run: { ...run, telling: bounded([...before, ...(run.telling ?? [])]) } };
}

/** What was kept as notices. Hooks are those that the Canary has now. */
export function restored(telling: readonly Telling[], object: KubeObject, canary: Canary): readonly Notice[] {
  return telling.map((each) => withReceipt(noticeOf(each, object, canary), each.id, object));
}

function noticeOf(said: Telling, { metadata }: KubeObject, canary: Canary): Notice {
  const { name, namespace = '' } = metadata;
  switch (said.kind) {
    case 'event': {
      const { kind, type, message, phase, checksum } = said;
      return { kind, type, message, payload: { name, namespace, phase, checksum }, repeat: 'once' };
    }
    case 'alert': {
      const { kind, severity, text, withFields = false, details = [] } = said;
      // Of a Canary that is being deleted only as much is read as its end needs
      return { kind, severity, text, withFields: withFields && !canary.deleting, details };
    }
    case 'hooks': {
      const { kind, phase, checksum } = said;
      const hooks = canary.analysis.hooks.filter(({ type }) => type === 'post-rollout').filter(isCalled);
      return { kind, hooks, payload: { name, namespace, phase, checksum } };
    }
    case 'finished': {
      const { kind, outcome, how } = said;
      return { kind, outcome, how };
    }
  }
}

function withReceipt(notice: Notice, id: string, { metadata: { name } }: KubeObject): Notice {
  switch (notice.kind) {
    case 'hooks': {
      // Names of hooks need not differ
      const { hooks } = notice;
      const receiptOf = (hook: CalledHook) => `${name}.${digest({ id, hook: hook.name, at: hooks.indexOf(hook) })}`;
      return { ...notice, receiptOf };
    }
    case 'measured':
      return notice;
    default:
      return { ...notice, receipt: `${name}.${id}` };
  }
}

/** Whether it is still worth saying. */
export function isFresh({ lastTransitionTime = '' }: CanaryStatus, now: number): boolean {
  return now - Date.parse(lastTransitionTime) < FRESH_MS;
}

/** What the last Event of a decision carries when the alerts of the decision were delivered, or given up. */
export const delivered = { 'sluice.dev/delivered': 'true' };

/** What of the notices isn't proved to be said. `find` gives an Event of the Canary's namespace by name. */
export async function untold(
  notices: readonly Notice[],
  find: (name: string) => Promise<KubeObject | undefined>,
): Promise<readonly Notice[]> {
  const open: Notice[] = [];
  for (const notice of notices) {
    if (notice.kind === 'hooks') {
      const hooks = await uncalled(notice, find);
      if (hooks.length > 0) open.push({ ...notice, hooks });
    } else if (notice.kind !== 'measured') {
      const proof = notice.receipt === undefined ? undefined : await find(notice.receipt);
      if (!proof || (notice.kind === 'alert' && !isDelivered(proof))) open.push(notice);
    }
  }
  return open;
}

/** Each hook's answer becomes an Event. */
async function uncalled(
  { hooks, receiptOf = () => '' }: HooksNotice,
  find: (name: string) => Promise<KubeObject | undefined>,
): Promise<HooksNotice['hooks']> {
  const results = await Promise.all(hooks.map((hook) => find(receiptOf(hook))));
  return hooks.filter((_, i) => results[i] === undefined);
}

function isDelivered({ metadata }: KubeObject): boolean {
  return Object.entries(delivered).every(([key, value]) => metadata.annotations?.[key] === value);
}

/** Name of an Event as a reference to it. */
export function eventRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Event', namespace, name };
}

function isNews(notice: Notice): notice is EventNotice {
  return notice.kind === 'event' && notice.repeat === 'once';
}

type Words<Said = Telling> = Said extends Telling ? Omit<Said, 'id'> : never;

/** What of a notice is kept. States that last are said again by themselves, and measurements are made again. */
function wordsOf(notice: Notice): Words | undefined {
  switch (notice.kind) {
    case 'event': {
      const { kind, type, message, payload } = notice;
      return isNews(notice) ? { kind, type, message, phase: payload.phase, checksum: payload.checksum } : undefined;
    }
    case 'alert': {
      const { kind, severity, text, withFields, details } = notice;
      return { kind, severity, text, ...(withFields && { withFields }), ...(details.length > 0 && { details }) };
    }
    case 'hooks':
      return { kind: notice.kind, phase: notice.payload.phase, checksum: notice.payload.checksum };
    case 'finished':
      return { kind: notice.kind, outcome: notice.outcome, how: notice.how };
    case 'measured':
      return undefined;
  }
}

/** Long texts are shortened, then the oldest left out, events first. */
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
