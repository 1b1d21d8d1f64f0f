import { customResourceDefinitions } from '../api/crd.ts';
import { toYaml } from '../api/manifest.ts';
import {
  autoscalers,
  configTracking,
  core,
  disruptionBudgets,
  type Feature,
  failFast,
  leaderElection,
  providers,
  type Rule,
  rulesOf,
} from './permissions.ts';
import { ValuesSchema } from './values-schema.ts';

/**
 * The files of `deploy/helm/sluice` that follow from the program: path → content. The templates read rules and definitions from
 * `files`, so that there is no second copy that somebody would have to keep.
 */
export function chartFiles(version: string): ReadonlyMap<string, string> {
  const definitions = customResourceDefinitions().map((crd): [string, string] => [
    `files/crds/${crd.metadata.name}.yaml`,
    toYaml(crd),
  ]);
  return new Map([
    ['Chart.yaml', toYaml(chart(version))],
    ['values.schema.json', `${JSON.stringify(schema(), null, 2)}\n`],
    ['files/permissions.yaml', toYaml(permissions())],
    ...definitions,
  ]);
}

function chart(version: string) {
  return {
    apiVersion: 'v2',
    name: 'sluice',
    description: 'Progressive delivery for Kubernetes, from the Canary resources of Flagger.',
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: '>=1.25.0-0',
    keywords: ['canary', 'progressive delivery', 'gateway api', 'istio', 'ingress-nginx'],
  };
}

function schema() {
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...JSON.parse(JSON.stringify(ValuesSchema)) };
}

interface Named {
  readonly name: string;
  readonly rules: readonly Rule[];
}

function permissions() {
  return {
    core: named(core),
    configTracking: named(configTracking),
    leaderElection: named(leaderElection),
    autoscalers: each(autoscalers),
    disruptionBudgets: named(disruptionBudgets),
    failFast: named(failFast),
    providers: each(providers),
  };
}

/** A provider that needs no role of its own has an empty entry, which says that it is supported. */
function each(features: Readonly<Record<string, Feature | undefined>>): Record<string, Named | object> {
  return Object.fromEntries(Object.entries(features).map(([name, feature]) => [name, feature ? named(feature) : {}]));
}

function named(feature: Feature): Named {
  return { name: feature.name, rules: rulesOf(feature) };
}
