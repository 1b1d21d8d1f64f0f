import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureBinaries } from '../cluster/binaries.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { sluice } from './command.ts';
import { kubectlFor } from './kubectl.ts';

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

/**
 * Uses the cluster of `KUBECONFIG`, or starts one; installs Sluice on it as a user would, and hands out the installed
 * ServiceAccount's way in.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['KUBECONFIG'];
  const say = (line: string) => console.log(`e2e: ${line}`);
  const binaries = given ? undefined : await ensureBinaries(say);
  const plane = binaries && (await startControlPlane({ binaries, controllers: 'all', nodes: true }));
  say(
    plane
      ? `a control plane of our own at ${plane.server}`
      : `the cluster of KUBECONFIG=${given}; scenarios that need one of their own are left out`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-lab-'));
  const admin = plane?.kubeconfig ?? given ?? '';
  const program = binaries?.path('kubectl') ?? 'kubectl';
  const kubectl = kubectlFor(program, admin);
  const stop = async () => {
    await plane?.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    if (binaries) kubectl('apply', '--server-side', '--recursive', '-f', binaries.crds);
    const installed = await sluice(admin, [
      'install',
      '--mesh-provider',
      'kubernetes,gatewayapi:v1,istio,nginx',
      ...waiting(plane),
    ]);
    if (installed.code !== 0) throw new Error(`sluice install failed:\n${installed.output}`);
    say('installed by `sluice install`');
    const controller = join(folder, 'controller.kubeconfig');
    const token = kubectl('-n', 'sluice-system', 'create', 'token', 'sluice', '--duration=2h').trim();
    writeFileSync(
      controller,
      withToken(JSON.parse(kubectl('config', 'view', '--raw', '--minify', '-o', 'json')), token),
    );
    project.provide('admin', admin);
    project.provide('controller', controller);
    project.provide('kubectl', program);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where pods are real, the image of the installation can't be pulled: the controllers of the scenarios run here instead. */
function waiting(plane: unknown): string[] {
  return plane ? ['--timeout', '2m'] : ['--no-wait'];
}

/** The same cluster, as somebody else. */
function withToken(config: { contexts: { context: object }[] }, token: string): string {
  const contexts = config.contexts.map((each) => ({ ...each, context: { ...each.context, user: 'sluice' } }));
  return JSON.stringify({ ...config, contexts, users: [{ name: 'sluice', user: { token } }] });
}
