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
    meaning: 'Targets of this kind can not be released yet.',
    remedy: 'name a Deployment, DaemonSet or StatefulSet in spec.targetRef',
  },
  UnsupportedAutoscaler: {
    meaning: 'A primary can not have an autoscaler yet.',
    remedy: 'remove spec.autoscalerRef to release with the replicas of the target',
  },
  DuplicateTarget: {
    meaning: 'An older Canary is in charge of the target.',
    remedy: 'delete one of the two, or point it to another target',
  },
  ProviderNotInstalled: {
    meaning: 'The API server does not serve a kind that the provider needs.',
    remedy: 'install the definitions of the provider, or choose another one',
  },
};
