import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { iterations } from '../manifests.ts';
import { measureMemory } from '../measurements/memory.ts';
import { namesFrom } from '../names.ts';
import type { Subject } from '../subject.ts';
import { startSubject } from '../subject-process.ts';

const namespace = 'soak';
const names = namesFrom('soak', 0, 500);
/** Some more than the 130 decisions of each canary that are measured. */
const ITERATIONS = 140;

/** A round of 500 long runs with a check each second; for a peer that is slower it is left out. */
export async function roundOfSoaking(ground: Ground, subject: Subject): Promise<Figure[]> {
  if (!subject.isOurs) return [];
  const { plane, prometheus } = ground;
  await ground.populate(namespace, names, iterations('1s', ITERATIONS));
  const options = { kubeconfig: plane.kubeconfig, metricsServer: prometheus.url, namespace, minInterval: '1s' };
  const controller = await startSubject(subject, options);
  await ground.phases(namespace, names, ['Initialized']);
  const figures = await measureMemory(ground, controller, namespace, names);
  // Nobody who comes after is to find runs under way
  await ground.phases(namespace, names, ['Succeeded']);
  await controller.stop();
  return figures;
}
