import type { Client } from '../kube/client.ts';
import type { Http } from '../runtime/http.ts';
import type { Subject } from './access-review.ts';
import { definition, definitions } from './check-definition.ts';
import { mayInstall } from './check-installing.ts';
import { granted } from './check-permissions.ts';
import { routing } from './check-provider.ts';
import { rivals } from './check-rivals.ts';
import { leader, running } from './check-running.ts';
import { orUnknown, sightOf } from './check-sight.ts';
import { type Finding, missing, ok, unknown } from './finding.ts';
import { boundRoles, installedDeployment, type Place } from './installed.ts';
import { metricsServer } from './metrics-server.ts';
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

/** Whether the cluster, and whoever asks, are fit for an installation. What may not be seen is unknown. */
export async function checkBefore(cluster: CheckedCluster, { place, providers }: CheckRequest): Promise<Finding[]> {
  const { client } = cluster;
  return [
    await orUnknown('API server', serverVersion(cluster)),
    await orUnknown('may install', mayInstall(client, place)),
    ...(await eachProvider(client, needsOf(undefined, providers).providers)),
    await rivals(client, place, undefined),
  ];
}

/** Whether an installation has all that it needs. What may not be seen is unknown. */
export async function checkAfter(cluster: CheckedCluster, request: CheckRequest): Promise<Finding[]> {
  const { client } = cluster;
  const { place, providers, self } = request;
  const deployment = await sightOf(installedDeployment(client, place));
  const findings = [await orUnknown('API server', serverVersion(cluster))];
  for (const name of definitions) findings.push(await orUnknown(`${name}.flagger.app`, definition(client, name)));
  if ('hidden' in deployment && !self) {
    const detail = `you may not see it, and so not what it needs: ${deployment.hidden}`;
    findings.push(...(await eachProvider(client, providers)), unknown('controller', detail));
    findings.push(await rivals(client, place, undefined));
    return findings;
  }
  const present = 'value' in deployment ? deployment.value : undefined;
  const roles = await sightOf(boundRoles(client, place));
  const needs = needsOf(present, providers, 'value' in roles ? roles.value : []);
  findings.push(...(await eachProvider(client, needs.providers)));
  if (!self) findings.push(running(present, place));
  if (present && 'hidden' in roles) findings.push(unknown('roles', `${onlyByRole}: ${roles.hidden}`));
  if (self || present)
    findings.push(...(await allGranted(client, needs, self || !present ? 'self' : accountOf(present))));
  if (needs.election) findings.push(await orUnknown('leader', leader(client, needs.election.namespace)));
  const metrics = metricsServer(client, request.http, needs.metricsServer, place.namespace);
  findings.push(await orUnknown('metrics server', metrics));
  findings.push(await rivals(client, place, needs.watched));
  return findings;
}

const onlyByRole =
  'you may not list all bindings, so that further providers, named with --mesh-provider otherwise, and autoscalers are not checked';

async function serverVersion(cluster: CheckedCluster): Promise<Finding> {
  const what = 'API server';
  const version = await cluster.version();
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return unknown(what, `its version is ${version}`);
  if (minor >= OLDEST) return ok(what, version);
  return missing(what, `${version} is too old`, `use Kubernetes 1.${OLDEST} or newer`);
}

async function eachProvider(client: CheckedCluster['client'], providers: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of providers) findings.push(await orUnknown(`provider ${name}`, routing(client, name)));
  return findings;
}

async function allGranted(client: CheckedCluster['client'], needs: Needs, subject: Subject): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { features, election, watched } = needs;
  for (const feature of features) findings.push(await granted(client, feature, watched || undefined, subject));
  if (election) findings.push(await granted(client, election.feature, election.namespace, subject));
  return findings;
}
