import { type Fields, fieldItemsIn, fieldsIn, textIn, valueIn } from '../api/fields.ts';
import { cors } from './cors.ts';
import { headerEdit } from './header-edits.ts';
import { redirect, urlRewrite } from './rewrite.ts';
import type { Backend, Filters, Mirror } from './route-table.ts';

/** Something in a route that this gateway doesn't know; the route isn't accepted. */
export class UnsupportedValue extends Error {
  override readonly name = 'UnsupportedValue';
}

/** Why a reference can't be followed, as a reason of the Gateway API. */
export interface BadReference {
  readonly problem: 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound';
}

/** The Service port behind a backend reference. Other namespaces would need a ReferenceGrant, which isn't looked for. */
export function reference(ref: unknown, namespace: string): Backend | BadReference {
  const [group, kind] = [textIn(ref, 'group') ?? '', textIn(ref, 'kind') ?? 'Service'];
  if (group !== '' || kind !== 'Service') return { problem: 'InvalidKind' };
  if ((textIn(ref, 'namespace') ?? namespace) !== namespace) return { problem: 'RefNotPermitted' };
  const port = valueIn(ref, 'port');
  if (typeof port !== 'number') return { problem: 'BackendNotFound' };
  return { namespace, service: textIn(ref, 'name') ?? '', port };
}

type Known =
  | 'RequestHeaderModifier'
  | 'ResponseHeaderModifier'
  | 'URLRewrite'
  | 'RequestRedirect'
  | 'RequestMirror'
  | 'CORS';

const FIELD: Readonly<Record<Known, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  URLRewrite: 'urlRewrite',
  RequestRedirect: 'requestRedirect',
  RequestMirror: 'requestMirror',
  CORS: 'cors',
};

/** Reads the filters of a rule or of a backend. @throws UnsupportedValue for a filter that isn't known */
export function readFilters(parent: unknown, namespace: string): Filters {
  const filters = fieldItemsIn(parent, 'filters');
  const unknown = filters.find((filter) => !((textIn(filter, 'type') ?? '') in FIELD));
  if (unknown) throw new UnsupportedValue(`filter type ${textIn(unknown, 'type')}`);
  const of = (type: Known) => filters.filter((item) => textIn(item, 'type') === type).map((item) => body(item, type));
  return {
    request: of('RequestHeaderModifier').map(headerEdit),
    response: of('ResponseHeaderModifier').map(headerEdit),
    rewrite: of('URLRewrite').map(urlRewrite)[0],
    redirect: of('RequestRedirect').map(redirect)[0],
    mirrors: of('RequestMirror').flatMap((filter) => mirror(filter, namespace)),
    cors: of('CORS').map(cors)[0],
  };
}

function body(filter: Fields, type: Known): Fields {
  return fieldsIn(filter, FIELD[type]) ?? {};
}

/** A mirror whose backend can't be reached has no effect. */
function mirror(filter: Fields, namespace: string): readonly Mirror[] {
  const backend = reference(valueIn(filter, 'backendRef'), namespace);
  if ('problem' in backend) return [];
  const percent = valueIn(filter, 'percent');
  const [numerator, denominator] = [
    valueIn(filter, 'fraction', 'numerator'),
    valueIn(filter, 'fraction', 'denominator'),
  ];
  if (typeof percent === 'number') return [{ backend, share: percent / 100 }];
  if (typeof numerator !== 'number') return [{ backend, share: 1 }];
  return [{ backend, share: numerator / (typeof denominator === 'number' ? denominator : 100) }];
}
