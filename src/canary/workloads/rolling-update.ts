import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { isObject } from './json.ts';

/** The strategy of a DaemonSet or StatefulSet if it isn't a rolling update; an absent one is. */
export function otherStrategy(target: KubeObject): string | undefined {
  const type = dig(target, 'spec', 'updateStrategy', 'type');
  return typeof type === 'string' && type !== '' && type !== 'RollingUpdate' ? type : undefined;
}

/**
 * `updateStrategy` of the primary: the target's, if it rolls all pods. Any other one would leave a promotion unfinished for
 * ever, so that the primary that exists keeps its own.
 */
export function primaryStrategy(target: KubeObject, live: KubeObject | undefined): { updateStrategy?: JsonObject } {
  const strategy = dig(otherStrategy(target) === undefined ? target : live, 'spec', 'updateStrategy');
  return isObject(strategy) ? { updateStrategy: strategy } : {};
}
