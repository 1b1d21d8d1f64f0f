/** Go's names for things that JavaScript writes otherwise. */
const REWRITES: readonly (readonly [RegExp, string])[] = [
  [/\\z/g, '$'],
  [/\\A/g, '^'],
  [/\\pL/g, '\\p{L}'],
  [/\\pN/g, '\\p{N}'],
  [/\[\[:alpha:\]\]/g, '[A-Za-z]'],
  [/\[\[:alnum:\]\]/g, '[0-9A-Za-z]'],
  [/\[\[:digit:\]\]/g, '[0-9]'],
];

/** A pattern of a schema (RE2) as a JavaScript expression. @throws SyntaxError when it isn't a pattern at all */
export function compilePattern(source: string): RegExp {
  const insensitive = source.startsWith('(?i)');
  let text = insensitive ? source.slice('(?i)'.length) : source;
  for (const [from, to] of REWRITES) text = text.replace(from, to);
  const flags = insensitive ? 'i' : '';
  try {
    return new RegExp(text, `${flags}u`);
  } catch {
    // escapes such as `\-` outside of a class are fine in RE2 but not in unicode mode
    return new RegExp(text, flags);
  }
}
