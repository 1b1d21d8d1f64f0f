import { hideCredentials } from '../runtime/url-credentials.ts';
import type { AlertRef, Hook, HookType, Metric, MetricLimits, SessionAffinity } from './canary.ts';
import { parseDuration, parseWindow, quoteDuration } from './durations.ts';
import { count, integerIn } from './numbers.ts';
import type { Refuse } from './refusals.ts';
import type { AnalysisInput } from './schema/canary.ts';
import { isGateName } from './steering.ts';

/** The lists of `spec.analysis` and its session affinity, with defaults applied. Each reads one item at `field`. */

type Item<K extends 'metrics' | 'webhooks' | 'alerts'> = NonNullable<AnalysisInput[K]>[number];

/** A metric without a usable definition is let through: it fails its check (Flagger compatibility). */
export function parseMetric(raw: Item<'metrics'>, field: string, namespace: string, refuse: Refuse): Metric {
  const interval = raw.interval || '1m';
  if (!((parseWindow(interval) ?? 0) > 0)) {
    refuse('DurationInvalid', `${field}.interval`, `is ${quoteDuration(interval)}`);
  }
  const { min, max } = raw.thresholdRange ?? {};
  if (min !== undefined && max !== undefined && min > max) {
    refuse('FieldOutOfRange', `${field}.thresholdRange`, `has min ${min} above max ${max}`, 'swap the two');
  }
  return {
    name: raw.name,
    interval,
    threshold: raw.threshold ?? 0,
    range: raw.thresholdRange,
    query: raw.query || undefined,
    templateRef: raw.templateRef && {
      name: raw.templateRef.name,
      namespace: raw.templateRef.namespace || namespace,
    },
    templateVariables: raw.templateVariables ?? {},
    noData: raw.noData ?? 'fail',
    minSamples: raw.minSamples ?? 0,
    critical: raw.critical ?? false,
    dryRun: raw.dryRun ?? false,
    limits: parseLimits(raw),
  };
}

function parseLimits({ failureLimit, consecutiveFailureLimit, consecutiveErrorLimit }: Item<'metrics'>): MetricLimits {
  return {
    ...(failureLimit === undefined ? {} : { failures: failureLimit }),
    ...(consecutiveFailureLimit === undefined ? {} : { consecutiveFailures: consecutiveFailureLimit }),
    ...(consecutiveErrorLimit === undefined ? {} : { consecutiveErrors: consecutiveErrorLimit }),
  };
}

const HOOK_TIMEOUT_MS = 10_000;

export function parseHook(raw: Item<'webhooks'>, field: string, refuse: Refuse): Hook {
  const type: HookType = raw.type || 'rollout';
  if (raw.url !== undefined) {
    if (!isHttpUrl(raw.url)) refuse('HookUrlInvalid', `${field}.url`, `is ${JSON.stringify(hideCredentials(raw.url))}`);
  } else if (!type.startsWith('confirm-')) {
    refuse('HookUrlMissing', `${field}.url`, `is absent, and a ${type} hook is no gate`);
  } else if (!isGateName(raw.name)) {
    refuse('GateNameInvalid', `${field}.name`, `is ${JSON.stringify(raw.name)}`);
  }
  return {
    name: raw.name,
    type,
    url: raw.url,
    timeoutMs: hookTimeout(raw.timeout ?? '', `${field}.timeout`, refuse),
    retries: integerIn(refuse, `${field}.retries`, raw.retries, 0, count),
    expiryMs: gateExpiry(raw.expiry, type, `${field}.expiry`, refuse),
    disableTLS: raw.disableTLS ?? false,
    muteAlert: raw.muteAlert ?? false,
    metadata: raw.metadata ?? {},
  };
}

function gateExpiry(text: string | undefined, type: HookType, field: string, refuse: Refuse): number | undefined {
  if (text === undefined) return undefined;
  if (!type.startsWith('confirm-'))
    refuse('FieldMalformed', field, `is set for a ${type} hook`, 'remove it: only gates expire');
  const expiry = parseDuration(text) ?? 0;
  if (expiry > 0) return expiry;
  refuse('DurationInvalid', field, `is ${quoteDuration(text)}`);
  return undefined;
}

/** A text of one character has no unit and counts as absent (Flagger compatibility). */
function hookTimeout(text: string, field: string, refuse: Refuse): number {
  if (text.length < 2) return HOOK_TIMEOUT_MS;
  const timeout = parseDuration(text) ?? 0;
  if (timeout > 0) return timeout;
  refuse('DurationInvalid', field, `is ${quoteDuration(text)}`);
  return HOOK_TIMEOUT_MS;
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}

/** An alert without a severity is sent for everything: the documented default of the reference, which never sends it. */
export function parseAlertRef(raw: Item<'alerts'>, field: string, namespace: string, refuse: Refuse): AlertRef {
  const { name } = raw.providerRef;
  if (name === '') refuse('AlertProviderMissing', `${field}.providerRef.name`, 'is empty');
  return {
    name: raw.name,
    severity: raw.severity || 'info',
    providerRef: { name, namespace: raw.providerRef.namespace || namespace },
  };
}

const COOKIE_MAX_AGE_SECONDS = 86_400;

export function parseSessionAffinity(
  raw: NonNullable<AnalysisInput['sessionAffinity']>,
  field: string,
  refuse: Refuse,
): SessionAffinity {
  if (raw.cookieName === '') refuse('FieldMissing', `${field}.cookieName`, 'is empty', 'name the cookie');
  if (raw.cookieName === raw.primaryCookieName) {
    refuse(
      'AffinityCookiesEqual',
      `${field}.primaryCookieName`,
      "equals cookieName (can't use the same cookie name for both primary and cookie name; please update them to be different)",
    );
  }
  return {
    cookieName: raw.cookieName,
    primaryCookieName: raw.primaryCookieName || undefined,
    maxAgeSeconds: integerIn(refuse, `${field}.maxAge`, raw.maxAge, 0, count) || COOKIE_MAX_AGE_SECONDS,
    domain: raw.domain || undefined,
    path: raw.path || undefined,
    httpOnly: raw.httpOnly ?? false,
    partitioned: raw.partitioned ?? false,
    secure: raw.secure ?? false,
    sameSite: raw.sameSite,
  };
}
