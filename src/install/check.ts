import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import type { Http } from '../runtime/http.ts';
import { type Action, actionInWords, actionsOf, isAllowed, type Subject } from './access-review.ts';
import { lookUp } from './apply.ts';
import { type Finding, missing, ok, unknown } from './finding.ts';
import { installedDeployment, installedParts, type Place, rivalsOf } from './installed.ts';
import { metricsServer } from './metrics-server.ts';
import { type Feature, familyOf, providers } from './permissions.ts';
import { accountOf, type Needs, needsOf } from './subject-of-check.ts';

export interface CheckedCluster {
  readonly client: Pick<Client, 'get' | 'list' | 'create' | 'discovery'>;
  version(): Promise<string>;
}

export interface CheckRequest {
  readonly place: Place;
  /** Providers that canaries use; empty: those of the installation. */
  readonly providers: readonly string[];
  /** Whether the caller runs the controller, outside of the cluster. */
  readonly self: boolean;
  /** The way to a metrics server outside of the cluster. */
  readonly http: Http;
}

const OLDEST = 25;
const crdPath = 'apiextensions.k8s.io/v1';
const definitions = ['canaries', 'metrictemplates', 'alertproviders'] as const;

/** Whether the cluster, and whoever asks, are fit for an installation. */
export async function checkBefore(cluster: CheckedCluster, request: CheckRequest): Promise<Finding[]> {
  const { client } = cluster;
  const needs = needsOf(undefined, request.providers);
  return [
    await serverVersion(cluster),
    await permissions(
      client,
      'may install',
      installing(request.place),
      'self',
      'ask somebody who may, such as a cluster-admin',
    ),
    ...(await routing(client, needs)),
    await rivals(client, request.place),
  ];
}

/** Whether an installation has all that it needs. */
export async function checkAfter(cluster: CheckedCluster, request: CheckRequest): Promise<Finding[]> {
  const { client } = cluster;
  const deployment = await installedDeployment(client, request.place);
  const parts = await installedParts(client, request.place);
  const roles = parts.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
  const needs = needsOf(
    deployment,
    request.providers,
    roles.map(({ metadata }) => metadata.name),
  );
  const findings = [await serverVersion(cluster)];
  for (const name of definitions) findings.push(await definition(client, name));
  findings.push(...(await routing(client, needs)));
  if (!request.self) findings.push(running(deployment, request.place));
  if (request.self || deployment) {
    const subject: Subject = request.self || !deployment ? 'self' : accountOf(deployment);
    for (const feature of needs.features)
      findings.push(await granted(client, feature, needs.watched || undefined, subject));
    if (needs.election) findings.push(await granted(client, needs.election.feature, needs.election.namespace, subject));
  }
  if (needs.election) findings.push(await leader(client, needs.election.namespace));
  findings.push(await metricsServer(client, request.http, needs.metricsServer, request.place.namespace));
  findings.push(await rivals(client, request.place));
  return findings;
}

async function serverVersion(cluster: CheckedCluster): Promise<Finding> {
  const what = 'API server';
  const version = await cluster.version();
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return unknown(what, `its version is ${version}`);
  if (minor >= OLDEST) return ok(what, version);
  return missing(what, `${version} is too old`, `use Kubernetes 1.${OLDEST} or newer`);
}

async function definition(client: CheckedCluster['client'], plural: string): Promise<Finding> {
  const what = `${plural}.flagger.app`;
  const remedy = `\`sluice install\` brings it, and so does \`kubectl apply -f crds/${what}.yaml\``;
  const found = await lookUp(client, { apiVersion: crdPath, kind: 'CustomResourceDefinition', name: what });
  if (!found) return missing(what, 'is not defined', remedy);
  if (plural !== 'canaries' || keepsRun(found)) return ok(what, 'is defined');
  return missing(what, 'drops status.run and status.evidence: `sluice explain` will know less', remedy);
}

/** A definition of the reference drops the fields of the status that it doesn't know. */
function keepsRun(found: KubeObject): boolean {
  const versions = dig(found, 'spec', 'versions');
  const served = Array.isArray(versions) ? versions.find((each) => dig(each, 'name') === 'v1beta1') : undefined;
  const status = dig(served, 'schema', 'openAPIV3Schema', 'properties', 'status');
  return dig(status, 'properties', 'run') !== undefined || dig(status, 'x-kubernetes-preserve-unknown-fields') === true;
}

