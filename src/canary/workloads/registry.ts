import type { Workload, WorkloadOptions } from './contract.ts';
import { createDeployments } from './deployment.ts';

/** The kinds of target that can be released; `undefined` for all others. */
export function createWorkloads(options: WorkloadOptions): (kind: string) => Workload | undefined {
  const workloads = new Map<string, Workload>([createDeployments(options)].map((each) => [each.kind, each]));
  return (kind) => workloads.get(kind);
}
