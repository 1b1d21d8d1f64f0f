import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/clock.ts';
import type { PodConfig } from './pod-config.ts';
import { startPodServer } from './pod-server.ts';
import type { WorkerMessage } from './worker-runner.ts';

/** Entry point of a pod's thread. Any message from outside is the request to end. */
const config = workerData as PodConfig;
const say = (message: WorkerMessage) => parentPort?.postMessage(message);
const server = await startPodServer({
  config,
  clock: systemClock,
  random: Math.random,
  onReadiness: (ready) => say({ kind: 'readiness', ready }),
  onCrash: () => process.exit(1),
});
say({ kind: 'listening', port: server.port });
parentPort?.once('message', async () => {
  await server.drain();
  process.exit(0);
});
