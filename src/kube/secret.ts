import { dig, type KubeObject, type StringMap } from './object.ts';

/** The decoded values of a Secret. Never to be logged, stored or put into a message. */
export function secretValues(secret: KubeObject): StringMap {
  const data = dig(secret, 'data');
  const entries = Object.entries(typeof data === 'object' && data !== null ? data : {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')]),
  );
}
