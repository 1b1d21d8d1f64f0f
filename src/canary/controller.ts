import type { Logger } from 'pino';
import type { Canary } from '../api/canary.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Change, Cluster } from '../kube/cluster.ts';
import { mergeDiff } from '../kube/compare.ts';
import { ApiError } from '../kube/errors.ts';
import { type JsonObject, type KubeObject, type ObjectRef, refKey, refOf } from '../kube/object.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Queue } from '../runtime/queue.ts';
import { act } from './act.ts';
import type { Asker } from './ask.ts';
import { type Decidable, decide } from './decide.ts';
import { desired } from './desired.ts';
import { digest } from './digest.ts';
import { finalizerPatch } from './finalizer.ts';
import type { Herald } from './herald.ts';
import { Interests } from './interests.ts';
import type { Notice } from './notice.ts';
import type { Observation, Scene } from './observation.ts';
import { canaryKind, listKey, type Observatory, observe } from './observe.ts';
import type { Answers, Question } from './question.ts';
import { Recurring } from './recurring.ts';
import { progressOf, stageOf } from './status.ts';
import { keyOf, Targets } from './targets.ts';
import { Teller } from './teller.ts';
import type { Decision, Wake } from './turn.ts';
import type { Desired, RenderOptions } from './wanted.ts';

/** A status as it was written, and a digest of what the API server kept of it. */
interface Recalled {
  readonly uid: string | undefined;
  readonly kept: string;
  readonly status: CanaryStatus;
}

/** Decisions that one visit may take before others get their turn. */
const DECISIONS_PER_VISIT = 24;
const FALLBACK_INTERVAL_MS = 60_000;
/** A cache that hears late makes one race after the other. */
const RACE_PAUSE_MS = 20;
const LONGEST_RACE_PAUSE_MS = 5_000;

export interface ControllerParts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Logger;
  readonly queue: (
    process: (key: string, signal: AbortSignal) => Promise<{ requeueAfterMs?: number } | undefined>,
  ) => Queue;
  readonly look: Omit<Observatory, 'reader' | 'rivals' | 'recall'>;
  readonly ask: Asker;
  readonly herald: Herald;
  readonly render: RenderOptions;
  readonly namespace?: string;
}

