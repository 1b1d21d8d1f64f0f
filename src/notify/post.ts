import { type Http, HttpFailure, type HttpRequest } from '../runtime/http.ts';
import { type DestinationSpec, NotifyError } from './contract.ts';

/** Time that a chat service has for an alert. */
export const TIMEOUT_MS = 5000;

/** Characters of a refusal that are shown. */
const MAX_TEXT = 1024;

export interface Message {
  /** The service as people call it, such as `Slack`. */
  readonly service: string;
  readonly url: string;
  readonly payload: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Posts a message and returns the body of the answer. Rejects with a `NotifyError` unless the answer is a 2xx. Neither the
 * address nor the token are part of any error, even when the answer repeats them.
 */
export async function post(http: Http, spec: DestinationSpec, message: Message, signal?: AbortSignal): Promise<string> {
  const request: HttpRequest = {
    method: 'POST',
    url: message.url,
    headers: { 'Content-Type': 'application/json', ...message.headers },
    body: JSON.stringify(message.payload),
    timeoutMs: TIMEOUT_MS,
    ...(spec.proxy === undefined || spec.proxy === '' ? {} : { proxy: spec.proxy }),
    ...(signal ? { signal } : {}),
  };
  const secrets = [message.url, spec.address, spec.token, spec.proxy];
  try {
    const { status, body } = await http.request(request);
    if (status >= 200 && status < 300) return body;
    throw refusal(message.service, `sending notification bad response ${status}: ${body}`, secrets);
  } catch (error) {
    if (error instanceof HttpFailure) throw refusal(message.service, error.message, secrets);
    throw error;
  }
}

/** An error that names the service, cut and without the secrets. */
export function refusal(service: string, text: string, secrets: readonly (string | undefined)[]): NotifyError {
  const known = secrets.flatMap((secret) =>
    secret === undefined || secret === '' ? [] : [secret, ...partsOf(secret)],
  );
  known.sort((a, b) => b.length - a.length);
  const shown = known.reduce((shownSoFar, secret) => shownSoFar.replaceAll(secret, '<hidden>'), text);
  return new NotifyError(`${service}: ${shown.slice(0, MAX_TEXT)}`);
}

/** Shorter parts of an address are ordinary words, and hiding them would spoil the message. */
const MIN_SECRET = 8;

/** The parts of a webhook address that make it secret: servers repeat them without the host. */
function partsOf(secret: string): string[] {
  const url = URL.parse(secret);
  if (!url) return [];
  const parts = [...url.pathname.split('/'), ...url.searchParams.values(), url.username, url.password];
  return [url.pathname + url.search, url.pathname, ...parts].filter((part) => part.length >= MIN_SECRET);
}

/** The address, if it is one to send to. Throws a `NotifyError` that doesn't repeat it. */
export function webhookUrl(spec: DestinationSpec, name: string): URL {
  const url = URL.parse(spec.address);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new NotifyError(`invalid ${name} URL`);
}
