import type { Catalog } from './catalog.ts';
import { isFields } from './fields.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** The groups' documents, named like the paths that they describe: `api/v1`, `apis/apps/v1`. */
export function openApiIndex(catalog: Catalog): object {
  const versions = new Set(catalog.all().map(apiVersionOf));
  const paths = [...versions].map((apiVersion) => {
    const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
    return [path, { serverRelativeURL: `/openapi/v3/${path}` }];
  });
  return { paths: Object.fromEntries(paths) };
}

function schemaName({ group, version, kind }: Resource): string {
  const domain = group === '' ? 'core' : group.split('.').toReversed().join('.');
  return `${domain}.${version}.${kind}`;
}

function gvk({ group, version, kind }: Resource): object {
  return { group, version, kind };
}

const META_NAME = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const META = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    generateName: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' } },
    ownerReferences: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  },
  'x-kubernetes-preserve-unknown-fields': true,
};

function schemaOf(resource: Resource): object {
  const ref = { allOf: [{ $ref: `#/components/schemas/${META_NAME}` }] };
  const root = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: ref };
  const own = resource.schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const properties = 'properties' in own && isFields(own.properties) ? own.properties : {};
  return { ...own, properties: { ...properties, ...root }, 'x-kubernetes-group-version-kind': [gvk(resource)] };
}

function parameter(name: string, description: string): object {
  return { name, in: 'query', description, schema: { type: 'string', uniqueItems: true } };
}

const WRITE_PARAMETERS = [
  parameter('dryRun', 'All runs everything but the storage.'),
  parameter('fieldManager', 'Who makes the change.'),
  parameter('fieldValidation', 'What to do about unknown and duplicate fields: Ignore, Warn or Strict.'),
];

function operation(resource: Resource, action: string, parameters: readonly object[]): object {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } } };
  return {
    operationId: `${action}${resource.group}${resource.version}${resource.kind}`,
    parameters,
    responses: { '200': { description: 'OK', content } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk(resource),
  };
}

function pathsOf(resource: Resource): readonly (readonly [string, object])[] {
  const version = apiVersionOf(resource);
  const base = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  const collection = `${base}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`;
  const post = operation(resource, 'post', WRITE_PARAMETERS);
  if (!resource.stored) return [[collection, { post }]];
  return [
    [collection, { get: operation(resource, 'list', []), post }],
    [
      `${collection}/{name}`,
      {
        get: operation(resource, 'get', []),
        put: operation(resource, 'put', WRITE_PARAMETERS),
        patch: operation(resource, 'patch', WRITE_PARAMETERS),
        delete: operation(resource, 'delete', []),
      },
    ],
  ];
}

/** The OpenAPI 3.0 document of one group and version; `undefined` when nothing of it is served. */
export function openApiDocument(catalog: Catalog, apiVersion: string): object | undefined {
  const resources = catalog.of(apiVersion);
  if (resources.length === 0) return undefined;
  const schemas = resources.map((resource) => [schemaName(resource), schemaOf(resource)] as const);
  return {
    openapi: '3.0.0',
    info: { title: 'Sluice sandbox', version: apiVersion },
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas: { [META_NAME]: META, ...Object.fromEntries(schemas) } },
  };
}
