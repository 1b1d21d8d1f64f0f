import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meshFor } from '../meshes/registry.ts';
import { parseManifests } from './api/manifest.ts';
import { parseCanary } from './api/parse-canary.ts';
import { isVerb, renderHelp, verbs } from './cli/help.ts';
import { defaultOptions, renderFlags } from './options.ts';

const readme = file('README.md');
const pages = ['README.md', 'docs/guide.md', 'docs/install.md', 'docs/compatibility.md'];

function file(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** Every distinct first group of a pattern in a text. */
function named(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].flatMap((match) => match[1] ?? []))];
}

test('the example of a Canary is accepted', () => {
  const [example] = named(readme, /^```yaml\n([\s\S]*?)^```$/gm);
  const [canary, ...others] = parseManifests(example ?? '');
  if (!canary) throw new Error('README.md has no yaml block with an object');
  const options = defaultOptions();
  const parsed = parseCanary(canary, {
    meshProvider: options.meshProvider,
    noCrossNamespaceRefs: false,
    capabilities: (provider) => meshFor(provider, options)?.can,
  });
  expect(others).toEqual([]);
  expect(canary.kind).toBe('Canary');
  expect(parsed.ok ? [] : parsed.refusals).toEqual([]);
});

describe.each(pages)('%s names what exists', (page) => {
  const text = file(page);

  test('each make target', () => {
    const targets = named(file('Makefile'), /^([a-z0-9]+):/gm);
    const wanted = named(text, /(?:^|`)make ([a-z0-9]+)\b/gm);
    if (page === 'README.md') expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((target) => !targets.includes(target))).toEqual([]);
  });

  test('each file that is linked to', () => {
    const folder = new URL(`../${page}`, import.meta.url);
    const links = named(text, /\]\((?!https?:)([^)#]+)/g);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });
});

test('each verb in README.md is one of the help', () => {
  // At the start of a line or of a code span; elsewhere "sluice" is a word like others
  const used = named(readme, /(?:^|`)sluice ([a-z]+)/gm);
  expect(used).toEqual(expect.arrayContaining(['run', 'get', 'explain', 'sandbox']));
  expect(used.filter((verb) => !isVerb(verb))).toEqual([]);
  for (const verb of Object.keys(verbs)) expect(renderHelp()).toContain(`  ${verb}`);
});

test('each flag of the controller in README.md is one of the help', () => {
  const used = named(readme, /`--([a-z-]+)`/g);
  const flags = named(renderFlags(), /^ {2}--([a-z-]+)/gm);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((flag) => !flags.includes(flag))).toEqual([]);
});
