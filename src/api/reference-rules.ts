import type { Canary, TargetRef } from './canary.ts';
import type { RuleContext } from './provider-rules.ts';

/** Whether the target is a Knative Service, which brings its own revisions and Services. */
export function isKnative({ apiVersion, kind }: Pick<TargetRef, 'apiVersion' | 'kind'>): boolean {
  return kind === 'Service' && apiVersion === 'serving.knative.dev/v1';
}

/**
 * Refuses a target that isn't named in full, and a Knative Service without its provider or the other way round.
 * `ownProvider` is `spec.provider` as written: that of the controller makes no target Knative (Flagger compatibility).
 */
export function checkTarget(canary: Canary, ownProvider: string | undefined, { refuse }: RuleContext): void {
  const { target, provider, autoscalerRef } = canary;
  for (const name of ['apiVersion', 'name'] as const) {
    if (target[name] === '') refuse('TargetRefIncomplete', `spec.targetRef.${name}`, 'is empty');
  }
  const knative = isKnative(target);
  if (knative && ownProvider !== 'knative') {
    const text = `can't use ${ownProvider || provider} provider with Knative Service as target`;
    refuse('KnativeProviderMismatch', 'spec.provider', `does not go with the target (${text})`);
  }
  if (!knative && ownProvider === 'knative') {
    const text = `can't use ${target.apiVersion}/${target.kind} as target if provider is set to knative`;
    refuse('KnativeProviderMismatch', 'spec.targetRef', `does not go with the provider (${text})`);
  }
  if (target.apiVersion === 'v1' && target.kind === 'Service') {
    const { apexName } = canary.service;
    if (apexName !== target.name) {
      refuse(
        'ServiceNameMismatch',
        'spec.service.name',
        `is ${JSON.stringify(apexName)}, and the target ${target.name}`,
      );
    }
    if (autoscalerRef) refuse('ServiceAutoscaler', 'spec.autoscalerRef', 'is set for a Service');
  }
  if (knative && autoscalerRef) {
    refuse('KnativeAutoscaler', 'spec.autoscalerRef', "is set (can't use autoscaler with Knative Service)");
  }
}

/** Refuses every reference that leaves the namespace of the Canary. */
export function checkNamespaces(canary: Canary, { analysisField, refuse }: RuleContext): void {
  const { namespace, analysis, upstreamRef } = canary;
  const check = (field: string, what: string, ref: { name: string; namespace?: string } | undefined) => {
    if (!ref?.namespace || ref.namespace === namespace) return;
    const text = `can't access ${what} ${ref.name}.${ref.namespace}, cross-namespace references are blocked`;
    refuse('CrossNamespaceRef', `${field}.namespace`, `is ${JSON.stringify(ref.namespace)} (${text})`);
  };
  check('spec.upstreamRef', 'gloo upstream', upstreamRef);
  analysis.metrics.forEach(({ templateRef }, i) => {
    check(`${analysisField}.metrics[${i}].templateRef`, 'metric template', templateRef);
  });
  analysis.alerts.forEach(({ providerRef }, i) => {
    check(`${analysisField}.alerts[${i}].providerRef`, 'alert provider', providerRef);
  });
}
