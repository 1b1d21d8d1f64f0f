import type { Client } from '../kube/client.ts';
import { type Http, HttpFailure } from '../runtime/http.ts';
import { hideCredentials } from '../runtime/url-credentials.ts';
import { lookUp } from './apply.ts';
import { type Finding, missing, ok, unknown } from './finding.ts';

const what = 'metrics server';
const remedy = 'set metricsServer to the address of a Prometheus';

/**
 * Whether there is a Prometheus at an address that the controller asks. A name of the cluster leads to a Service, which can be
 * looked up, but only the cluster can ask it; any other address is asked from here, which may be another place of the network.
 * A name of two parts, such as `mimir.example`, is one of the cluster where it has a namespace `example`.
 */
export async function metricsServer(
  client: Pick<Client, 'get'>,
  http: Http,
  url: string,
  ownNamespace: string,
): Promise<Finding> {
  const shown = hideCredentials(url);
  if (!URL.canParse(url)) return missing(what, `${shown} is no address`, remedy);
  const { hostname } = new URL(url);
  const [name = '', namespace = ownNamespace, kind] = hostname.split('.');
  const isAddress = /^[\d.]+$|^\[|^localhost$/.test(hostname);
  if (isAddress || (kind !== undefined && kind !== 'svc')) return asked(http, url);
  const service = await lookUp(client, { apiVersion: 'v1', kind: 'Service', namespace, name });
  if (!service && namespace !== ownNamespace && kind === undefined && !(await isNamespace(client, namespace))) {
    return asked(http, url);
  }
  if (!service) return missing(what, `${shown}: there is no Service ${namespace}/${name}`, remedy);
  return ok(what, `Service ${namespace}/${name} is there; whether it answers can only be seen in the cluster`);
}

async function isNamespace(client: Pick<Client, 'get'>, name: string): Promise<boolean> {
  return (await lookUp(client, { apiVersion: 'v1', kind: 'Namespace', name })) !== undefined;
}

async function asked(http: Http, url: string): Promise<Finding> {
  try {
    const query = `${url.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent('vector(1)')}`;
    const { status } = await http.request({ method: 'GET', url: query, timeoutMs: 5_000 });
    if (status === 200) return ok(what, `${new URL(url).host} answers here; the cluster may have another way to it`);
    return unknown(what, `${new URL(url).host} answers ${status} here, without the credentials of a template`);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return unknown(what, `${new URL(url).host} does not answer here; the cluster may have another way to it`);
  }
}
