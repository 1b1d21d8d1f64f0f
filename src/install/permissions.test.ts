import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knownProviders } from '../../meshes/registry.ts';
import { createWorkloads } from '../canary/workloads/registry.ts';
import { allFeatures, core, type Feature, familyOf, providers, rulesOf } from './permissions.ts';

test('every provider that is built in has its permissions', () => {
  expect(knownProviders().filter((provider) => !Object.hasOwn(providers, familyOf(provider)))).toEqual([]);
});

describe.each(allFeatures())('$name', (feature) => {
  test('asks for no wildcard, no deletion and nothing twice', () => {
    const things = rulesOf(feature).flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}/${resourceNames ?? ''}`)),
      ),
    );
    expect(things.filter((thing) => /\*|^delete|^bind|^escalate/.test(thing))).toEqual([]);
    expect(new Set(things).size).toBe(things.length);
  });

  test('stands in the documentation as it is', () => {
    const page = readFileSync(new URL('../../docs/install.md', import.meta.url), 'utf8');
    for (const line of documented(feature)) expect(page).toContain(line);
  });
});

function documented(feature: Feature): string[] {
  return rulesOf(feature).map(({ apiGroups: [group], resources, verbs, resourceNames }) => {
    const names = resources.map((resource) => `\`${group ? `${resource}.${group}` : resource}\``).join(', ');
    const only = resourceNames ? ` named \`${resourceNames}\`` : '';
    return `| \`${feature.name}\` | ${names}${only} | ${verbs.join(', ')} |`;
  });
}

test('every kind of target may be written', () => {
  const workloadFor = createWorkloads({ selectorLabels: ['app'], includeLabelPrefix: [] });
  const written = core.grants.filter(({ apiVersion, verbs }) => apiVersion === 'apps/v1' && verbs.includes('create'));
  const supported = ['Deployment', 'DaemonSet', 'StatefulSet', 'Service', 'ReplicaSet', 'Job'].filter(workloadFor);
  expect(written.map(({ kind }) => kind)).toEqual(supported);
});

test('a rule holds the resources of a group that the same is done with', () => {
  expect(rulesOf(core)).toContainEqual({
    apiGroups: ['flagger.app'],
    resources: ['metrictemplates', 'alertproviders'],
    verbs: ['get', 'list', 'watch'],
  });
});
