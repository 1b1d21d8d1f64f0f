import { expect, test } from 'vitest';
import type { Refusal } from './canary.ts';
import { parseAlertProvider } from './parse-alert-provider.ts';
import { parseCanary } from './parse-canary.ts';
import { refusalReasons } from './refusals.ts';
import { canaryManifest, options } from './testing/canary-manifest.ts';
import { refusedCanaries } from './testing/refused-canaries.ts';

const byField = (a: { field: string; reason: string }, b: { field: string; reason: string }) =>
  `${a.field} ${a.reason}`.localeCompare(`${b.field} ${b.reason}`);

test.each(refusedCanaries)('$name', ({ spec, options: more, refusals }) => {
  const parsed = parseCanary(canaryManifest(spec), { ...options, ...more });
  const found: readonly Refusal[] = parsed.ok ? [] : parsed.refusals;
  const expected = refusals.map(([reason, field, snippet]) => ({
    reason,
    field,
    message: expect.stringContaining(snippet),
  }));
  expect([...found].sort(byField)).toEqual(expected.sort(byField));
  for (const { field, message } of found) expect(message.startsWith(field)).toBe(true);
});

test('every reason of the registry is met in this table', () => {
  const met = new Set<string>(refusedCanaries.flatMap(({ refusals }) => refusals.map(([reason]) => reason)));
  const provider = parseAlertProvider({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'slack' },
    spec: { type: 'slack' },
  });
  if (!provider.ok) for (const { reason } of provider.refusals) met.add(reason);
  expect([...met].sort()).toEqual(Object.keys(refusalReasons).sort());
});

test('every reason says what it means and what to do', () => {
  for (const [reason, { meaning, remedy }] of Object.entries(refusalReasons)) {
    expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[a-z].*[^.]$/);
  }
});
