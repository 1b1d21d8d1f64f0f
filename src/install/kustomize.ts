import { toYaml } from '../api/manifest.ts';
import type { KubeObject } from '../kube/object.ts';
import { manifests } from './manifests.ts';
import { defaultPlace, type InstallOptions, namesOf } from './options.ts';
import { providers } from './permissions.ts';
import { roles } from './roles.ts';
import { monitors } from './surroundings.ts';
import { defaultValues } from './values.ts';

/** Which file of the base holds an object, by its kind. */
const baseFiles: Readonly<Record<string, string>> = {
  Namespace: 'namespace.yaml',
  ServiceAccount: 'rbac.yaml',
  ClusterRole: 'rbac.yaml',
  ClusterRoleBinding: 'rbac.yaml',
  Role: 'rbac.yaml',
  RoleBinding: 'rbac.yaml',
  Deployment: 'deployment.yaml',
  Service: 'service.yaml',
  PodDisruptionBudget: 'policies.yaml',
  NetworkPolicy: 'policies.yaml',
};

/**
 * `deploy/kustomize` as it should be: path → content. `base` looks after Canaries on plain Services; a component for each
 * provider adds its role and its flag; an overlay for each is what users base theirs on.
 */
export function kustomizeFiles(version: string): ReadonlyMap<string, string> {
  const values = { ...defaultValues(), meshProvider: 'kubernetes' };
  const options: InstallOptions = { ...defaultPlace, version, values };
  const names = Object.entries(providers).flatMap(([name, feature]) => (feature ? [name] : []));
  return new Map([
    ...definitionFiles(options),
    ...base(options),
    ...monitorComponent(options),
    ...names.flatMap((name) => provider(options, name)),
  ]);
}

function definitionFiles(options: InstallOptions): [string, string][] {
  const found = manifests(options).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const files = found.map((crd): [string, string] => [`${crd.metadata.name}.yaml`, toYaml(crd)]);
  return within('crds', [...files, kustomization({ resources: files.map(([name]) => name) })]);
}

function base(options: InstallOptions): [string, string][] {
  const files = new Map<string, KubeObject[]>();
  for (const object of manifests(options)) {
    const file = baseFiles[object.kind];
    if (file) files.set(file, [...(files.get(file) ?? []), object]);
  }
  const written = [...files].map(([name, objects]): [string, string] => [name, stream(objects)]);
  return within('base', [...written, kustomization({ resources: ['../crds', ...files.keys()] })]);
}

/** With several components, the flag of the last one holds for Canaries that name no provider. */
function provider(options: InstallOptions, name: string): [string, string][] {
  const values = { ...options.values, meshProvider: name };
  const plain = new Set(roles(options).map(({ metadata }) => metadata.name));
  const added = roles({ ...options, values }).filter(({ metadata }) => !plain.has(metadata.name));
  const flag = [{ op: 'add', path: '/spec/template/spec/containers/0/args/-', value: `--mesh-provider=${name}` }];
  const component = kustomization(
    {
      resources: ['rbac.yaml'],
      patches: [{ target: { kind: 'Deployment', name: namesOf(options).prefix }, patch: JSON.stringify(flag) }],
    },
    'Component',
  );
  const overlay = kustomization({ resources: ['../../base'], components: [`../../components/${name}`] });
  return [
    ...within(`components/${name}`, [['rbac.yaml', stream(added)], component]),
    ...within(`overlays/${name}`, [overlay]),
  ];
}

function monitorComponent(options: InstallOptions): [string, string][] {
  const { values } = options;
  const asked = { ...options, values: { ...values, serviceMonitor: { ...values.serviceMonitor, enabled: true } } };
  const component = kustomization({ resources: ['service-monitor.yaml'] }, 'Component');
  return within('components/service-monitor', [['service-monitor.yaml', stream(monitors(asked))], component]);
}

function kustomization(fields: object, kind: 'Kustomization' | 'Component' = 'Kustomization'): [string, string] {
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1';
  return ['kustomization.yaml', toYaml({ apiVersion: `kustomize.config.k8s.io/${version}`, kind, ...fields })];
}

function stream(objects: readonly KubeObject[]): string {
  return objects.map((object) => toYaml(object)).join('---\n');
}

function within(folder: string, files: readonly [string, string][]): [string, string][] {
  return files.map(([name, content]) => [`${folder}/${name}`, content]);
}
