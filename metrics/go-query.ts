/** Escapes a text for a query string as Go does: more than `encodeURIComponent`, and with `+` for a space. */
export function escapeQuery(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+');
  return encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A query string, sorted by name; values of one name keep their order. */
export function encodeQuery(parameters: readonly (readonly [string, string])[]): string {
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`).join('&');
}
