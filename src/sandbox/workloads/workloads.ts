import type { Cluster } from '../../kube/cluster.ts';
import { ApiError } from '../../kube/errors.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Clock } from '../../runtime/clock.ts';
import { createQueue, type Queue } from '../../runtime/queue.ts';
import { type Controller, refOfKey } from './controller.ts';
import { DeploymentController } from './deployments.ts';
import { EndpointsController } from './endpoints.ts';
import { DEPLOYMENT, ENDPOINT_SLICE, POD, REPLICA_SET, SERVICE } from './kinds.ts';
import type { PodRunner } from './pod-runner.ts';
import { PodKeeper } from './pods.ts';
import { ReplicaSetController } from './replicasets.ts';

/** Objects of one kind that are worked on at once. */
const CONCURRENCY = 16;
const KINDS = [DEPLOYMENT, REPLICA_SET, POD, SERVICE, ENDPOINT_SLICE];

export interface WorkloadsOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly runner: PodRunner;
  /** Told of failed visits, which are retried; by default nobody is told. */
  readonly onError?: (error: unknown, key: string) => void;
}

export interface Workloads {
  /** Resolves when the caches are full and the controllers work. */
  readonly ready: Promise<void>;
  /** Stops the controllers and ends all pods by force; objects stay as they are. Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** Makes the Deployments and Services of a cluster real: ReplicaSets, Pods with running processes, EndpointSlices. */
export function startWorkloads({ cluster, clock, runner, onError = () => {} }: WorkloadsOptions): Workloads {
  const queues = new Map<Controller, Queue>();
  const again = (key: string) => queues.get(keeper)?.add(key);
  const keeper = new PodKeeper({ cluster, clock, runner, again });
  const controllers = [
    new DeploymentController(cluster, clock),
    new ReplicaSetController(cluster, clock),
    keeper,
    new EndpointsController(cluster),
  ];
  for (const controller of controllers) {
    queues.set(
      controller,
      createQueue({
        clock,
        concurrency: CONCURRENCY,
        async process(key) {
          const requeueAfterMs = await controller.visit(refOfKey(key));
          return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
        },
        onError: (key, error) => {
          if (!isLostRace(error)) onError(error, key);
        },
      }),
    );
  }
  function concern(object: KubeObject): void {
    for (const [controller, queue] of queues) for (const key of controller.concerns(object)) queue.add(key);
  }

  let stopped = false;
  let stopListening = () => {};
  const ready = Promise.all(KINDS.map((kind) => cluster.watch(kind))).then(() => {
    if (stopped) return;
    // nothing is decided on a cache that is half full
    stopListening = cluster.onChange(({ object }) => concern(object));
    for (const kind of KINDS) for (const object of cluster.list(kind)) concern(object);
  });
  return {
    ready,
    async stop() {
      stopped = true;
      stopListening();
      await Promise.all([...queues.values()].map((queue) => queue.drain()));
      await keeper.stop();
    },
  };
}

/** Somebody else wrote or deleted first; the next visit sees it. */
function isLostRace(error: unknown): boolean {
  return ['Conflict', 'NotFound', 'AlreadyExists'].some((reason) => ApiError.is(error, reason));
}
