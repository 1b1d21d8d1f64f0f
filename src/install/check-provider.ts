import type { Client } from '../kube/client.ts';
import { type Finding, missing, ok } from './finding.ts';
import { familyOf, providers } from './permissions.ts';
import { providerNames, providerOf } from './provider-names.ts';

/**
 * Whether there is such a provider, and the API server serves the kinds that it writes, in the version that it writes them in.
 */
export async function routing(client: Pick<Client, 'discovery'>, provider: string): Promise<Finding> {
  const what = `provider ${provider}`;
  const name = providerOf(provider);
  if (name === undefined) return missing(what, 'there is none of this name', `use one of ${providerNames.join(', ')}`);
  const grants = providers[familyOf(name)]?.grants ?? [];
  const version = /:(v\w+)$/.exec(name)?.[1];
  const wanted = grants.filter(({ apiVersion }) => version === undefined || apiVersion.endsWith(`/${version}`));
  const absent: string[] = [];
  for (const grant of wanted) {
    if (!(await client.discovery.resource(grant))) absent.push(`${grant.kind} of ${grant.apiVersion}`);
  }
  const kinds = [...new Set(wanted.map(({ kind }) => kind))].join(', ');
  if (absent.length === 0) return ok(what, kinds === '' ? 'needs nothing but Services' : `${kinds} served`);
  const remedy = 'install the CRDs of this provider, or choose another one';
  return missing(what, `the API server has no ${absent.join(' and no ')}`, remedy);
}
