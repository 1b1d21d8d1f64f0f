import { existsSync, readFileSync } from 'node:fs';

/** The version of this package, from the nearest package.json above: the built files lie deeper than the source. */
export function packageVersion(from: string | URL = import.meta.url): string {
  for (let folder = new URL('.', from); ; folder = new URL('..', folder)) {
    const file = new URL('package.json', folder);
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    if (folder.pathname === '/') throw new Error('no package.json above the program');
  }
}
