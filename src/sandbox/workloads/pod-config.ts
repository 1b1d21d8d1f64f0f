import type { StringMap } from '../../kube/object.ts';
import { imageTag, type PodSpec, tagFault } from './pod-spec.ts';

/** How the process of a pod behaves. */
export interface PodConfig {
  readonly pod: string;
  /** The image tag. */
  readonly version: string;
  /** Share of requests that are answered 500, 0 to 1. */
  readonly errorRate: number;
  /** Added to every answer. */
  readonly latencyMs: number;
  /** After start; never when absent. */
  readonly crashAfterMs: number | undefined;
  /** After start; never when absent. */
  readonly readyAfterMs: number | undefined;
  /** How long a pod that is asked to end still takes requests, so that routers can turn away from it first. */
  readonly drainMs: number;
}

const DRAIN_MS = 150;

/**
 * Reads the behaviour from image tag and environment: `FAULT_ERROR_RATE` (0–1), `FAULT_LATENCY_MS`,
 * `FAULT_CRASH_AFTER_S`, `FAULT_NOT_READY`, `READY_AFTER_MS`, `DRAIN_MS`. What isn't a number counts as not given.
 */
export function podConfig(spec: PodSpec, defaultReadyAfterMs = 0): PodConfig {
  const { env } = spec;
  const crashAfterS = number(env, 'FAULT_CRASH_AFTER_S');
  const neverReady = flag(env, 'FAULT_NOT_READY') || tagFault(spec.image, spec.workload) !== 'none';
  return {
    pod: spec.name,
    version: imageTag(spec.image),
    errorRate: Math.min(number(env, 'FAULT_ERROR_RATE') ?? 0, 1),
    latencyMs: number(env, 'FAULT_LATENCY_MS') ?? 0,
    crashAfterMs: crashAfterS === undefined ? undefined : crashAfterS * 1000,
    readyAfterMs: neverReady ? undefined : (number(env, 'READY_AFTER_MS') ?? defaultReadyAfterMs),
    drainMs: number(env, 'DRAIN_MS') ?? DRAIN_MS,
  };
}

function number(env: StringMap, name: string): number | undefined {
  const text = env[name]?.trim() ?? '';
  const value = Number(text);
  return text === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
}

function flag(env: StringMap, name: string): boolean {
  return !['', '0', 'false', 'no'].includes((env[name] ?? '').trim().toLowerCase());
}
