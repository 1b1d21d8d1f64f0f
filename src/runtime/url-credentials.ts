/** A URL that is safe to log and to send, and what its user part stood for. */
export interface PlainUrl {
  readonly url: string;
  /** `Basic …`, when the URL had a user part. */
  readonly authorization: string | undefined;
}

/**
 * Takes the user part out of a URL: HTTP clients treat it in different ways, and some put it into their errors.
 * `undefined` when the text is no absolute `http` or `https` URL.
 */
export function withoutCredentials(text: string): PlainUrl | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined;
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url: url.href, authorization: undefined };
  return { url: url.href, authorization: basicAuthorization(decode(username), decode(password)) };
}

/** The value of an `Authorization` header for a user name and a password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

const HIDDEN = 'xxxxx';

/**
 * An address or URL as messages show it: `xxxxx` stands for everything between the scheme and the last `@`. It need not be
 * valid, since it is typing errors that put a password where no parser finds it. Without an `@` it stays as it is.
 */
export function hideCredentials(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? [];
  return scheme + HIDDEN + address.slice(at);
}

/** Like `hideCredentials`, but names the user of a URL whose user part is written in full, as Go does. */
export function maskPassword(url: string): string {
  const [, start] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#@:\s]+):[^/?#\\]+@[^@]*$/i.exec(url) ?? [];
  return start === undefined ? hideCredentials(url) : `${start}:${HIDDEN}${url.slice(url.lastIndexOf('@'))}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
