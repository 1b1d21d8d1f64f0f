import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Who may know whom. A room may always know itself; rooms that aren't listed here may know everyone. */
const rules: readonly { readonly room: string; readonly knows: readonly string[] }[] = [
  { room: 'src/kube', knows: ['src/runtime/clock.ts', 'src/nearest.ts'] },
  { room: 'src/api', knows: ['src/kube/object.ts', 'src/runtime/url-credentials.ts'] },
  { room: 'src/runtime', knows: ['src/kube'] },
  { room: 'meshes', knows: ['src/api', 'src/kube/object.ts', 'src/kube/compare.ts'] },
  { room: 'metrics', knows: ['src/api', 'src/runtime', 'src/kube/object.ts'] },
  { room: 'src/notify', knows: ['src/api', 'src/runtime', 'src/kube/object.ts'] },
  { room: 'src/canary', knows: ['src/api', 'src/kube', 'src/runtime', 'src/notify', 'meshes', 'metrics'] },
  { room: 'src/install', knows: ['src/api', 'src/kube', 'src/runtime', 'src/options.ts', 'src/nearest.ts'] },
  { room: 'src/sandbox', knows: ['src/api', 'src/kube', 'src/runtime'] },
];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/testing|testdata|suite/.test(file))
    .map((file) => join(folder, file));
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(root, join(root, dirname(file), match[1] ?? '')));
}

describe('the rooms of the house', () => {
  it.each(rules)('$room knows only whom it may know', ({ room, knows }) => {
    const allowed = [room, ...knows];
    const wrong = sources(room).flatMap((file) =>
      imports(file)
        .filter((to) => !allowed.some((place) => to === place || to.startsWith(`${place}/`)))
        .map((to) => `${file} -> ${to}`),
    );
    expect(wrong).toEqual([]);
  });

  it('the test sees the imports that it judges', () => {
    expect(imports('src/main.ts')).toContain('src/canary/controller.ts');
  });
});
