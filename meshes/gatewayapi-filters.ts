import type { Canary, CorsPolicy, HeaderOperations } from '../src/api/canary.ts';
import { parseDuration } from '../src/api/durations.ts';
import type { JsonObject, StringMap } from '../src/kube/object.ts';
import { present } from './present.ts';

/** The API's default, written out. */
const CORS_MAX_AGE_SECONDS = 5;

/**
 * Filters that the user asked for, in the reference's order. `withCors`: v1beta1 routes of the reference carry no CORS.
 * `response` replaces the response headers of the Canary: a rule may hold only one filter of that type.
 */
export function userFilters(
  { service }: Canary,
  withCors: boolean,
  response: HeaderOperations | undefined = service.headers?.response,
): JsonObject[] {
  return [
    ...headerFilter('RequestHeaderModifier', service.headers?.request),
    ...headerFilter('ResponseHeaderModifier', response),
    ...rewriteFilter(service.rewrite),
    ...service.mirror.map(({ backendRef }) => mirrorFilter({ group: '', kind: 'Service', ...backendRef })),
    ...(withCors && service.corsPolicy ? [corsFilter(service.corsPolicy)] : []),
  ];
}

/** Sends a copy of requests to the backend; `percent` of them, all when it is absent. */
export function mirrorFilter(backendRef: Readonly<Record<string, unknown>>, percent?: number): JsonObject {
  return { type: 'RequestMirror', requestMirror: present({ backendRef, percent }) };
}

/** The filter that adds one header to responses. */
export function responseHeader(name: string, value: string): JsonObject[] {
  return headerFilter('ResponseHeaderModifier', { add: { [name]: value } });
}

function headerFilter(type: 'RequestHeaderModifier' | 'ResponseHeaderModifier', raw?: HeaderOperations): JsonObject[] {
  const operations = present({ set: sorted(raw?.set), add: sorted(raw?.add), remove: raw?.remove });
  if (Object.keys(operations).length === 0) return [];
  const field = type === 'RequestHeaderModifier' ? 'requestHeaderModifier' : 'responseHeaderModifier';
  return [{ type, [field]: operations }];
}

function sorted(headers: StringMap = {}): JsonObject[] {
  const entries = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, value]) => ({ name, value }));
}

function rewriteFilter(rewrite: Canary['service']['rewrite']): JsonObject[] {
  const { authority, uri, type } = rewrite ?? {};
  const path =
    type === 'ReplacePrefixMatch'
      ? { type, replacePrefixMatch: uri }
      : { type: 'ReplaceFullPath', replaceFullPath: uri };
  const urlRewrite = present({ hostname: authority, path: uri ? path : undefined });
  return Object.keys(urlRewrite).length > 0 ? [{ type: 'URLRewrite', urlRewrite }] : [];
}

/** Patterns of origins (`allowOrigins`) have no counterpart; a max age that is no duration falls back to the default. */
function corsFilter(cors: CorsPolicy): JsonObject {
  const seconds = Math.floor((parseDuration(cors.maxAge ?? '') ?? 0) / 1000);
  return {
    type: 'CORS',
    cors: present({
      allowOrigins: cors.allowOrigin,
      allowMethods: cors.allowMethods,
      allowHeaders: cors.allowHeaders,
      exposeHeaders: cors.exposeHeaders,
      allowCredentials: cors.allowCredentials || undefined,
      maxAge: seconds >= 1 ? seconds : CORS_MAX_AGE_SECONDS,
    }),
  };
}
