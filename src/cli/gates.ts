import { type GateState, type Said, steeringOf } from '../api/steering.ts';
import { isObeyed } from '../canary/obeyed.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { statusOf } from './canary-view.ts';

/** Types of hooks that hold a release until they agree. */
export const gateTypes = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'] as const;
export type GateType = (typeof gateTypes)[number];

/** A hook that holds a release. */
export interface Gate {
  readonly name: string;
  readonly type: GateType;
  /** Whom it asks; `undefined` for a built-in gate, which is opened by annotation. */
  readonly url: string | undefined;
}

/** The gates of a raw Canary, in the order of its spec. */
export function gatesOf(canary: KubeObject): readonly Gate[] {
  // canaryAnalysis is the old name, used when analysis is absent (Flagger compatibility)
  const analysis = dig(canary, 'spec', 'analysis') ?? dig(canary, 'spec', 'canaryAnalysis');
  const hooks = dig(analysis, 'webhooks');
  return (Array.isArray(hooks) ? hooks : []).flatMap((hook) => {
    const [name, url] = [dig(hook, 'name'), dig(hook, 'url')];
    const type = gateTypes.find((each) => each === dig(hook, 'type'));
    if (type === undefined || typeof name !== 'string') return [];
    return [{ name, type, url: typeof url === 'string' ? url : undefined }];
  });
}

/** What a built-in gate says now, and who said it last. */
export interface GateView {
  /** `used`: closed, since its approval let a request through. */
  readonly state: GateState | 'used';
  readonly said: Said<GateState> | undefined;
}

/** How the built-in gate of a name stands. */
export function viewOf(canary: KubeObject, name: string): GateView {
  const said = steeringOf(canary).gate(name);
  const used = said?.word === 'approved' && isObeyed(statusOf(canary), said);
  return { state: used ? 'used' : (said?.word ?? 'closed'), said };
}

/** Whether the release waits for this gate. */
export function holds(canary: KubeObject, { type, name }: Gate): boolean {
  return statusOf(canary).run?.held?.includes(`${type}/${name}`) ?? false;
}
