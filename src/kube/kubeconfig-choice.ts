import type { KubeConfig } from '@kubernetes/client-node';
import { nearest } from '../nearest.ts';

/** Contexts that a message names; a file of a large company has hundreds. */
const SHOWN = 10;

type Contexts = Pick<KubeConfig, 'getContexts' | 'getContextObject' | 'getCurrentContext' | 'getCurrentCluster'>;

/** Whether the library found neither a file nor a service account, and made a cluster up from its default address. */
export function isGuess(config: Contexts): boolean {
  return (
    config.getCurrentContext() === 'loaded-context' && config.getCurrentCluster()?.server === 'http://localhost:8080'
  );
}

/** The API server of the chosen context. Throws an `Error` that names what is missing in `source`, and the way on. */
export function chosenServer(config: Contexts, source: string): string {
  const name = config.getCurrentContext() || '';
  const context = config.getContextObject(name);
  if (!context) {
    const lack = name === '' ? 'names no current context' : `has no context ${JSON.stringify(name)}`;
    throw new Error(`${source} ${lack}; ${wayOn(name, config.getContexts())}`);
  }
  const server = config.getCurrentCluster()?.server;
  if (server) return server;
  throw new Error(
    `${source}: the context ${JSON.stringify(name)} is of the cluster ${JSON.stringify(context.cluster)}, which has no entry ` +
      'with a server in its clusters; add one, or choose another context with --context',
  );
}

function wayOn(name: string, contexts: readonly { readonly name: string }[]): string {
  const names = contexts.map((each) => each.name);
  if (names.length === 0) return 'it has no contexts at all: name another file with --kubeconfig or $KUBECONFIG';
  const meant = nearest(name, names);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const list = `it has ${names.slice(0, SHOWN).join(', ')}${more}`;
  return `${meant ? `did you mean ${meant}? ` : ''}${list}: choose one with --context or \`kubectl config use-context\``;
}