/** The kinds that each provider writes, in the version that it writes them in. */
async function routing(client: CheckedCluster['client'], needs: Needs): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const provider of needs.providers) {
    const grants = providers[familyOf(provider)]?.grants ?? [];
    const version = /:(v\w+)$/.exec(provider)?.[1];
    const wanted = grants.filter(({ apiVersion }) => version === undefined || apiVersion.endsWith(`/${version}`));
    const absent: string[] = [];
    for (const grant of version === undefined ? wanted.slice(0, onlyNewest(provider, wanted.length)) : wanted) {
      if (!(await client.discovery.resource(grant))) absent.push(`${grant.kind} of ${grant.apiVersion}`);
    }
    const what = `provider ${provider}`;
    const kinds = [...new Set(wanted.map(({ kind }) => kind))].join(', ');
    findings.push(
      absent.length > 0
        ? missing(
            what,
            `the API server has no ${absent.join(' and no ')}`,
            'install the CRDs of this provider, or choose another one',
          )
        : ok(what, kinds === '' ? 'needs nothing but Services' : `${kinds} served`),
    );
  }
  return findings;
}

/** `gatewayapi` without a version means v1, which stands first. */
function onlyNewest(provider: string, all: number): number {
  return provider === 'gatewayapi' ? 1 : all;
}

async function granted(
  client: CheckedCluster['client'],
  feature: Feature,
  namespace: string | undefined,
  subject: Subject,
): Promise<Finding> {
  const remedy = '`sluice install` grants it, for the providers that are named with --mesh-provider';
  return permissions(client, `permissions: ${feature.name}`, actionsOf(feature, namespace), subject, remedy);
}

async function permissions(
  client: CheckedCluster['client'],
  what: string,
  actions: readonly Action[],
  subject: Subject,
  remedy: string,
): Promise<Finding> {
  const who = subject === 'self' ? 'you' : `${subject.namespace}/${subject.account}`;
  try {
    const answers = await Promise.all(actions.map((action) => isAllowed(client, subject, action)));
    const denied = actions.filter((_, at) => !answers[at]).map(actionInWords);
    if (denied.length === 0) return ok(what, `${who} may do all ${actions.length} things`);
    return missing(what, `${who} may not ${[...new Set(denied)].join(', ')}`, remedy);
  } catch (error) {
    if (!(ApiError.is(error, 'Forbidden') || ApiError.is(error, 'KindNotServed'))) throw error;
    return unknown(what, 'the API server does not tell you what others may do');
  }
}

/** What an installation creates; whoever grants permissions must have them too, which cluster-admins do. */
function installing({ namespace }: Place): Action[] {
  const rbac = 'rbac.authorization.k8s.io';
  const resources: readonly (readonly [group: string, resource: string, namespace?: string])[] = [
    ['', 'namespaces'],
    ['apiextensions.k8s.io', 'customresourcedefinitions'],
    [rbac, 'clusterroles'],
    [rbac, 'clusterrolebindings'],
    [rbac, 'roles', namespace],
    [rbac, 'rolebindings', namespace],
    ['', 'serviceaccounts', namespace],
    ['', 'services', namespace],
    ['apps', 'deployments', namespace],
    ['policy', 'poddisruptionbudgets', namespace],
    ['networking.k8s.io', 'networkpolicies', namespace],
  ];
  return resources.flatMap(([group, resource, place]) =>
    ['get', 'create', 'patch'].map((verb) => ({ group, resource, verb, namespace: place })),
  );
}

function running(deployment: KubeObject | undefined, { name, namespace }: Place): Finding {
  const what = 'controller';
  if (!deployment)
    return missing(
      what,
      `${name} is not installed in ${namespace}`,
      'run `sluice install`, or name its place with -n and --name',
    );
  const wanted = Number(dig(deployment, 'spec', 'replicas') ?? 1);
  const available = Number(dig(deployment, 'status', 'availableReplicas') ?? 0);
  const detail = `${available} of ${wanted} replicas available`;
  if (available > 0 && available >= wanted) return ok(what, detail);
  const pods = `kubectl -n ${namespace} describe pods -l app.kubernetes.io/instance=${name}`;
  return missing(what, detail, `\`${pods}\` says why`);
}

async function leader(client: CheckedCluster['client'], namespace: string): Promise<Finding> {
  const what = 'leader';
  const name = 'flagger-leader-election';
  const lease = await lookUp(client, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name });
  const holder = dig(lease, 'spec', 'holderIdentity');
  if (typeof holder === 'string' && holder !== '') return ok(what, `${holder} holds the Lease ${namespace}/${name}`);
  return missing(
    what,
    `nobody holds the Lease ${namespace}/${name}`,
    'wait half a minute; then look at the log of the controller',
  );
}

async function rivals(client: CheckedCluster['client'], place: Place): Promise<Finding> {
  const what = 'other controllers';
  try {
    const { flaggers, sluices } = await rivalsOf(client, place);
    if (flaggers.length > 0) {
      const remedy = 'scale it to zero, unless it looks after other namespaces';
      return missing(what, `Flagger runs as ${flaggers.join(', ')}`, remedy);
    }
    if (sluices.length === 0) return ok(what, 'none');
    return unknown(what, `${sluices.join(', ')} runs too: see that it looks after other namespaces`);
  } catch (error) {
    if (!ApiError.is(error, 'Forbidden')) throw error;
    return unknown(what, 'you may not list the Deployments of all namespaces');
  }
}
