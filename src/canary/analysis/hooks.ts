import type { CalledHook } from '../../api/canary.ts';
import type { StringMap } from '../../kube/object.ts';
import { type Clock, pause } from '../../runtime/clock.ts';
import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../../runtime/http.ts';
import { maskPassword } from '../../runtime/url-credentials.ts';
import type { HookPayload } from '../question.ts';
import { mayHelpAgain, retryDelayMs } from './hook-retry.ts';

export interface HookTools {
  readonly http: Http;
  readonly clock: Clock;
  /** Ends attempts and waiting. */
  readonly signal?: AbortSignal;
}

/** A payload with metadata of its own, instead of the hook's. */
export type HookMessage = HookPayload & { readonly metadata?: StringMap };

export type HookResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The reason as the reference puts it into event texts. */
      readonly error: string;
      /** Status and body of the last answer, which the reference drops when it gives up. */
      readonly detail?: string;
    };

/** Characters of an answer that are kept: it goes into events and status. */
const MAX_TEXT = 4096;

/**
 * Calls a webhook. Any 2xx is success (the reference stops at 202). A lost connection, 429 and 5xx but 501 are tried again
 * as often as the hook says. Whatever the receiver does is a value; only a defect rejects.
 */
export async function callHook(hook: CalledHook, message: HookMessage, tools: HookTools): Promise<HookResult> {
  const request = requestOf(hook, message, tools.signal);
  for (let attempt = 1; ; attempt++) {
    const answer = await send(request, tools.http);
    const failed = answer instanceof HttpFailure;
    if (!failed && answer.status >= 200 && answer.status < 300) return { ok: true };
    if (!failed && !mayHelpAgain(answer.status)) {
      return { ok: false, error: answer.body.slice(0, MAX_TEXT), detail: detailOf(answer) };
    }
    if (attempt > hook.retries || (failed && !answer.retryable)) return givenUp(hook, attempt, answer);
    await pause(tools.clock, retryDelayMs(attempt, failed ? undefined : answer, tools.clock.now()), tools.signal);
    if (tools.signal?.aborted) return givenUp(hook, attempt, answer);
  }
}

/** What event hooks are told: the event and, for other names, the hook's own metadata. */
export function eventPayload(
  payload: HookPayload,
  event: { readonly type: 'Normal' | 'Warning'; readonly message: string },
  hook: Pick<CalledHook, 'metadata'>,
  nowMs: number,
): HookMessage {
  const own = { eventMessage: event.message, eventType: event.type, timestamp: String(nowMs) };
  return { ...payload, metadata: { ...hook.metadata, ...own } };
}

/** The receiver of events of canaries without event hooks of their own. */
export function globalEventHook(url: string): CalledHook {
  return {
    name: 'event-webhook',
    type: 'event',
    url,
    timeoutMs: 10_000,
    retries: 0,
    expiryMs: undefined,
    disableTLS: false,
    muteAlert: false,
    metadata: {},
  };
}

function requestOf(hook: CalledHook, message: HookMessage, signal: AbortSignal | undefined): HttpRequest {
  return {
    method: 'POST',
    url: hook.url,
    headers: { 'Content-Type': 'application/json' },
    body: bodyOf(hook, message),
    timeoutMs: hook.timeoutMs,
    // the reference bypasses the environment's proxies together with the certificates
    ...(hook.disableTLS ? { insecure: true, proxy: '' } : {}),
    ...(signal ? { signal } : {}),
  };
}

function bodyOf(hook: CalledHook, message: HookMessage): string {
  const { name, namespace, phase, checksum } = message;
  const metadata = Object.entries(message.metadata ?? hook.metadata);
  metadata.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const body = { name, namespace, phase, checksum };
  return JSON.stringify(metadata.length === 0 ? body : { ...body, metadata: Object.fromEntries(metadata) });
}

async function send(request: HttpRequest, http: Http): Promise<HttpAnswer | HttpFailure> {
  try {
    return await http.request(request);
  } catch (error) {
    if (error instanceof HttpFailure) return error;
    throw error;
  }
}

function givenUp(hook: CalledHook, attempts: number, last: HttpAnswer | HttpFailure): HookResult {
  const error = `POST ${maskPassword(hook.url)} giving up after ${attempts} attempt(s)`;
  if (last instanceof HttpFailure) return { ok: false, error: `${error}: ${last.message}` };
  return { ok: false, error, detail: detailOf(last) };
}

function detailOf({ status, body }: HttpAnswer): string {
  return `HTTP ${status}${body === '' ? '' : `: ${body.slice(0, MAX_TEXT)}`}`;
}
