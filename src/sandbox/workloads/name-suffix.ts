import { createHash } from 'node:crypto';
import type { Json } from '../../kube/object.ts';

/** Letters and digits that can't spell words, the alphabet of Kubernetes' generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` (up to 30) characters that depend on `text` alone. */
export function nameSuffix(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** JSON with sorted fields, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, field: Json) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
