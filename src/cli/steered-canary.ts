import { refusalIn } from '../api/conditions.ts';
import { sayingOf } from '../api/steering.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { toTimestamp } from '../runtime/clock.ts';
import { askerOf } from './asker.ts';
import { statusOf } from './canary-view.ts';
import type { ManagedCluster } from './cluster-access.ts';
import { canaryKind } from './get.ts';
import type { Terminal } from './terminal.ts';

/** Something to be said to a Canary by annotation. */
export interface Saying {
  readonly key: string;
  /** `null` takes back what was said. */
  readonly word: string | null;
  readonly revision?: string | undefined;
  /** What was brought about, as it is told: `the release is paused`. */
  readonly told: string;
}

/** `canary test/podinfo` */
export function titleOf({ metadata: { namespace, name } }: KubeObject): string {
  return `canary ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The Canary as arguments of a verb: `podinfo -n test`. */
export function placeOf({ metadata: { namespace, name } }: KubeObject): string {
  return `${name}${namespace ? ` -n ${namespace}` : ''}`;
}

/** The Canary of a name. Rejects with an `ApiError` when it isn't there. */
export async function readCanary(
  { client, namespace }: ManagedCluster,
  name: string,
  flags: { readonly namespace?: string },
): Promise<KubeObject> {
  return client.get({ ...canaryKind, namespace: flags.namespace ?? namespace, name });
}

/** Writes the annotation, signed with who said it and when, and tells how to follow what comes of it. */
export async function say(
  { client }: ManagedCluster,
  object: KubeObject,
  { key, word, revision, told }: Saying,
  terminal: Terminal,
): Promise<void> {
  const by = await askerOf(client);
  const text = word === null ? null : sayingOf(word, { by, at: toTimestamp(terminal.now()), revision });
  const { name, namespace, annotations } = object.metadata;
  // Two requests of one second can't be told apart: the second one is a key that was pressed twice
  if (text !== null && annotations?.[key] === text) return terminal.out(`${titleOf(object)}: ${told} already\n`);
  const ref = { ...canaryKind, name, ...(namespace === undefined ? {} : { namespace }) };
  try {
    await client.patch(ref, { metadata: { annotations: { [key]: text } } });
  } catch (error) {
    throw error instanceof ApiError && error.code === 403 ? forbidden(object, by, error) : error;
  }
  terminal.out(`${titleOf(object)}: ${told}; follow it with \`sluice explain canary ${placeOf(object)}\`\n`);
  const hindrance = hindranceOf(object);
  if (hindrance) terminal.err(`note: ${hindrance}\n`);
}

function forbidden(object: KubeObject, by: string | undefined, cause: ApiError): Error {
  const { namespace } = object.metadata;
  const who = by ?? 'you';
  const where = namespace ? ` in namespace ${namespace}` : '';
  const need = `a role with the verbs get and patch on canaries.flagger.app${where}`;
  return new Error(`${who} may not annotate ${titleOf(object)}: it takes ${need} (${cause.message})`, { cause });
}

/** Why nothing will come of it for now. */
function hindranceOf(object: KubeObject): string | undefined {
  if (dig(object, 'spec', 'suspend') === true) return 'nothing is decided until spec.suspend is false';
  const refused = refusalIn(statusOf(object));
  return refused && `nothing is decided until the spec is mended: ${refused.message}`;
}
