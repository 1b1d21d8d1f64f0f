import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { loadScenario } from '../replay/scenario.ts';

/** Which moment of which recording. */
export interface Moment {
  /** Folder of `e2e/replay/testdata`. */
  readonly recording: string;
  /** Everything up to this write of the recording has happened, nothing after it; as numbered by its `seq`. */
  readonly write: number;
}

/** Where the copy of a recording stands. */
export interface Place {
  /** Takes the place of the recorded workload's name everywhere, so that many recordings fit into one namespace. */
  readonly name: string;
  readonly namespace: string;
  /** Of the receivers; each copy has hooks of its own, `<name>-<hook>`. */
  readonly url: string;
}

/** What the reference controller left in the cluster when it was stopped. */
export interface LeftBehind {
  readonly canary: KubeObject;
  /** Status of the Canary; `undefined` when none had been written yet. */
  readonly status: JsonObject | undefined;
  /** Everything else, owner references without uid. */
  readonly objects: readonly KubeObject[];
}

interface Written {
  readonly seq: number;
  readonly op?: string;
  readonly object?: KubeObject;
}

const RECORDED_NAME = 'podinfo';

/**
 * The world as the reference controller left it at a moment of a recording: each object in its last version until then,
 * with the analysis at one second per step. Hashes have the shape that the reference gives them.
 */
export function leftBehind({ recording, write }: Moment, place: Place): LeftBehind {
  const { recording: recorded } = loadScenario(recording);
  const until = <Item>(versions: readonly unknown[]) =>
    (versions as (Item & Written)[]).filter((version) => version.seq <= write).at(-1);
  const moved = <Value>(value: Value): Value => {
    const text = JSON.stringify(value)
      .replaceAll('{{MOCK}}/hook/', `${place.url}/hook/${place.name}-`)
      .replaceAll(RECORDED_NAME, place.name)
      .replaceAll(recording, place.namespace)
      .replaceAll(/revision-(\d+)/g, (_, number: string) => foreignHash(Number(number)));
    return JSON.parse(text) as Value;
  };
  const objects = Object.values(recorded.objects).flatMap((versions) => {
    const last = until<Written>(versions);
    return last?.object && last.op !== 'delete' ? [moved(last.object)] : [];
  });
  const canary = objects.find((object) => object.kind === 'Canary');
  if (!canary) throw new Error(`${recording} has no Canary at write ${write}`);
  const status = until<JsonObject>(recorded.status[RECORDED_NAME] ?? []);
  return {
    canary: quickened(canary),
    status: status && timed(moved(status)),
    objects: objects.filter((object) => object !== canary),
  };
}

/** The reference's hashes are decimals whose digits became letters and digits of its own; nobody else can compute them. */
export function foreignHash(number: number): string {
  return `6b8f9${'456789bcdf'.charAt(number % 10)}7d5c`;
}

function quickened(canary: KubeObject): KubeObject {
  const { deleting: _, ...metadata } = canary.metadata as KubeObject['metadata'] & { deleting?: boolean };
  const spec = canary['spec'] as JsonObject;
  const analysis = dig(spec, 'analysis') as JsonObject;
  return { ...canary, metadata, spec: { ...spec, analysis: { ...analysis, interval: '1s' } } };
}

/** Recordings leave out the times; the reference stopped a moment ago. */
function timed({ seq: _, ...status }: JsonObject): JsonObject {
  const time = new Date(Date.now() - 5_000).toISOString().replace(/\.\d+/, '');
  const conditions = (status['conditions'] ?? []) as JsonObject[];
  return {
    ...status,
    lastTransitionTime: time,
    conditions: conditions.map((each) => ({ ...each, lastUpdateTime: time, lastTransitionTime: time })),
  };
}
