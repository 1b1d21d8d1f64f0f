import { fillCrd, validateCrd } from '../crd-check.ts';
import type { Resource } from '../resource.ts';
import { type Builtin, builtin } from './builtin.ts';
import { CLUSTER_KINDS } from './cluster.ts';
import { textColumn } from './columns.ts';
import { CONFIG_KINDS } from './config.ts';
import { EVENT_KINDS } from './events.ts';
import { POLICY_KINDS } from './policies.ts';
import { SERVICE_KINDS } from './services.ts';
import { WORKLOADS } from './workloads.ts';

const DEFINITION: Builtin = {
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  clusterScoped: true,
  status: true,
  generation: true,
  fill: fillCrd,
  validate: validateCrd,
  columns: [],
  lastColumn: textColumn('Created At', (crd) => crd.metadata.creationTimestamp),
};

/** Anyone may do anything here. */
const REVIEW: Builtin = {
  group: 'authorization.k8s.io',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  clusterScoped: true,
  stored: false,
  nameRule: 'none',
  fill: (draft) => {
    draft['status'] = { allowed: true };
  },
};

/** The kinds that the server knows without a CRD. */
export const BUILTIN_RESOURCES: readonly Resource[] = [
  ...CLUSTER_KINDS,
  ...CONFIG_KINDS,
  ...SERVICE_KINDS,
  ...EVENT_KINDS,
  ...WORKLOADS,
  ...POLICY_KINDS,
  DEFINITION,
  REVIEW,
].map(builtin);
