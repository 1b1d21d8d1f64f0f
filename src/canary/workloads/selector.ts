import type { Canary } from '../../api/canary.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import type { Impossible, Selector } from './contract.ts';

/** The first accepted label in the target's selector, with its value; the value need not be the target's name. */
export function selectorOf(canary: Canary, target: KubeObject, accepted: readonly string[]): Selector | Impossible {
  for (const label of accepted) {
    const value = dig(target, 'spec', 'selector', 'matchLabels', label);
    if (typeof value === 'string') return { label, value };
  }
  const subject = `${target.kind.toLowerCase()} ${canary.target.name}.${canary.namespace}`;
  const demand = `spec.selector.matchLabels must contain one of [${accepted.join(' ')}]`;
  return { impossible: `getSelectorLabel failed: ${subject} ${demand}` };
}
