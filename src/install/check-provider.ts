import type { Client } from '../kube/client.ts';
import { type Finding, missing, ok } from './finding.ts';
import { familyOf, providers } from './permissions.ts';

/** Whether the API server serves the kinds that a provider writes, in the version that it writes them in. */
export async function routing(client: Pick<Client, 'discovery'>, provider: string): Promise<Finding> {
  const grants = providers[familyOf(provider)]?.grants ?? [];
  const version = /:(v\w+)$/.exec(provider)?.[1];
  const wanted = grants.filter(({ apiVersion }) => version === undefined || apiVersion.endsWith(`/${version}`));
  const absent: string[] = [];
  for (const grant of version === undefined ? wanted.slice(0, onlyNewest(provider, wanted.length)) : wanted) {
    if (!(await client.discovery.resource(grant))) absent.push(`${grant.kind} of ${grant.apiVersion}`);
  }
  const what = `provider ${provider}`;
  const kinds = [...new Set(wanted.map(({ kind }) => kind))].join(', ');
  if (absent.length === 0) return ok(what, kinds === '' ? 'needs nothing but Services' : `${kinds} served`);
  const remedy = 'install the CRDs of this provider, or choose another one';
  return missing(what, `the API server has no ${absent.join(' and no ')}`, remedy);
}

/** `gatewayapi` without a version means v1, which stands first. */
function onlyNewest(provider: string, all: number): number {
  return provider === 'gatewayapi' ? 1 : all;
}
