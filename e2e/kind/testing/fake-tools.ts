import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Programs of the machine that the scripts use as they are. */
const real = ['bash', 'env', 'dirname', 'cat', 'sed', 'awk', 'grep', 'sleep'];

/** Each writes its command line to `calls`, and answers as the real one would in a demo that ends as `ends` says. */
const fakes = {
  docker: `case "$*" in
    *'{{.Server.Arch}}'*) echo amd64 ;;
    *apt-cache*) echo 1:2.39 ;;
    *RepoDigests*) echo node@sha256:0 ;;
  esac`,
  kind: '',
  make: '',
  npm: '',
  istioctl: '[[ $1 == version ]] && echo "client version: 1.27.1" || true',
  curl: 'echo "0123 helm-v3.19.0-linux-amd64.tar.gz"; echo "4567 kustomize_v5.7.1_linux_amd64.tar.gz"',
  kubectl: `
    version=$(cat "$FAKES/version" 2>/dev/null || echo 1.0.0)
    ends=$(cat "$FAKES/ends")
    case "$*" in
      *current-context*) echo kind-mine ;;
      *'apply --filename -') cat >> "$FAKES/applied" ;;
      *' set image '*) echo "\${@: -1}" | sed 's/.*://' > "$FAKES/version" ;;
      *'get canary shop'*)
        case $version in
          1.0.0) echo 'Initialized 0 % - ' ;;
          *) echo "$(grep "^$version " "$FAKES/ends" | sed 's/.* //') 0 % - " ;;
        esac ;;
      *'get deployment shop-primary'*) printf %s "$(grep '^primary ' "$FAKES/ends" | sed 's/.* //')" ;;
    esac`,
};

export type FakeTool = keyof typeof fakes;

/** How the demo goes: the last phase of both runs, and the image that the primary is left with. */
export interface Ends {
  readonly '2.0.0': string;
  readonly '3.0.0': string;
  readonly primary: string;
}

export const asItShould: Ends = { '2.0.0': 'Succeeded', '3.0.0': 'Failed', primary: 'sluice-demo:2.0.0' };

/** What a script did. `calls` are the command lines of the fakes, `applied` what kubectl got as its input. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly string[];
  readonly applied: string;
}

/**
 * Runs a script of this folder where nothing but fakes and a few programs of the machine can be found. `changed` are other
 * answers of fakes; with `null` the program isn't there.
 */
export function runScript(
  name: string,
  args: readonly string[],
  ends = asItShould,
  changed: Partial<Record<FakeTool, string | null>> = {},
): Run {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kind-'));
  try {
    for (const program of real)
      symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(folder, program));
    for (const [tool, answer] of Object.entries({ ...fakes, ...changed })) {
      if (answer === null) continue;
      writeFileSync(join(folder, tool), `#!/usr/bin/env bash\necho "${tool} $*" >> "$FAKES/calls"\n${answer}\n`);
      chmodSync(join(folder, tool), 0o755);
    }
    writeFileSync(join(folder, 'calls'), '');
    writeFileSync(join(folder, 'applied'), '');
    const lines = Object.entries(ends).map(([what, end]) => `${what} ${end}\n`);
    writeFileSync(join(folder, 'ends'), lines.join(''));
    const script = fileURLToPath(new URL(`../${name}`, import.meta.url));
    const ran = spawnSync(script, args, { encoding: 'utf8', env: { PATH: folder, FAKES: folder } });
    const calls = readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const applied = readFileSync(join(folder, 'applied'), 'utf8');
    return { code: ran.status, out: ran.stdout, err: ran.stderr, calls, applied };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
