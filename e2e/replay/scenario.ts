import { readdirSync, readFileSync } from 'node:fs';
import { parseManifests } from '../../src/api/manifest.ts';
import type { KubeObject } from '../../src/kube/object.ts';

export type MetricAnswer = readonly [
  pattern: string,
  value: number | string | { readonly status: number; readonly body?: string },
];

export interface HookAnswer {
  status?: number;
  body?: string;
  delay?: number;
  sequence?: HookAnswer[];
}

export type TimelineStep = Readonly<Record<string, unknown>>;

/** A recorded release: what was there, what was done, and what the reference controller did. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly flags?: Readonly<Record<string, string>>;
  readonly metrics?: readonly MetricAnswer[];
  readonly hooks?: Record<string, HookAnswer>;
  readonly http?: readonly (readonly [string, number, unknown])[];
  readonly timeline: readonly TimelineStep[];
  readonly manifests: readonly KubeObject[];
  readonly recording: Recording;
}

export interface Version {
  readonly op: string;
  readonly object?: Record<string, unknown>;
}

export interface Recording {
  readonly error?: string;
  readonly status: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  readonly objects: Readonly<Record<string, readonly Version[]>>;
  readonly events: readonly { readonly type: string; readonly message: string }[];
  readonly webhooks: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  readonly alerts: readonly Record<string, unknown>[];
  readonly queries: readonly Record<string, unknown>[];
  readonly metrics?: Readonly<Record<string, number>>;
  readonly afterDeletion?: unknown;
}

const folder = new URL('./testdata/', import.meta.url);

export function scenarioIds(): string[] {
  return readdirSync(folder).sort();
}

export function loadScenario(id: string): Scenario {
  const text = (file: string) => readFileSync(new URL(`${id}/${file}`, folder), 'utf8');
  return {
    ...(JSON.parse(text('scenario.json')) as Omit<Scenario, 'manifests' | 'recording'>),
    manifests: parseManifests(text('manifests.yaml')),
    recording: JSON.parse(text('recording.json')) as Recording,
  };
}
