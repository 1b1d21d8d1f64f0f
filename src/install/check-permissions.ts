import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { type Action, actionInWords, actionsOf, isAllowed, type Subject } from './access-review.ts';
import { type Finding, missing, ok, unknown } from './finding.ts';
import type { Feature } from './permissions.ts';

/** Whether the subject may do all that a feature needs, in a namespace or everywhere. */
export async function granted(
  client: Pick<Client, 'create'>,
  feature: Feature,
  namespace: string | undefined,
  subject: Subject,
): Promise<Finding> {
  const remedy = '`sluice install` grants it, for the providers that are named with --mesh-provider';
  return permissions(client, `permissions: ${feature.name}`, actionsOf(feature, namespace), subject, remedy);
}

/** Whether the subject may do all of this. Unknown where the API server doesn't say so to us. */
export async function permissions(
  client: Pick<Client, 'create'>,
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
    if (!ApiError.is(error) || !(error.code === 403 || error.reason === 'KindNotServed')) throw error;
    return unknown(what, `the API server does not tell you what ${subject === 'self' ? 'you' : 'others'} may do`);
  }
}
