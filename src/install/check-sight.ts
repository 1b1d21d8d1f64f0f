import { ApiError } from '../kube/errors.ts';
import { type Finding, unknown } from './finding.ts';

/** What was looked up, or the API server's words for that it may not be seen. */
export type Sight<T> = { readonly value: T } | { readonly hidden: string };

/** Takes a Forbidden for an answer; everything else still rejects. */
export async function sightOf<T>(look: Promise<T>): Promise<Sight<T>> {
  try {
    return { value: await look };
  } catch (error) {
    if (!ApiError.is(error) || error.code !== 403) throw error;
    return { hidden: error.message };
  }
}

/** The finding; an unknown one where what it takes may not be seen, so that the rest of the report is still told. */
export async function orUnknown(what: string, finding: Promise<Finding>): Promise<Finding> {
  const sight = await sightOf(finding);
  return 'value' in sight ? sight.value : unknown(what, `you may not see it: ${sight.hidden}`);
}
