import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Binaries, ensureBinaries } from '../../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { compareChart } from '../../install/chart.ts';
import { sluice } from '../../lab/command.ts';
import { kubectlFor } from '../../lab/kubectl.ts';
import { rendering } from '../../lab/rendering.ts';

const kustomize = 'deploy/kustomize';
const overlays = readdirSync(`${kustomize}/overlays`);

/** The whole life of an installation, on a cluster of its own, because it takes away what other scenarios need. */
describe('an installation', () => {
  let binaries: Binaries;
  let plane: ControlPlane;
  beforeAll(async () => {
    binaries = await ensureBinaries(console.log);
    plane = await startControlPlane({ binaries, controllers: 'all', nodes: true });
    kubectl('apply', '--server-side', '--recursive', '-f', binaries.crds);
  });
  afterAll(() => plane?.stop());

  const kubectl = (...argv: string[]) => kubectlFor(binaries.path('kubectl'), plane.kubeconfig)(...argv);
  const named = (kinds: string) =>
    kubectl('get', kinds, '-A', '-o', 'name')
      .split('\n')
      .filter((name) => name.includes('sluice'));

  test('comes, stays as it is when it comes again, and goes without traces', async () => {
    const flags = ['--mesh-provider', 'istio,nginx', '--image', 'registry.example.com/sluice:1', '--timeout', '2m'];
    const before = await sluice(plane.kubeconfig, ['check']);
    expect(before.code, before.output).toBe(1);
    const first = await sluice(plane.kubeconfig, ['install', ...flags]);
    expect(first.code, first.output).toBe(0);
    const again = await sluice(plane.kubeconfig, ['install', ...flags]);
    expect(again.code, again.output).toBe(0);
    expect(again.output).not.toMatch(/\b(created|configured)\b/);
    const removed = await sluice(plane.kubeconfig, ['uninstall', '--crds']);
    expect(removed.code, removed.output).toBe(0);
    expect(named('clusterroles,clusterrolebindings,roles,rolebindings')).toEqual([]);
    expect(named('deployments,services,serviceaccounts,networkpolicies,poddisruptionbudgets')).toEqual([]);
    expect(kubectl('get', 'crds', '-o', 'name')).not.toContain('flagger.app');
  });

  test('is the same by the Helm chart', async () => {
    expect(await compareChart(binaries.path('helm'))).toEqual([]);
  });

  test.each([
    { folder: 'base', provider: 'kubernetes' },
    ...overlays.map((name) => ({ folder: `overlays/${name}`, provider: name })),
  ])('is the same by kustomize: $folder, which the API server takes', async ({ folder, provider }) => {
    const rendered = kubectl('kustomize', `${kustomize}/${folder}`);
    expect(rendering(rendered)).toEqual(await exported('--mesh-provider', provider));
    // What is inside of a namespace can only be tried when that is there
    kubectl('apply', '--server-side', '-f', `${kustomize}/base/namespace.yaml`);
    kubectl('apply', '--server-side', '--dry-run=server', '-k', `${kustomize}/${folder}`);
  });

  test('is the same by kustomize with all components together', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-kustomize-'));
    try {
      const here = (path: string) => relative(folder, `${kustomize}/${path}`);
      const components = [...overlays, 'service-monitor'].map((name) => here(`components/${name}`));
      const composed = { resources: [here('base')], components };
      writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(composed));
      // Of several providers kustomize takes the last one for Canaries that name none, `sluice install` the first
      const flags = ['--mesh-provider', overlays.toReversed().join(), '--set', 'serviceMonitor.enabled=true'];
      expect(rendering(kubectl('kustomize', folder))).toEqual(await exported(...flags));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  async function exported(...flags: string[]): Promise<unknown> {
    const { code, stdout, output } = await sluice(plane.kubeconfig, ['install', '--export', ...flags]);
    expect(code, output).toBe(0);
    return rendering(stdout);
  }
});
