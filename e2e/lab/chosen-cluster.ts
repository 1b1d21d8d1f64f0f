import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sluice } from './command.ts';
import { kubectlFor } from './kubectl.ts';
import type { TestCluster } from './test-cluster.ts';
import { type Found, whyUnfit } from './unfit.ts';

const PROGRAM = 'kubectl';
const NAMESPACE = 'sluice-system';

interface View {
  readonly 'current-context': string;
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
}

/**
 * The cluster of `KUBECONFIG`, somebody's: says which one it is, and rejects with what stands against it before anything is
 * written. Whoever switches contexts meanwhile doesn't redirect the scenarios: they have a copy, in `folder`.
 */
export async function chosenCluster(folder: string, say: (line: string) => void): Promise<TestCluster> {
  const copied = execFileSync(PROGRAM, ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']);
  const admin = join(folder, 'admin.kubeconfig');
  writeFileSync(admin, copied, { mode: 0o600 });
  const { 'current-context': context, clusters } = JSON.parse(copied.toString()) as View;
  const cluster = `${clusters[0]?.cluster.server}, context ${context} of KUBECONFIG=${process.env['KUBECONFIG']}`;
  const kubectl = kubectlFor(PROGRAM, admin);
  const reasons = whyUnfit(look(kubectl));
  if (reasons.length > 0) throw new Error([`${cluster} can't be used:`, ...reasons].join('\n'));
  const isNew = kubectl('get', 'namespace', NAMESPACE, '--ignore-not-found', '-o', 'name') === '';
  say(`${cluster}; what the scenarios bring there they take away again`);
  say('scenarios that need a cluster of their own are left out');
  return {
    admin,
    kubectl: PROGRAM,
    installFlags: ['--no-wait'],
    async leave() {
      const { code, output } = await sluice(admin, ['uninstall', '--crds', '--force']);
      if (code !== 0) throw new Error(`${cluster} could not be cleaned up:\n${output}`);
      if (isNew) kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
      say('uninstalled');
    },
  };
}

function look(kubectl: (...argv: string[]) => string): Found {
  const versions = '{.metadata.name}{range .spec.versions[?(@.served==true)]} {.name}{end}{"\\n"}';
  const definitions = lines(kubectl('get', 'crds', '-o', `jsonpath={range .items[*]}${versions}{end}`));
  const name = '{.metadata.namespace}/{.metadata.name}{"\\n"}';
  const label = 'app.kubernetes.io/part-of=sluice';
  return {
    definitions: new Map(
      definitions.map((line) => {
        const [definition = '', ...served] = line.split(' ');
        return [definition, served];
      }),
    ),
    installations: lines(
      kubectl('get', 'deployments', '-A', '-l', label, '-o', `jsonpath={range .items[*]}${name}{end}`),
    ),
  };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
