import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { hopFigures, hopOf } from '../hop.ts';
import { untilLookedAt } from '../looked-at.ts';
import { weights } from '../manifests.ts';
import { measureAdvance } from '../measurements/advance.ts';
import { measureIdle } from '../measurements/idle.ts';
import { measureReaction, reactionFigures } from '../measurements/reaction.ts';
import { measureRollback } from '../measurements/rollback.ts';
import { measureHops } from '../measurements/watch-hop.ts';
import { openMeter } from '../meter.ts';
import { namesFrom } from '../names.ts';
import type { Subject } from '../subject.ts';
import { startSubject } from '../subject-process.ts';

const HOPS = 200;
const HOP_PAUSE_MS = 25;
const namespace = 'few';
const names = namesFrom('app', 0, 100);
/** Quick, so that its advances needn't be waited for. */
const stepping = namesFrom('step', 0, 1);
const minInterval = '1s';

/** A round with a hundred canaries: requests, bytes and reactions, and the hop that was measured around these. */
export async function roundWithFew(ground: Ground, subject: Subject): Promise<Figure[]> {
  await ground.populate(namespace, names, weights('10s', 5));
  await ground.populate(namespace, stepping, weights(minInterval, 5));
  const counted = await count(ground, subject);
  const options = { metricsServer: ground.prometheus.url, namespace, minInterval };
  const controller = await startSubject(subject, { ...options, kubeconfig: ground.plane.kubeconfig });
  await untilLookedAt(controller, names.length + 1);
  // At the same time: whatever slows the machine down slows down both
  const [hops, reactions] = await Promise.all([
    measureHops(ground, HOPS, HOP_PAUSE_MS),
    measureReaction(ground, namespace, names),
  ]);
  const rollback = await measureRollback(ground, namespace, names);
  await controller.stop();
  const hop = hopOf(hops);
  return [...hopFigures(hop), ...counted, ...reactionFigures(reactions, hop), ...rollback];
}

/** What needs counting goes through the meter; what needs timing must not. */
async function count(ground: Ground, subject: Subject): Promise<Figure[]> {
  const meter = await openMeter(ground.plane);
  const options = { metricsServer: ground.prometheus.url, namespace, minInterval };
  const controller = await startSubject(subject, { ...options, kubeconfig: meter.kubeconfig });
  await untilLookedAt(controller, names.length + 1);
  await ground.phases(namespace, [...names, ...stepping], ['Initialized', 'Succeeded', 'Failed']);
  const idle = await measureIdle(meter, names.length + 1);
  const advance = await measureAdvance(ground, meter, namespace, stepping[0] ?? '');
  await controller.stop();
  await meter.close();
  return [...idle, ...advance];
}
