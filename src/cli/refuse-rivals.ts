import type { Place } from '../install/installed.ts';
import { overlapping, type Rivals, rivalsOf, sluiceInWords } from '../install/rivals.ts';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';

/**
 * Rejects where another controller looks after Canaries that an installation would look after too, saying how to stop it: they
 * would undo each other's work. `watched` is the only namespace of the installation; empty for all.
 */
export async function refuseRivals(client: Pick<Client, 'list'>, place: Place, watched: string): Promise<void> {
  const { flaggers, sluices } = await visibleRivals(client, place);
  const others = overlapping(sluices, watched);
  if (flaggers.length + others.length === 0) return;
  const running = [
    ...(flaggers.length > 0 ? [`Flagger runs as ${flaggers.join(', ')}`] : []),
    ...(others.length > 0 ? [`Sluice runs as ${others.map(sluiceInWords).join(', ')}`] : []),
  ];
  const ways = [...flaggers, ...others.map(({ where }) => where)].map(
    (where) => `kubectl -n ${where.replace('/', ' scale --replicas 0 deployment/')}`,
  );
  const another = others.length > 0 ? 'name another namespace with --watch-namespace, ' : '';
  throw new Error(
    `${running.join(', and ')}, and two controllers must not share canaries: stop it with \`${ways.join('; ')}\`, ` +
      `${another}or give --force where they look after different namespaces`,
  );
}

async function visibleRivals(client: Pick<Client, 'list'>, place: Place): Promise<Rivals> {
  try {
    return await rivalsOf(client, place);
  } catch (error) {
    if (!ApiError.is(error) || error.code !== 403) throw error;
    throw new Error(
      'you may not list the Deployments of all namespaces, so that it stays unknown whether another controller looks after ' +
        `the same canaries; give --force where none does (${error.message})`,
      { cause: error },
    );
  }
}
