import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { ControlPlane } from '../e2e/cluster/control-plane.ts';

/** Kinds that a controller of canaries reads and writes; the API server's own errands are about others. */
const resources = new Set(['canaries', 'deployments', 'httproutes', 'events', 'configmaps', 'secrets', 'endpoints']);

/** Requests that the API server has counted for what concerns canaries, watches apart. */
export async function serverRequests(plane: ControlPlane): Promise<number> {
  return requestsIn(await metricsOf(plane));
}

/** The sum over the lines of a metrics page that concern canaries. */
export function requestsIn(metrics: string): number {
  const lines = metrics.matchAll(/^apiserver_request_total\{(.*)\} (\S+)$/gm);
  return [...lines].reduce((sum, [, labels = '', value]) => {
    const resource = /resource="([^"]*)"/.exec(labels)?.[1] ?? '';
    const isWatch = /verb="(?:WATCH|CONNECT)"/.test(labels);
    return resources.has(resource) && !isWatch ? sum + Number(value) : sum;
  }, 0);
}

function metricsOf({ server, token, folder }: ControlPlane): Promise<string> {
  const options = { ca: readFileSync(join(folder, 'ca.crt')), headers: { authorization: `Bearer ${token}` } };
  return new Promise((resolve, reject) => {
    const asked = request(`${server}/metrics`, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.once('end', () => resolve(text));
    });
    asked.once('error', reject);
    asked.end();
  });
}
