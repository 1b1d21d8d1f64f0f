import { dig, type JsonObject, type KubeObject, type StringMap } from '../../kube/object.ts';
import { mapConfigNames } from './config-names.ts';
import type { PrimaryRequest } from './contract.ts';
import { mapField, objectOr, textsOf } from './json.ts';
import { withoutToolkit } from './label-filters.ts';
import { spreadAsPrimary } from './scheduling.ts';

/** Pod annotation that tells which promotion made the primary's pods (Flagger compatibility). */
export const PROMOTION_ID = 'flagger-id';

/**
 * The target's pod template as the primary runs it: with the given labels, own copies of tracked configs, the promotion's id.
 * `spreading`: label keys under which scheduling rules that name the target are turned to the primary.
 */
export function primaryTemplate(
  { target, copiedConfigs, id }: Pick<PrimaryRequest, 'target' | 'copiedConfigs' | 'id'>,
  labels: StringMap,
  spreading: readonly string[],
): JsonObject {
  const template = objectOr(dig(target, 'spec', 'template'));
  const metadata = objectOr(template.metadata);
  const withCopies = mapField(template, 'spec', (podSpec) => {
    const suffixed = mapConfigNames(podSpec, ({ kind, name }) => {
      return copiedConfigs.has(`${kind}/${name}`) ? `${name}-primary` : name;
    });
    return spreadAsPrimary(suffixed, target.metadata.name, spreading);
  });
  return {
    ...withCopies,
    metadata: {
      ...metadata,
      labels,
      annotations: { ...withoutToolkit(textsOf(metadata.annotations)), [PROMOTION_ID]: id },
    },
  };
}

/** Whether the pods of a primary already carry the promotion `id`. */
export function carriesPromotion(primary: KubeObject, id: string): boolean {
  return promotionOf(primary) === id;
}

/** The promotion that made the primary's pods; `undefined` for an object that no promotion made. */
export function promotionOf(primary: KubeObject): string | undefined {
  const id = dig(primary, 'spec', 'template', 'metadata', 'annotations', PROMOTION_ID);
  return typeof id === 'string' ? id : undefined;
}
