import { scalerPatch } from './autoscalers/sight.ts';
import type { Scene } from './observation.ts';
import { readinessRule } from './readiness.ts';
import { type Desired, nothing, patchOf, unmet } from './wanted.ts';
import type { ReadinessRule } from './workloads/contract.ts';

/**
 * `revertOnDeletion`: the target comes up first; once it is ready, apex and routes go back to what their owner had; the
 * finalizer goes last (see `finalizerPatch`).
 */
export function givenBack(scene: Scene): Desired {
  const { canary, live, mesh, sides, scalers, target } = scene;
  const giving = sides.givingBack(givingBackRule(scene));
  const working = scalerPatch(scalers, 'working');
  const patches = [
    ...(scalers?.scaler && working ? [patchOf(scalers.scaler, working, 'let the scaler of the target work')] : []),
    ...('patches' in giving ? giving.patches : []).map((patch) => patchOf(target, patch, 'restore the target')),
  ];
  if (patches.length > 0) return { objects: [], patches };
  if ('ready' in giving && !giving.ready) return nothing;
  const routes = mesh.release(canary, live);
  if ('impossible' in routes) return { ...nothing, impossible: routes.impossible };
  return { objects: [...sides.releasedApex(), ...routes.objects], patches: [] };
}

/** Whether everything was given back, so that the Canary may go. */
export function isGivenBack(scene: Scene): boolean {
  const giving = scene.sides.givingBack(givingBackRule(scene));
  return 'ready' in giving && giving.ready && !unmet(givenBack(scene), scene);
}

function givingBackRule(scene: Scene): ReadinessRule {
  return readinessRule(scene, scene.canary.analysis.canaryReadyThreshold);
}
