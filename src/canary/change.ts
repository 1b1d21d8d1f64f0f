import type { StringMap } from '../kube/object.ts';
import { checksum, isTracked } from './configs.ts';
import { digest } from './digest.ts';
import type { Scene } from './observation.ts';
import { revisionOfPrimary } from './remembered.ts';

/** `status.trackedConfigs` as it would be now; `undefined` when tracking is off or the kind has no configs. */
export function trackedConfigs(scene: Scene): StringMap | undefined {
  if (!scene.tracksConfigs) return undefined;
  const tracked = scene.configs.flatMap(({ key, content }) =>
    content && isTracked(content) ? [[key, checksum(content)] as const] : [],
  );
  return Object.fromEntries(tracked);
}

/** Whether the primary runs what the target has now, whoever brought it there. */
export function primaryEqualsTarget({ configs, sides }: Scene): boolean {
  const copied = configs.filter(({ content }) => content && isTracked(content));
  return sides.equalsTarget(new Set(copied.map(({ key }) => key)));
}

/** What differs between what was last applied and what is there now. */
export interface ChangeSeen {
  readonly revision: boolean;
  readonly configs: boolean;
}

/**
 * Whether there is something new to release. A target that is back at the promoted revision is no change, and neither are
 * configs that are back at the promoted ones.
 */
export function changeOf(scene: Scene): ChangeSeen {
  const { status, revision } = scene;
  const revisionChanged =
    status.lastAppliedSpec === undefined ||
    (revision !== revisionOfPrimary(status) && revision !== status.lastAppliedSpec);
  return { revision: revisionChanged, configs: configsChanged(scene) };
}

function configsChanged(scene: Scene): boolean {
  const now = trackedConfigs(scene);
  if (!now) return false;
  const { trackedConfigs: before } = scene.status;
  if (!before) return Object.keys(now).length > 0;
  // Taken back by hand: nothing to release
  return !same(now, before) && !(isPromoted(scene) && scene.status.run?.promotedConfigs !== undefined);
}

/** Whether target and configs are what the primary has: a promotion that isn't done leaves that open. */
export function isPromoted(scene: Scene): boolean {
  const { lastPromotedSpec, run } = scene.status;
  if (run?.overwritten !== undefined || scene.revision !== lastPromotedSpec) return false;
  const now = trackedConfigs(scene);
  return now === undefined || run?.promotedConfigs === undefined || run.promotedConfigs === digest(now);
}

/** Whether configs differ from those that this run goes on with. */
export function configsLeft(scene: Scene): boolean {
  const [now, before] = [trackedConfigs(scene), scene.status.trackedConfigs];
  return now !== undefined && before !== undefined && !same(now, before);
}

export function same(a: StringMap, b: StringMap): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
