/** A path with one more step: a field or an index. */
function join(path: string, step: string): string {
  if (step.startsWith('[')) return `${path}${step}`;
  return path === '' ? step : `${path}.${step}`;
}

/**
 * The paths of fields that a JSON text holds more than once in the same object; `JSON.parse` keeps only the last.
 * @param text well-formed JSON
 */
export function duplicateFields(text: string): readonly string[] {
  const found: string[] = [];
  let at = 0;

  const skipSpace = () => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++;
  };
  const readText = (): string => {
    const from = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    const value: unknown = JSON.parse(text.slice(from, at));
    return String(value);
  };
  const readObject = (path: string) => {
    const seen = new Set<string>();
    each('}', () => {
      const field = readText();
      skipSpace();
      at++; // the colon
      const here = join(path, field);
      if (seen.has(field)) found.push(here);
      seen.add(field);
      readValue(here);
    });
  };
  const readList = (path: string) => {
    let index = 0;
    each(']', () => readValue(join(path, `[${index++}]`)));
  };
  /** Reads the members between the bracket here and its partner. */
  const each = (close: string, readMember: () => void) => {
    at++;
    skipSpace();
    while (at < text.length && text[at] !== close) {
      readMember();
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
  };
  const readValue = (path: string) => {
    skipSpace();
    if (text[at] === '{') readObject(path);
    else if (text[at] === '[') readList(path);
    else if (text[at] === '"') readText();
    else while (at < text.length && !',]} \t\n\r'.includes(text[at] ?? '')) at++;
  };

  readValue('');
  return found;
}
