import type { Canary } from '../../api/canary.ts';
import type { RoutedTarget, Workload, WorkloadOptions } from './contract.ts';
import { createDaemonSets } from './daemonset.ts';
import { createDeployments } from './deployment.ts';
import { knative } from './knative.ts';
import { createServices } from './service.ts';
import { createStatefulSets } from './statefulset.ts';

/** The kinds of target whose pods are copied; `undefined` for all others. */
export function createWorkloads(options: WorkloadOptions): (kind: string) => Workload | undefined {
  const all = [createDeployments(options), createDaemonSets(options), createStatefulSets(options)];
  const workloads = new Map<string, Workload>(all.map((each) => [each.kind, each]));
  return (kind) => workloads.get(kind);
}

/** The kinds of target to which routes lead by itself; `undefined` for all others. Two of them are called `Service`. */
export function createRoutedTargets(options: WorkloadOptions): (target: Canary['target']) => RoutedTarget | undefined {
  const all = [createServices(options), knative];
  return ({ apiVersion, kind }) => all.find((each) => each.apiVersion === apiVersion && each.kind === kind);
}
