import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { kubectlFor } from '../../lab/kubectl.ts';
import { Lab } from '../../lab/lab.ts';
import { iterations, release } from '../../lab/manifests.ts';

const names = Array.from({ length: 10 }, (_, i) => `shop-${i}`);
const analysis = iterations(5, { threshold: 3 });

/** On a control plane of their own, because they break it. */
describe('ten runs at once end right', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    const binaries = await ensureBinaries(console.log);
    plane = await startControlPlane({ binaries, controllers: 'all', nodes: true });
    kubectlFor(binaries.path('kubectl'), plane.kubeconfig)('apply', '--server-side', '-k', 'deploy/kustomize/crds');
  });
  afterAll(() => plane?.stop());

  const faults: readonly { readonly fault: string; readonly strike: (lab: Lab) => Promise<unknown> }[] = [
    { fault: 'the API server is killed and comes back', strike: () => plane.crashApiServer() },
    {
      fault: 'the controller is killed and started again',
      strike: async (lab) => {
        await lab.controller?.kill();
        lab.run();
      },
    },
    {
      fault: 'the controller dies while the API server is away',
      strike: async (lab) => {
        await plane.crashApiServer(async () => lab.controller?.kill());
        lab.run();
      },
    },
    {
      fault: 'the controller is paused for a while',
      strike: async (lab) => {
        lab.controller?.pause();
        // As long as the release of another Deployment takes: what it missed is in the cluster, not in its memory
        await lab.apply(release('late', { analysis }));
        await lab.until('the other Deployment runs', () => lab.replicas('late') === 2);
        lab.controller?.resume();
      },
    },
  ];

  test.each(faults)('although $fault', async ({ strike }) => {
    const lab = await Lab.open(plane);
    try {
      lab.run();
      for (const name of names) await lab.apply(release(name, { analysis }));
      await Promise.all(names.map((name) => lab.phase(name, 'Initialized')));
      // Every other release is bad
      lab.receivers.metrics = [{ match: /shop-[13579]/, value: 50 }];
      for (const name of names) await lab.release(name, '2');
      await lab.until('a check has passed', () =>
        names.some((name) => Number(lab.status(name)['iterations'] ?? 0) > 1),
      );
      await strike(lab);
      const ends = names.map((name, i) => ({ name, phase: i % 2 === 0 ? 'Succeeded' : 'Failed' }));
      await Promise.all(ends.map(({ name, phase }) => lab.phase(name, phase)));
      expect(names.map((name) => lab.version(`${name}-primary`))).toEqual(
        names.map((_, i) => (i % 2 === 0 ? '2' : '1')),
      );
      await lab.until('every target is at zero', () => names.every((name) => lab.replicas(name) === 0));
    } finally {
      await lab.close();
    }
  });
});
