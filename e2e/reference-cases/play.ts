import { dig, type KubeObject } from '../../src/kube/object.ts';
import type { HookAnswer, MetricAnswer, Recording, Scenario, TimelineStep } from '../replay/scenario.ts';
import { Stage } from '../replay/stage.ts';

/** Namespace of every play. */
export const NAMESPACE = 'test';

export interface Play {
  readonly objects: readonly KubeObject[];
  readonly timeline: readonly TimelineStep[];
  readonly flags?: Readonly<Record<string, string>>;
  readonly hooks?: Record<string, HookAnswer>;
  readonly metrics?: readonly MetricAnswer[];
  /** Faults and the like, before anything runs. */
  readonly disturb?: (stage: Stage) => void;
  /** After the timeline, while everything still runs. */
  readonly afterwards?: (stage: Stage) => Promise<void>;
}

/** Every query of a success rate answers with half of the requests failed. */
export const failing: readonly MetricAnswer[] = [['istio_requests_total', 50]];

/**
 * Plays a short story against the controller on the virtual clock.
 * @throws Error when a step of the timeline is never reached: the test failed.
 */
export async function play(story: Play): Promise<Played> {
  const stage = new Stage({
    id: NAMESPACE,
    title: '',
    provider: 'istio',
    ...(story.flags ? { flags: story.flags } : {}),
    ...(story.metrics ? { metrics: story.metrics } : {}),
    ...(story.hooks ? { hooks: story.hooks } : {}),
    timeline: story.timeline,
    manifests: story.objects,
    recording: { status: {}, objects: {}, events: [], webhooks: {}, alerts: [], queries: [] },
  } satisfies Scenario);
  try {
    story.disturb?.(stage);
    const recording = await stage.run();
    if (recording.error !== undefined) throw new Error(recording.error);
    await story.afterwards?.(stage);
    return new Played(stage, recording);
  } finally {
    await stage.close();
  }
}

/** What a play has left: every version of every object, and all that receivers were told. */
export class Played {
  readonly recording: Recording;
  readonly #stage: Stage;

  constructor(stage: Stage, recording: Recording) {
    this.#stage = stage;
    this.recording = recording;
  }

  /** Every version of an object, oldest first, the deleted one left out. */
  versions(kind: string, name: string): readonly KubeObject[] {
    const same = this.#stage.versions.filter(({ object }) => object.kind === kind && object.metadata.name === name);
    return same.filter(({ type }) => type !== 'deleted').map(({ object }) => object);
  }

  /** Index of the first version of any object that is of this kind and name and as asked; -1 without one. */
  firstIndex(kind: string, name: string, is: (object: KubeObject) => boolean): number {
    return this.#stage.versions.findIndex(({ object }) => {
      return object.kind === kind && object.metadata.name === name && is(object);
    });
  }

  last(kind: string, name: string): KubeObject | undefined {
    return this.versions(kind, name).at(-1);
  }

  /** What stands at a path in each version, repeats in a row left out. */
  course(kind: string, name: string, ...path: readonly (string | number)[]): readonly unknown[] {
    return withoutRepeats(this.versions(kind, name).map((object) => dig(object, ...path)));
  }

  /** Phases of a Canary in their order. */
  phases(name = 'shop'): readonly unknown[] {
    return this.course('Canary', name, 'status', 'phase').filter((phase) => phase !== undefined);
  }

  status(name = 'shop'): unknown {
    return dig(this.last('Canary', name), 'status');
  }

  /** Percent for the canary in the routes of the mesh, in their order. */
  weights(): readonly unknown[] {
    return this.course('VirtualService', 'web', 'spec', 'http', 0, 'route', 1, 'weight');
  }

  /** Texts of all events, as event hooks were told them. */
  events(): readonly string[] {
    return this.#stage.mock.events.map((event) => String(dig(event, 'metadata', 'eventMessage')));
  }

  /** Events that hold a text. */
  eventsWith(text: string): readonly string[] {
    return this.events().filter((event) => event.includes(text));
  }

  /** Texts of all alerts. */
  alerts(): readonly string[] {
    return this.#stage.mock.alerts.map((alert) => String(dig(alert, 'body', 'attachments', 0, 'text')));
  }

  /** How often a webhook was called. */
  calls(hook: string): number {
    return this.#stage.mock.calls.filter((call) => call.hook === hook).length;
  }
}

function withoutRepeats(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value, i) => i === 0 || JSON.stringify(value) !== JSON.stringify(values[i - 1]));
}

/** Steps of a timeline. */
export const until = (phase: string, more: Readonly<Record<string, unknown>> = {}): TimelineStep => ({
  wait: { phase, ...more },
});
export const image = (tag: string, kind = 'Deployment', name = 'web'): TimelineStep => ({
  setImage: { kind, name, image: tag },
});
export const patch = (kind: string, name: string, change: Readonly<Record<string, unknown>>): TimelineStep => ({
  patch: { kind, name, patch: change },
});