/** Drives every Canary: observe → decide → write status → make it so → say so. */
export class CanaryController {
  readonly #parts: ControllerParts;
  readonly #queue: Queue;
  readonly #interests = new Interests();
  readonly #targets = new Targets();
  readonly #recurring = new Recurring();
  /** Statuses as written, where the API server drops the fields that it doesn't know. */
  readonly #recalled = new Map<string, Recalled>();
  /** Races that each Canary has lost in a row. */
  readonly #races = new Map<string, number>();
  readonly #observatory: Observatory;
  readonly #teller: Teller;
  #stopWatching = () => {};

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#teller = new Teller(parts.cluster, parts.herald);
    this.#queue = parts.queue((key, signal) => this.#visit(key, signal));
    this.#observatory = {
      ...parts.look,
      reader: parts.cluster,
      rivals: (object) => this.#targets.rivals(object),
      recall: (object) => this.#recall(object),
    };
  }

  /** Loads what every Canary needs and begins to work. Resolves when the caches are full. */
  async start(): Promise<void> {
    const { cluster } = this.#parts;
    this.#stopWatching = cluster.onChange((change) => this.#changed(change));
    const state = await cluster.watch(canaryKind);
    if (state === 'notServed') throw new Error('the API server has no canaries.flagger.app; install the CRDs first');
    for (const kind of ['MetricTemplate', 'AlertProvider']) await cluster.watch({ ...canaryKind, kind });
    for (const object of cluster.list(canaryKind)) this.#changed({ type: 'added', object });
  }

  /** Finishes the decisions in hand and stops. */
  async stop(): Promise<void> {
    this.#stopWatching();
    await this.#queue.drain();
    await this.#parts.herald.close();
  }

  #changed({ type, object }: Change): void {
    if (object.kind === canaryKind.kind && object.apiVersion === canaryKind.apiVersion) {
      // A visit may begin within `add`, so the books are right before it
      const rivals = type === 'deleted' ? this.#targets.remove(object) : this.#targets.put(object);
      for (const rival of rivals) this.#queue.add(keyOf(rival));
      this.#parts.herald.count(this.#targets.totals);
      this.#queue.add(keyOf(object));
    }
    if (object.kind === 'CustomResourceDefinition') this.#lookAtAll();
    for (const key of this.#interests.in(refKey(refOf(object)))) this.#queue.add(key);
    for (const key of this.#interests.in(listKey(object, object.metadata.namespace ?? ''))) this.#queue.add(key);
  }

  /** A kind came to be served that some Canaries may wait for. */
  #lookAtAll(): void {
    for (const object of this.#parts.cluster.list(canaryKind)) this.#queue.add(keyOf(object));
  }

  async #visit(key: string, signal: AbortSignal): Promise<{ requeueAfterMs?: number } | undefined> {
    const { clock, herald } = this.#parts;
    let answers: Answers = new Map();
    let begin = clock.now();
    for (let decisions = 0; decisions < DECISIONS_PER_VISIT; ) {
      const { sight, refs } = observe(refFromKey(key), clock.now(), this.#observatory);
      this.#interests.set(key, refs);
      if (sight.kind === 'gone') return this.#forget(key);
      if (sight.kind === 'loading') return this.#load(key, sight.kinds);
      const verdict = decide(sight, answers, this.#parts.render);
      if ('ask' in verdict) {
        if (verdict.ask.every(({ id }) => answers.has(id)))
          throw new Error(`asks the same again: ${idsOf(verdict.ask)}`);
        const more = await this.#parts.ask.all(sight, verdict.ask, signal);
        answers = new Map([...answers, ...more]);
        continue;
      }
      decisions += 1;
      const carried = await this.#carryOut(key, sight, verdict.act, signal);
      if (carried === raced) return { requeueAfterMs: this.#pauseAfterRace(key) };
      this.#races.delete(key);
      if (sight.kind === 'scene' && isTick(sight.scene, verdict.act)) {
        herald.took(sight.scene.canary, (clock.now() - begin) / 1000);
      }
      if (!carried.again) return carried.wake;
      answers = new Map();
      begin = clock.now();
    }
    return { requeueAfterMs: 0 };
  }

  /** Intent first: the status is written before the world is changed, and what was decided is said last. */
  async #carryOut(
    key: string,
    sight: Decidable,
    verdict: Decision,
    signal: AbortSignal,
  ): Promise<{ again: boolean; wake?: { requeueAfterMs?: number } | undefined }> {
    const seen = seenIn(sight);
    await this.#teller.catchUp(key, seen, canaryIn(sight), signal);
    const decision = { ...verdict, status: this.#teller.withArrears(verdict.status, seen) };
    if (sight.kind === 'scene') this.#parts.herald.measured(sight.scene.canary, decision.say);
    const decided = decision.status !== seen.status;
    if (decided && !(await this.#writeStatus(seen.object, seen.status, decision.status, signal))) return raced;
    if (sight.kind === 'scene' && decided) this.#log(sight.scene, decision);
    // A status that was just written made what was seen old: the finalizer has its turn at the next look
    const finalizer = decided ? undefined : finalizerPatch(sight);
    if (finalizer && !(await this.#patchFinalizer(seen.object, finalizer, signal))) return raced;
    const made = decision.hold ? idleWorld : await this.#makeItSo(sight, decision, signal);
    const wake = this.#say(key, sight, decision, made.refusal);
    if (made.raced) return raced;
    return { again: decided || made.moved || finalizer !== undefined, wake };
  }

  async #makeItSo(sight: Decidable, decision: Decision, signal: AbortSignal): Promise<Made> {
    const wanted = decision.wanted ?? (sight.kind === 'scene' ? this.#wantedAfter(sight.scene, decision) : undefined);
    if (!wanted) return idleWorld;
    const acted = await act(wanted, this.#parts.cluster, this.#parts.look.written, signal);
    if (acted.kind === 'conflict') return { ...idleWorld, raced: true };
    if (acted.kind === 'refused') return { ...idleWorld, refusal: acted.message };
    return { ...idleWorld, moved: acted.writes.length > 0 };
  }

  #wantedAfter(scene: Scene, { status }: Decision): Desired {
    return desired({ ...scene, status }, stageOf(status), progressOf(status), this.#parts.render);
  }

  #say(
    key: string,
    sight: Decidable,
    decision: Decision,
    refusal: string | undefined,
  ): { requeueAfterMs?: number } | undefined {
    const { object, status } = seenIn(sight);
    const canary = canaryIn(sight);
    const now = this.#parts.clock.now();
    const notices = refusal === undefined ? decision.say : [...decision.say, refusalNotice(object, status, refusal)];
    const interval = canary?.analysis.intervalMs ?? FALLBACK_INTERVAL_MS;
    const { say, dueAt } = this.#recurring.pick(key, notices, now, interval);
    this.#parts.herald.say(object, canary, decision.status, say);
    this.#teller.said(key, status, decision.status);
    return wakeAt(now, decision.next, dueAt);
  }

  async #writeStatus(
    object: KubeObject,
    before: CanaryStatus,
    after: CanaryStatus,
    signal: AbortSignal,
  ): Promise<boolean> {
    const stored = (object['status'] ?? {}) as JsonObject;
    const diff = mergeDiff(stored, after) ?? (before === after ? undefined : {});
    const patch = { metadata: { resourceVersion: object.metadata.resourceVersion }, status: diff } as JsonObject;
    try {
      const answer = await this.#parts.cluster.patch(refOf(object), patch, { subresource: 'status', signal });
      this.#remember(answer, after);
      return true;
    } catch (error) {
      if (ApiError.is(error, 'Conflict') || ApiError.is(error, 'NotFound')) return false;
      throw error;
    }
  }

  /** False when someone else wrote at the same time. */
  async #patchFinalizer(object: KubeObject, patch: JsonObject, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#parts.cluster.patch(refOf(object), patch, { signal });
      return true;
    } catch (error) {
      if (ApiError.is(error, 'Conflict') || ApiError.is(error, 'NotFound')) return false;
      throw error;
    }
  }

  #remember(answer: KubeObject, status: CanaryStatus): void {
    const key = keyOf(answer);
    const kept = answer['status'] as CanaryStatus | undefined;
    if (kept?.run) this.#recalled.delete(key);
    else this.#recalled.set(key, { uid: answer.metadata.uid, kept: digest(kept), status });
  }

  #recall(object: KubeObject): CanaryStatus | undefined {
    const recalled = this.#recalled.get(keyOf(object));
    if (recalled?.uid !== object.metadata.uid || recalled?.kept !== digest(object['status'])) return undefined;
    return recalled?.status;
  }

  #pauseAfterRace(key: string): number {
    const races = this.#races.get(key) ?? 0;
    this.#races.set(key, races + 1);
    return Math.min(RACE_PAUSE_MS * 2 ** races, LONGEST_RACE_PAUSE_MS);
  }

  #load(key: string, kinds: readonly { apiVersion: string; kind: string }[]): undefined {
    const { cluster } = this.#parts;
    const loads = kinds.map((kind) => cluster.watch(kind, { metadataOnly: metadataOnly.has(kind.kind) }));
    void Promise.all(loads).then(() => this.#queue.add(key));
  }

  #forget(key: string): undefined {
    this.#interests.delete(key);
    this.#recurring.delete(key);
    this.#teller.forget(key);
    this.#recalled.delete(key);
    this.#races.delete(key);
    this.#parts.herald.forget(key);
  }

  #log(scene: Scene, decision: Decision): void {
    const { run, evidence, phase } = decision.status;
    const last = evidence?.at(-1);
    this.#parts.log.info(
      {
        canary: `${scene.canary.name}.${scene.canary.namespace}`,
        phase,
        stage: run?.stage,
        revision: scene.revision,
        step: run && `${run.step}/${run.steps}`,
        next: decision.next.why,
      },
      last?.time === decision.status.lastTransitionTime ? last?.decision : `stage ${run?.stage}`,
    );
  }
}

