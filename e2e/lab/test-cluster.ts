/** A cluster for the scenarios that doesn't know Sluice yet, and has the kinds of its providers. */
export interface TestCluster {
  /** Kubeconfig of an administrator. */
  readonly admin: string;
  /** Path of kubectl. */
  readonly kubectl: string;
  /** Flags with which Sluice is installed there. */
  readonly installFlags: readonly string[];
  /** Leaves it as it was found. */
  leave(): Promise<void>;
}
