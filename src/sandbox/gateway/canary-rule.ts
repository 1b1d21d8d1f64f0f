import type { StringMap } from '../../kube/object.ts';
import type { GatewayRequest } from './matching.ts';

/** The canary annotations of an ingress-nginx Ingress. */
export interface CanaryRule {
  readonly header: { readonly name: string; readonly value: string; readonly pattern: RegExp | undefined } | undefined;
  readonly cookie: string | undefined;
  readonly weight: number;
  readonly total: number;
}

const DEFAULT_TOTAL = 100;

/** Whether the annotations make the Ingress a canary of another one. */
export function isCanary(annotations: StringMap, prefix: string): boolean {
  return annotations[`${prefix}/canary`] === 'true';
}

/** Annotations that can't be read count as not given. */
export function canaryRule(annotations: StringMap, prefix: string): CanaryRule {
  const read = (name: string) => annotations[`${prefix}/${name}`] ?? '';
  const header = read('canary-by-header');
  const [value, pattern] = [read('canary-by-header-value'), read('canary-by-header-pattern')];
  const cookie = read('canary-by-cookie');
  return {
    header: header === '' ? undefined : { name: header.toLowerCase(), value, pattern: patternOf(pattern) },
    cookie: cookie === '' ? undefined : cookie,
    weight: Math.max(Number(read('canary-weight')) || 0, 0),
    total: Math.max(Number(read('canary-weight-total')) || 0, DEFAULT_TOTAL),
  };
}

function patternOf(text: string): RegExp | undefined {
  try {
    return text === '' ? undefined : new RegExp(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether a request goes to the canary. The header decides before the cookie, the cookie before the weight. Without a
 * value or pattern the header itself says `always` or `never`; with one, a header that doesn't fit decides nothing.
 */
export function goesToCanary(rule: CanaryRule, request: GatewayRequest, random: () => number): boolean {
  const byHeader = headerSays(rule, request.headers);
  if (byHeader !== undefined) return byHeader;
  const byCookie =
    rule.cookie === undefined ? undefined : alwaysOrNever(cookieIn(request.headers['cookie'], rule.cookie));
  if (byCookie !== undefined) return byCookie;
  return random() * rule.total < rule.weight;
}

function headerSays({ header }: CanaryRule, headers: GatewayRequest['headers']): boolean | undefined {
  const present = header && headers[header.name];
  if (!header || present === undefined) return undefined;
  if (header.value !== '') return present === header.value ? true : undefined;
  if (header.pattern) return header.pattern.test(present) ? true : undefined;
  return alwaysOrNever(present);
}

function alwaysOrNever(text: string | undefined): boolean | undefined {
  return text === 'always' ? true : text === 'never' ? false : undefined;
}

function cookieIn(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
