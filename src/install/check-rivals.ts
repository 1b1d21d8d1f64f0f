import type { Client } from '../kube/client.ts';
import { sightOf } from './check-sight.ts';
import { type Finding, missing, ok, unknown } from './finding.ts';
import type { Place } from './installed.ts';
import { overlapping, rivalsOf, sluiceInWords } from './rivals.ts';

/**
 * Whether other controllers look after the same Canaries. `watched` is the only namespace of the installation, empty for all;
 * `undefined` while it isn't known.
 */
export async function rivals(
  client: Pick<Client, 'list'>,
  place: Place,
  watched: string | undefined,
): Promise<Finding> {
  const what = 'other controllers';
  const sight = await sightOf(rivalsOf(client, place));
  if ('hidden' in sight) {
    return unknown(what, `you may not list all Deployments, so \`sluice install\` asks for --force: ${sight.hidden}`);
  }
  const { flaggers, sluices } = sight.value;
  if (flaggers.length > 0) {
    const remedy = 'scale it to zero, unless it looks after other namespaces';
    return missing(what, `Flagger runs as ${flaggers.join(', ')}`, remedy);
  }
  // Who watches everything is in the way of whatever is installed
  const clashing =
    watched === undefined ? sluices.filter((each) => each.watched === '') : overlapping(sluices, watched);
  if (clashing.length > 0) {
    const remedy = 'scale one of them to zero, or give each a namespace of its own with --watch-namespace';
    return missing(what, `Sluice runs as ${clashing.map(sluiceInWords).join(', ')}`, remedy);
  }
  if (sluices.length === 0) return ok(what, 'none');
  const list = sluices.map(sluiceInWords).join(', ');
  if (watched !== undefined) return ok(what, `none for the same namespaces; Sluice runs as ${list}`);
  return unknown(what, `Sluice runs as ${list}: name another namespace with --watch-namespace`);
}
