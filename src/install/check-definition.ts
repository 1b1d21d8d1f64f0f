import type { Client } from '../kube/client.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { lookUp } from './apply.ts';
import { type Finding, missing, ok } from './finding.ts';

/** Plural names of the kinds of `flagger.app`. */
export const definitions = ['canaries', 'metrictemplates', 'alertproviders'] as const;

/** Whether a kind of `flagger.app` is defined, and keeps what Sluice writes into it. */
export async function definition(client: Pick<Client, 'get'>, plural: string): Promise<Finding> {
  const what = `${plural}.flagger.app`;
  const remedy = `\`sluice install\` brings it, and so does \`kubectl apply -f crds/${what}.yaml\``;
  const found = await lookUp(client, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: what,
  });
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
