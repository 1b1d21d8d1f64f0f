/**
 * Reasons for which the controller refuses a Canary whose spec is fine by itself. They are given in `src/canary/observe.ts`;
 * a test compares the two.
 */
export const controllerReasons: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  UnknownProvider: {
    meaning: 'There is no adapter for the provider.',
    remedy: 'set spec.provider to one that is supported',
  },
  UnsupportedTarget: {
    meaning: 'Targets of this kind, or in this group, can not be released.',
    remedy: 'name a Deployment, DaemonSet or StatefulSet of apps/v1, a Service of v1 or one of serving.knative.dev/v1',
  },
  DuplicateTarget: {
    meaning: 'An older Canary is in charge of the target.',
    remedy: 'delete one of the two, or point it to another target',
  },
  AutoscalerNotInstalled: {
    meaning: 'The API server does not serve the kind of the autoscaler.',
    remedy: 'install its CRDs, or remove spec.autoscalerRef',
  },
  PermissionMissing: {
    meaning: 'The controller may not read a kind that the Canary needs.',
    remedy: 'grant it to the ServiceAccount of the controller; `sluice check` says what is missing',
  },
  ProviderNotInstalled: {
    meaning: 'The API server does not serve a kind that the provider needs.',
    remedy: 'install the definitions of the provider, or choose another one',
  },
};
