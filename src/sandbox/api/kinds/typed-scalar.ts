import { toTimestamp } from '../../../runtime/clock.ts';
import { copyJson } from '../fields.ts';
import { canonicalQuantity } from './quantity.ts';

/** A scalar as the API server writes it, or why it isn't one: the Go type that was wanted, or a text of its own. */
export type Scalar = { readonly value: unknown } | { readonly wanted: string } | { readonly problem: string };

const INT32_MAX = 2 ** 31 - 1;

const QUANTITY_TEXT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function whole(value: unknown, type: string): Scalar {
  if (typeof value !== 'number' || !Number.isInteger(value)) return { wanted: type };
  return type === 'int32' && Math.abs(value) > INT32_MAX + 1 ? { wanted: type } : { value };
}

const CLOCK_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function time(value: unknown): Scalar {
  if (typeof value !== 'string') return { wanted: 'string' };
  const at = CLOCK_TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? unreadableTime(value, '2006-01-02T15:04:05Z07:00', '2006') : { value: toTimestamp(at) };
}

/** Six digits of a second, no more and no less. */
function microtime(value: unknown): Scalar {
  if (typeof value !== 'string') return { wanted: 'string' };
  const match = CLOCK_TIME.exec(value);
  const at = Date.parse(value);
  const fraction = match?.[1] ?? '';
  if (!match || Number.isNaN(at) || fraction.length !== '.000000'.length) {
    return unreadableTime(value, '2006-01-02T15:04:05.000000Z07:00', '.000000');
  }
  return { value: toTimestamp(at).replace('Z', `${fraction}Z`) };
}

function unreadableTime(value: string, layout: string, part: string): Scalar {
  const text = JSON.stringify(value);
  return { problem: `parsing time ${text} as "${layout}": cannot parse ${text} as "${part}"` };
}

function quantity(value: unknown): Scalar {
  if (typeof value !== 'string' && typeof value !== 'number') return { problem: QUANTITY_TEXT };
  const canonical = canonicalQuantity(String(value));
  return canonical === undefined ? { problem: QUANTITY_TEXT } : { value: canonical };
}

function bytes(value: unknown): Scalar {
  if (typeof value !== 'string') return { wanted: '[]uint8' };
  const wrong =
    /[^A-Za-z0-9+/=\r\n]/.exec(value)?.index ?? (value.replace(/[\r\n]/g, '').length % 4 === 0 ? -1 : value.length);
  return wrong < 0
    ? { value: value.replace(/[\r\n]/g, '') }
    : { problem: `illegal base64 data at input byte ${wrong}` };
}

/** Reads a scalar of a built-in kind. `undefined` when the type isn't a scalar. */
export function readScalar(type: string, value: unknown): Scalar | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? { value } : { wanted: 'string' };
    case 'bool':
      return typeof value === 'boolean' ? { value } : { wanted: 'bool' };
    case 'int32':
    case 'int64':
      return whole(value, type);
    case 'float':
      return typeof value === 'number' ? { value } : { wanted: 'float64' };
    case 'port':
      return typeof value === 'string' ? { value } : whole(value, 'int32');
    case 'time':
      return time(value);
    case 'microtime':
      return microtime(value);
    case 'quantity':
      return quantity(value);
    case 'bytes':
      return bytes(value);
    case 'raw':
      return { value: copyJson(value) };
    default:
      return undefined;
  }
}

/** What a scalar field holds when nothing was given. */
export function zeroScalar(type: string): unknown {
  switch (type) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'quantity':
      return '0';
    case 'int32':
    case 'int64':
    case 'float':
    case 'port':
      return 0;
    default:
      return null;
  }
}
