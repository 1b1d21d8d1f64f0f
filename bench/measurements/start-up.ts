import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { untilLookedAt } from '../looked-at.ts';
import type { SubjectProcess } from '../subject-process.ts';

/**
 * From the start of the process until every canary was looked at. `waiting` got new images while no controller ran: all of them
 * must have started, and the controller must show the state of each canary in its metrics.
 */
export async function measureStartUp(
  ground: Ground,
  namespace: string,
  canaries: number,
  waiting: readonly string[],
  start: () => Promise<SubjectProcess>,
): Promise<{ process: SubjectProcess; figures: Figure[] }> {
  await Promise.all(waiting.map((name) => ground.bring(namespace, name)));
  const began = performance.now();
  const process = await start();
  await ground.phases(namespace, waiting, ['Progressing']);
  await untilLookedAt(process, canaries);
  const seconds = (performance.now() - began) / 1000;
  const what = `start with ${canaries} canaries until each was looked at`;
  return { process, figures: [{ what, value: seconds, unit: 's', budget: budgets.startUpS }] };
}
