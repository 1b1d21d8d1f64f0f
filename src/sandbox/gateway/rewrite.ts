import { fieldsIn, textIn, valueIn } from '../api/fields.ts';
import { type Condition, type GatewayRequest, withoutEndSlash } from './matching.ts';

export type PathRewrite = { readonly kind: 'full' | 'prefix'; readonly value: string };

export interface UrlRewrite {
  readonly host: string | undefined;
  readonly path: PathRewrite | undefined;
}

export interface Redirect {
  readonly scheme: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: PathRewrite | undefined;
  readonly status: number;
}

const FOUND = 302;

export function urlRewrite(filter: unknown): UrlRewrite {
  return { host: textIn(filter, 'hostname'), path: pathRewrite(filter) };
}

export function redirect(filter: unknown): Redirect {
  const [port, status] = [valueIn(filter, 'port'), valueIn(filter, 'statusCode')];
  return {
    scheme: textIn(filter, 'scheme'),
    host: textIn(filter, 'hostname'),
    port: typeof port === 'number' ? port : undefined,
    path: pathRewrite(filter),
    status: typeof status === 'number' ? status : FOUND,
  };
}

function pathRewrite(filter: unknown): PathRewrite | undefined {
  const path = fieldsIn(filter, 'path');
  const prefix = textIn(path, 'replacePrefixMatch');
  if (prefix !== undefined) return { kind: 'prefix', value: prefix };
  const full = textIn(path, 'replaceFullPath');
  return full === undefined ? undefined : { kind: 'full', value: full };
}

/** The path to send on, without query. Only a prefix match has a prefix to replace. */
export function rewrittenPath(rewrite: PathRewrite | undefined, condition: Condition, path: string): string {
  if (!rewrite) return path;
  if (rewrite.kind === 'full') return rewrite.value;
  if (condition.path.kind !== 'prefix') return path;
  const rest = path.slice(withoutEndSlash(condition.path.value).length);
  const joined = `${withoutEndSlash(rewrite.value)}${rest.startsWith('/') || rest === '' ? rest : `/${rest}`}`;
  return joined === '' ? '/' : joined;
}

/** Value of the `location` header. Without a port of its own it has the scheme's. */
export function redirectLocation(target: Redirect, condition: Condition, request: GatewayRequest): string {
  const scheme = target.scheme ?? 'http';
  const port = target.port === undefined || target.port === (scheme === 'https' ? 443 : 80) ? '' : `:${target.port}`;
  const path = rewrittenPath(target.path, condition, request.path);
  return `${scheme}://${target.host ?? request.host}${port}${path}${request.query}`;
}