function idsOf(questions: readonly Question[]): string {
  return questions.map(({ id }) => id).join(', ');
}

function seenIn(sight: Decidable): Observation {
  return sight.kind === 'scene' ? sight.scene : sight.seen;
}

function canaryIn(sight: Decidable): Canary | undefined {
  return sight.kind === 'scene' ? sight.scene.canary : sight.kind === 'blocked' ? sight.canary : undefined;
}

/** Someone else wrote at the same time: the cache needs a moment to hear of it. */
const raced = { again: false } as const;

/** Whether a decision was a step of an analysis, or the refusal of one. */
function isTick({ status: before }: Scene, { status }: Decision): boolean {
  const stage = before.run?.stage;
  return (stage === 'analysing' || stage === 'holding') && status !== before;
}

/** What came of making the world so. */
interface Made {
  readonly moved: boolean;
  readonly raced: boolean;
  /** Why the API server refused a write, in words for an event. */
  readonly refusal: string | undefined;
}

const idleWorld: Made = { moved: false, raced: false, refusal: undefined };

/** Their content is read only when a Canary tracks them. */
const metadataOnly = new Set(['ConfigMap', 'Secret']);

function wakeAt(now: number, next: Wake, dueAt: number | undefined): { requeueAfterMs?: number } | undefined {
  const times = [next.at, dueAt].filter((time) => time !== undefined);
  return times.length > 0 ? { requeueAfterMs: Math.max(Math.min(...times) - now, 0) } : undefined;
}

function refusalNotice(object: KubeObject, status: CanaryStatus, message: string): Notice {
  const { name, namespace = '' } = object.metadata;
  const payload = { name, namespace, phase: status.phase ?? '', checksum: '' };
  return { kind: 'event', type: 'Warning', message, payload, repeat: 'eachInterval' };
}

function refFromKey(key: string): ObjectRef {
  const slash = key.indexOf('/');
  return { ...canaryKind, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
