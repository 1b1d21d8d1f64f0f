import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { untilLookedAt } from '../looked-at.ts';
import { weights } from '../manifests.ts';
import { measureAdvance } from '../measurements/advance.ts';
import { measureIdle } from '../measurements/idle.ts';
import { measureReaction, reactionFigures } from '../measurements/reaction.ts';
import { measureRollback } from '../measurements/rollback.ts';
import { measureHops } from '../measurements/watch-hop.ts';
import { openMeter } from '../meter.ts';
import { namesFrom } from '../names.ts';
import { quantile } from '../quantile.ts';
import type { Subject } from '../subject.ts';
import { startSubject } from '../subject-process.ts';
import type { Hop } from '../table.ts';

const HOPS = 200;
const namespace = 'few';
const names = namesFrom('app', 0, 100);

/** A round with a hundred canaries: requests, bytes and reactions, and the hop that was measured around these. */
export async function roundWithFew(ground: Ground, subject: Subject): Promise<{ hop: Hop; figures: Figure[] }> {
  await ground.populate(namespace, names, weights('1s', 5));
  const counted = await count(ground, subject);
  const options = { metricsServer: ground.prometheus.url, namespace, minInterval: '1s' };
  const controller = await startSubject(subject, { ...options, kubeconfig: ground.plane.kubeconfig });
  await untilLookedAt(controller, names.length);
  const hops = await measureHops(ground, HOPS);
  const reactions = await measureReaction(ground, namespace, names);
  const rollback = await measureRollback(ground, namespace, names);
  hops.push(...(await measureHops(ground, HOPS)));
  await controller.stop();
  const hop = { p50Ms: quantile(hops, 0.5), p99Ms: quantile(hops, 0.99) };
  return { hop, figures: [...counted, ...reactionFigures(reactions, hop), ...rollback] };
}

/** What needs counting goes through the meter; what needs timing must not. */
async function count(ground: Ground, subject: Subject): Promise<Figure[]> {
  const meter = await openMeter(ground.plane);
  const options = { metricsServer: ground.prometheus.url, namespace, minInterval: '1s' };
  const controller = await startSubject(subject, { ...options, kubeconfig: meter.kubeconfig });
  await untilLookedAt(controller, names.length);
  await ground.phases(namespace, names, ['Initialized', 'Succeeded', 'Failed']);
  const idle = await measureIdle(meter, names.length);
  const advance = await measureAdvance(ground, meter, namespace, names[0] ?? '');
  await controller.stop();
  await meter.close();
  return [...idle, ...advance];
}
