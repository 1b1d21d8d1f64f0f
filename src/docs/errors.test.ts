import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { refusalReasons } from '../api/refusals.ts';
import { phases } from '../api/status.ts';
import { controllerReasons } from './controller-reasons.ts';
import { errorsPage } from './errors.ts';

const page = errorsPage();

/** Reasons of refusals that are written in the controller. */
function reasonsInSource(): string[] {
  const folder = fileURLToPath(new URL('../canary/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = files.filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'),
  );
  const found = sources.flatMap((file) => [
    ...readFileSync(folder + file, 'utf8').matchAll(/reason: '([A-Z][A-Za-z]+)',\s*field:/g),
  ]);
  return [...new Set(found.map((match) => match[1] ?? ''))];
}

test('the reasons that the controller gives are those of the table', () => {
  expect(Object.keys(controllerReasons).sort()).toEqual(reasonsInSource().sort());
});

test('every reason says what it means and what to do', () => {
  for (const [reason, { meaning, remedy }] of Object.entries({ ...refusalReasons, ...controllerReasons })) {
    expect(page).toContain(`| \`${reason}\` | ${meaning} | ${remedy} |`);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[a-z].*[^.]$/);
  }
});

test('every phase is a reason of the condition Promoted', () => {
  for (const phase of phases)
    expect(page).toMatch(new RegExp(`^\\| \`${phase}\` \\| \`(?:True|False|Unknown)\` \\| [A-Z]`, 'm'));
});
