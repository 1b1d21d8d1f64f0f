import type { Live } from '../../../meshes/contract.ts';
import type { Canary } from '../../api/canary.ts';
import { equalValues } from '../../kube/compare.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import { type ScalerSight, scalerFloor, wakesPrimary } from '../autoscalers/sight.ts';
import { withTemplate } from '../history.ts';
import { releaseApex, renderServices } from '../services.ts';
import { isImpossible, type Readiness, type Selector, type Workload } from '../workloads/contract.ts';
import { promotionOf } from '../workloads/pod-template.ts';
import { carriesPrimaryLabel } from '../workloads/primary-labels.ts';
import type { Sides } from './contract.ts';

/** A workload with everything that was seen of it. */
export interface PodsSeen {
  readonly canary: Canary;
  readonly workload: Workload;
  readonly target: KubeObject;
  readonly primary: KubeObject | undefined;
  readonly selector: Selector;
  readonly scalers: ScalerSight | undefined;
  readonly live: Live;
}

/** Sides that are pods: the target's own, and those of a copy of the target. Three Services lead to them. */
export function sidesOfPods(seen: PodsSeen): Sides {
  const { canary, workload, target, primary, selector, scalers, live } = seen;
  const request = { canary, selector, ports: workload.ports(canary, target), live };
  let made: ReturnType<typeof renderServices> | undefined;
  const services = () => {
    made ??= renderServices(request);
    return made;
  };
  const autoscaled = canary.autoscalerRef !== undefined;
  return {
    selectorLabel: selector.label,
    backends: () => {
      const { canary: ofCanary, primary: ofPrimary } = services();
      return [ofCanary, ofPrimary];
    },
    apex: () => [services().apex],
    releasedApex: () => {
      const apex = releaseApex(request);
      return apex ? [apex] : [];
    },
    primary: ({ template, ...promotion }) => {
      const source = template ? withTemplate(target, template) : target;
      return workload.primary({ canary, target: source, selector, live: primary, autoscaled, ...promotion });
    },
    promoted: (id) => primary !== undefined && workload.promoted(primary, id),
    equalsTarget: (copiedConfigs) => {
      if (!primary) return false;
      const id = promotionOf(primary) ?? '';
      const again = workload.primary({ canary, target, selector, live: primary, autoscaled, copiedConfigs, id });
      return !isImpossible(again) && equalValues(templateOf(again), templateOf(primary));
    },
    reachable: () => primary !== undefined && carriesPrimaryLabel(primary, selector),
    primaryReadiness: (rule) => {
      if (!primary) return notYet('waiting for rollout to finish: it does not exist yet');
      if (workload.atZero(primary) && !wakesPrimary(scalers)) {
        return notYet('it is scaled to zero, so nothing would answer');
      }
      if (!carriesPrimaryLabel(primary, selector)) {
        return notYet(`its pods lack the label ${selector.label}=${selector.value}-primary that its Service selects`);
      }
      return workload.readiness(primary, rule);
    },
    canaryReadiness: (rule) => {
      if (workload.atZero(target)) return notYet('waiting for rollout to finish: it is being scaled up');
      return workload.readiness(target, rule);
    },
    up: () => workload.fromZero(target, primary, scalerFloor(scalers)),
    down: () => workload.toZero(target),
    givingBack: (rule) => {
      const patch = workload.restore(target, primary);
      if (patch) return { patches: [patch] };
      return { ready: workload.atZero(target) || workload.readiness(target, rule).ready };
    },
  };
}

function templateOf(workload: KubeObject): unknown {
  return dig(workload, 'spec', 'template');
}

function notYet(why: string): Readiness {
  return { ready: false, why, permanent: false };
}
