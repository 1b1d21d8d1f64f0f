import type { Cluster } from '../kube/cluster.ts';
import { ApiError } from '../kube/errors.ts';
import { controllerOf, dig, type JsonObject, type Kind, type KubeObject } from '../kube/object.ts';
import { isObject, objectOr, textsOf } from './workloads/json.ts';

/** Targets whose past was looked up are remembered up to this number; the oldest go first. */
const TARGETS_KEPT = 500;

/** A template that a target had: `unasked` before it was looked up, `unknown` when nobody remembers it. */
export type PastTemplate = JsonObject | 'unasked' | 'unknown';

/**
 * Pod templates that targets had before, out of what their own controllers keep for a rollback: the ReplicaSets of a Deployment,
 * the ControllerRevisions of the others. It is read only when a primary is missing whose template the target has no more.
 */
export class History {
  readonly #cluster: Pick<Cluster, 'find'>;
  readonly #revisionOf: (target: KubeObject) => string | undefined;
  readonly #known = new Map<string, { readonly revision: string; readonly template: JsonObject | 'unknown' }>();

  /** `revisionOf`: the revision of a target as it is given, as status names it. */
  constructor(cluster: Pick<Cluster, 'find'>, revisionOf: (target: KubeObject) => string | undefined) {
    this.#cluster = cluster;
    this.#revisionOf = revisionOf;
  }

  of(target: KubeObject, revision: string): PastTemplate {
    const known = this.#known.get(target.metadata.uid ?? '');
    return known?.revision === revision ? known.template : 'unasked';
  }

  /** Looks the template of a revision up. Rejects when the API server can't be asked; whoever may not ask knows nothing. */
  async ask(target: KubeObject, revision: string, signal: AbortSignal): Promise<void> {
    const { uid = '' } = target.metadata;
    const matches = (template: JsonObject) => this.#revisionOf(withTemplate(target, template)) === revision;
    const template = (await this.#templates(target, signal)).find(matches) ?? 'unknown';
    this.#known.delete(uid);
    this.#known.set(uid, { revision, template });
    const oldest = this.#known.keys().next();
    if (this.#known.size > TARGETS_KEPT && !oldest.done) this.#known.delete(oldest.value);
  }

  async #templates(target: KubeObject, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const { namespace = '', uid } = target.metadata;
    const { kind, templateIn } = target.kind === 'Deployment' ? replicaSets : controllerRevisions;
    const labels = textsOf(dig(target, 'spec', 'selector', 'matchLabels'));
    try {
      const kept = await this.#cluster.find(kind, { namespace, labels, signal });
      return kept
        .filter((each) => controllerOf(each)?.uid === uid)
        .map(templateIn)
        .filter(isObject);
    } catch (error) {
      if (ApiError.is(error, 'Forbidden')) return [];
      throw error;
    }
  }
}

/** A target as it was when it had this template. */
export function withTemplate(target: KubeObject, template: JsonObject): KubeObject {
  return { ...target, spec: { ...objectOr(target['spec']), template } };
}

interface Keeper {
  readonly kind: Kind;
  /** The template as the target had it, without what its controller adds. */
  readonly templateIn: (kept: KubeObject) => JsonObject | undefined;
}

const replicaSets: Keeper = {
  kind: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  templateIn: (kept) => {
    const template = dig(kept, 'spec', 'template');
    if (!isObject(template)) return undefined;
    const metadata = objectOr(template['metadata']);
    const { 'pod-template-hash': _, ...labels } = objectOr(metadata['labels']);
    return { ...template, metadata: { ...metadata, labels } };
  },
};

/** Kept as the patch that brings the template back. */
const controllerRevisions: Keeper = {
  kind: { apiVersion: 'apps/v1', kind: 'ControllerRevision' },
  templateIn: (kept) => {
    const template = dig(kept, 'data', 'spec', 'template');
    if (!isObject(template)) return undefined;
    const { $patch: _, ...rest } = template;
    return rest;
  },
};
