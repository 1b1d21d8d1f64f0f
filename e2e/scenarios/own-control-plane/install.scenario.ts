import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Binaries, ensureBinaries } from '../../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { compareChart } from '../../install/chart.ts';
import { sluice } from '../../lab/command.ts';
import { kubectlFor } from '../../lab/kubectl.ts';

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
    const flags = ['--mesh-provider', 'istio,nginx', '--timeout', '2m'];
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

  test('is the same by the kustomize base, which the API server takes', () => {
    const rendered = kubectl('kustomize', 'deploy/kustomize/base');
    expect(rendered).toContain('kind: Deployment');
    kubectl('apply', '--server-side', '-k', 'deploy/kustomize/crds');
  });
});
