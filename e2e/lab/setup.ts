import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { closeAll } from '../cluster/close-all.ts';
import { chosenCluster } from './chosen-cluster.ts';
import { sluice } from './command.ts';
import { kubectlFor } from './kubectl.ts';
import { ownCluster } from './own-cluster.ts';
import type { TestCluster } from './test-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Kubeconfig of an administrator. */
    admin: string;
    /** Kubeconfig of the ServiceAccount that `sluice install` made: no more rights than an installed controller has. */
    controller: string;
    /** Path of kubectl. */
    kubectl: string;
  }
}

/** There is none: the scenarios bring their own controllers, and an installed one would look after the same Canaries. */
const NO_IMAGE = 'sluice.invalid/none:e2e';

/**
 * Uses the cluster of `KUBECONFIG`, or starts one; installs Sluice on it as a user would, and hands out the installed
 * ServiceAccount's way in. Leaves nothing behind.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => console.log(`e2e: ${line}`);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-lab-'));
  const steps = [() => rmSync(folder, { recursive: true })];
  const stop = () => closeAll(...steps);
  try {
    const cluster = process.env['KUBECONFIG'] ? await chosenCluster(folder, say) : await ownCluster(say);
    steps.unshift(() => cluster.leave());
    await prepare(cluster, folder, project);
    say('installed by `sluice install`');
    return stop;
  } catch (error) {
    await stop().catch((left: Error) => say(left.message));
    throw error;
  }
}

async function prepare({ admin, kubectl: program, installFlags }: TestCluster, folder: string, project: TestProject) {
  const flags = ['--mesh-provider', 'kubernetes,gatewayapi:v1,istio,nginx', '--image', NO_IMAGE, ...installFlags];
  const installed = await sluice(admin, ['install', ...flags]);
  if (installed.code !== 0) throw new Error(`sluice install failed:\n${installed.output}`);
  const kubectl = kubectlFor(program, admin);
  const controller = join(folder, 'controller.kubeconfig');
  const token = kubectl('-n', 'sluice-system', 'create', 'token', 'sluice', '--duration=2h').trim();
  writeFileSync(controller, withToken(JSON.parse(kubectl('config', 'view', '--raw', '--minify', '-o', 'json')), token));
  project.provide('admin', admin);
  project.provide('controller', controller);
  project.provide('kubectl', program);
}

/** The same cluster, as somebody else. */
function withToken(config: { contexts: { context: object }[] }, token: string): string {
  const contexts = config.contexts.map((each) => ({ ...each, context: { ...each.context, user: 'sluice' } }));
  return JSON.stringify({ ...config, contexts, users: [{ name: 'sluice', user: { token } }] });
}
