import type { CanaryStatus } from '../api/status.ts';
import type { StringMap } from '../kube/object.ts';
import { digest } from './digest.ts';

/** Whether a request by annotation was obeyed before: each value counts once, however long it stays there. */
export function isObeyed({ run }: Pick<CanaryStatus, 'run'>, text: string): boolean {
  return run?.obeyed?.includes(digest(text)) ?? false;
}

/**
 * What status keeps of requests: digests of those that were obeyed, while their annotations are there. One that was removed
 * can't be obeyed again, so that the list never grows longer than the annotations.
 */
export function stillObeyed(
  { run }: Pick<CanaryStatus, 'run'>,
  now: readonly string[],
  annotations: StringMap | undefined,
): readonly string[] {
  const present = new Set(Object.values(annotations ?? {}).map((text) => digest(text)));
  return [...new Set([...(run?.obeyed ?? []), ...now.map((text) => digest(text))])].filter((each) => present.has(each));
}
