import type { Autoscaler } from './contract.ts';
import { horizontalPodAutoscalers } from './hpa.ts';
import { scaledObjects } from './keda.ts';

/** The known kinds of autoscaler. */
export const autoscalers: readonly Autoscaler[] = [horizontalPodAutoscalers, scaledObjects];

/** The kind of autoscaler that a reference means, by its kind alone (Flagger compatibility); `undefined` for all others. */
export function autoscalerFor({ kind }: { readonly kind: string }): Autoscaler | undefined {
  return autoscalers.find((each) => each.kind === kind);
}
