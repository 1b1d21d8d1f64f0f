import { ownerOf } from '../../api/canary.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import type { Impossible, PrimaryRequest, WorkloadOptions } from './contract.ts';
import { defined, objectOr, textsOf } from './json.ts';
import { included, withoutToolkit } from './label-filters.ts';
import { primaryTemplate } from './pod-template.ts';
import { primaryPodLabels, primaryValue } from './primary-labels.ts';

/** What a kind of workload says about its primary. */
export interface PrimaryRules {
  /** Fields of the target's spec that the primary takes over besides the template, at creation and at each promotion. */
  readonly follows: readonly string[];
  /** Label keys under which scheduling rules that name the target are turned to the primary. */
  readonly spreading: readonly string[];
  /** Fields of the primary's spec that have rules of their own. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** The primary, complete: new, or the promoted version of the one that exists. */
export function renderPrimary(
  request: PrimaryRequest,
  options: WorkloadOptions,
  rules: PrimaryRules,
): KubeObject | Impossible {
  const { target, selector, live } = request;
  const podLabels = withoutToolkit(textsOf(dig(target, 'spec', 'template', 'metadata', 'labels')));
  const pods = primaryPodLabels(podLabels, selector, live);
  if ('impossible' in pods) return pods;
  const template = primaryTemplate(request, pods.labels, rules.spreading);
  const spec = { ...followed(target, rules.follows), ...rules.own, template };
  return live ? promoted(request, live, options, rules, spec) : created(request, options, spec);
}

type Spec = Readonly<Record<string, unknown>>;

function created({ canary, target, selector }: PrimaryRequest, options: WorkloadOptions, spec: Spec): KubeObject {
  const { labels, annotations } = target.metadata;
  const own = { [selector.label]: primaryValue(selector) };
  return {
    apiVersion: target.apiVersion,
    kind: target.kind,
    metadata: {
      name: canary.primaryName,
      namespace: canary.namespace,
      labels: { ...included(labels, options.includeLabelPrefix), ...own },
      annotations: withoutToolkit(annotations),
      ownerReferences: [ownerOf(canary)],
    },
    spec: { ...spec, selector: { matchLabels: own } },
  };
}

/** What the target doesn't set is unset here as well; what isn't the target's to say stays. */
function promoted(
  { target, selector }: PrimaryRequest,
  live: KubeObject,
  options: WorkloadOptions,
  { follows }: PrimaryRules,
  spec: Spec,
): KubeObject {
  const { labels, annotations } = target.metadata;
  const kept = Object.entries(objectOr(live.spec)).filter(([field]) => !follows.includes(field));
  return {
    ...live,
    metadata: {
      ...live.metadata,
      labels: { ...included(labels, options.includeLabelPrefix), [selector.label]: primaryValue(selector) },
      annotations: included(annotations, options.includeLabelPrefix),
    },
    spec: { ...Object.fromEntries(kept), ...spec },
  };
}

function followed(target: KubeObject, fields: readonly string[]): Record<string, unknown> {
  return defined(Object.fromEntries(fields.map((field) => [field, dig(target, 'spec', field)])));
}
