import { copyAtRest } from '../copies.ts';
import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { weights } from '../manifests.ts';
import { measureIdleServer } from '../measurements/idle-server.ts';
import { measureProgress } from '../measurements/progress.ts';
import { endBadly } from '../measurements/rollback.ts';
import { measureStartUp } from '../measurements/start-up.ts';
import { namesFrom } from '../names.ts';
import { allRolledOut } from '../rollouts.ts';
import type { Subject } from '../subject.ts';
import { startSubject } from '../subject-process.ts';

const namespace = 'many';
const idle = namesFrom('shop', 0, 5_000);
const progressing = namesFrom('shop', idle.length, 500);
const [model = '', ...copies] = idle;
const all = [...idle, ...progressing];
/** Every tenth of those that may progress: they wait for the controller to start. */
const waiting = progressing.filter((_, i) => i % 10 === 0);

/** A round with 5,000 canaries at rest and 500 that come to progress at an interval of ten seconds. */
export async function roundWithMany(ground: Ground, subject: Subject): Promise<Figure[]> {
  const seeding = await seed(ground, subject);
  const start = () => startSubject(subject, optionsOf(ground));
  const { process, figures } = await measureStartUp(ground, namespace, all.length, waiting, start);
  ground.say(`started: ${figures[0]?.value.toFixed(1)} s`);
  await endBadly(ground, namespace, waiting);
  const resting = await measureIdleServer(ground, process, all.length);
  const busy = await measureProgress(ground, process, namespace, progressing);
  await endBadly(ground, namespace, progressing);
  await process.stop();
  return [...seeding, ...figures, ...resting, ...busy];
}

/** Lets the first controller bring some canaries to rest, and copies one of them for the others; later controllers find them so. */
async function seed(ground: Ground, subject: Subject): Promise<Figure[]> {
  if (ground.phase(namespace, model) !== undefined) return [];
  const began = performance.now();
  const initialised = [model, ...progressing];
  const controller = await startSubject(subject, optionsOf(ground));
  await ground.populate(namespace, initialised, weights('10s', 1, 1));
  await ground.phases(namespace, initialised, ['Initialized']);
  const seconds = (performance.now() - began) / 1000;
  await controller.stop();
  await copyAtRest(ground.cluster, namespace, model, copies);
  await ground.until('every Deployment is rolled out', () => allRolledOut(ground.cluster, namespace));
  ground.say(`${all.length} canaries are at rest after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return [{ what: `creating and initialising ${initialised.length} canaries`, value: seconds, unit: 's' }];
}

function optionsOf({ plane, prometheus }: Ground) {
  return { kubeconfig: plane.kubeconfig, metricsServer: prometheus.url };
}
