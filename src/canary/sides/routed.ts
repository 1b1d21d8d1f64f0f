import type { Live } from '../../../meshes/contract.ts';
import type { Canary } from '../../api/canary.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { RoutedTarget } from '../workloads/contract.ts';
import type { Sides } from './contract.ts';

/** A routed target with everything that was seen of it. */
export interface RoutedSeen {
  readonly canary: Canary;
  readonly routed: RoutedTarget;
  readonly target: KubeObject;
  readonly primary: KubeObject | undefined;
  readonly live: Live;
}

/** Sides to which routes lead by itself: nothing is scaled, and clients call the target. */
export function sidesOfRouted({ canary, routed, target, primary, live }: RoutedSeen): Sides {
  return {
    selectorLabel: undefined,
    backends: () => routed.backends({ canary, target, live }),
    apex: () => [],
    releasedApex: () => [],
    primary: ({ id }) => routed.primary({ canary, target, live, id }),
    promoted: (id) => primary !== undefined && routed.promoted(primary, id),
    equalsTarget: () => primary !== undefined && routed.equalsTarget(primary, target),
    reachable: () => primary !== undefined,
    primaryReadiness: () =>
      primary
        ? routed.readiness('primary', target, live)
        : { ready: false, why: 'it does not exist yet', permanent: false },
    canaryReadiness: () => routed.readiness('canary', target, live),
    up: () => undefined,
    down: () => undefined,
    givingBack: () => ({ ready: true }),
  };
}
