import type { Mesh } from '../../meshes/contract.ts';
import type { Canary, Refusal } from '../api/canary.ts';
import { refusalIn, setGeneral } from '../api/conditions.ts';
import type { Condition, Stage } from '../api/status.ts';
import type { KubeObject } from '../kube/object.ts';
import { toTimestamp } from '../runtime/clock.ts';
import { missingConfigMessage } from './configs.ts';
import { desired, retreat } from './desired.ts';
import type { Observation, Routed, Sight } from './observation.ts';
import { type Answers, answerTo } from './question.ts';
import { canaryReadiness } from './readiness.ts';
import { isRetargeted, revisionOfPrimary } from './remembered.ts';
import { analysing, starting } from './stages/analyse.ts';
import { handBack, rollingBack, stranded } from './stages/fail.ts';
import { creating, takingOver } from './stages/initialise.ts';
import { leaving } from './stages/leave.ts';
import { draining, promoting, returning, skipping } from './stages/promote.ts';
import { asking, idle } from './stages/rest.ts';
import { abortAsked, commanded } from './stages/steer.ts';
import { withTelling } from './telling.ts';
import { event, hold, move, note, type Turn, turnOf, type Verdict, wait } from './turn.ts';
import { type Desired, type RenderOptions, unmet } from './wanted.ts';

/** What `decide` works on: everything but a Canary that isn't there or not yet loaded. */
export type Decidable = Exclude<Sight, { readonly kind: 'gone' | 'loading' }>;

/**
 * The whole policy: what was seen, the time and the answers go in; either questions or the next status, with what to say
 * and when to look again, come out. Pure, so that any decision can be replayed.
 */
export function decide(sight: Decidable, answers: Answers, options: RenderOptions): Verdict {
  const verdict = verdictOn(sight, answers, options);
  const { object, status } = sight.kind === 'scene' ? sight.scene : sight.seen;
  if ('ask' in verdict || verdict.act.status === status) return verdict;
  return { act: { ...verdict.act, ...withTelling(object, verdict.act.status, verdict.act.say) } };
}

function verdictOn(sight: Decidable, answers: Answers, options: RenderOptions): Verdict {
  switch (sight.kind) {
    case 'refused':
      return refuse(sight.seen, sight.refusals);
    case 'blocked':
      return blocked(turnOf(sight.seen, sight.canary, answers), sight, options);
    case 'scene':
      return onScene(turnOf(sight.scene, sight.scene.canary, answers), options);
  }
}

function onScene(turn: Turn, options: RenderOptions): Verdict {
  const { canary, seen } = turn;
  if (canary.deleting) return leaving(turn);
  const first = beforeAll(turn, seen.primary);
  if (first) return first;
  // The old target and its primary are left alone: they go with the Canary, or by hand
  if (isRetargeted(canary, seen.status)) {
    const left = seen.leaves && leave(turn, seen.leaves, options);
    if (left) return left;
    const evidence = { decision: `another target: ${canary.target.kind} ${canary.target.name} is taken in hand` };
    const change = { inherited: seen.primary !== undefined, next: 'waiting for the primary to get ready', evidence };
    return move(turn, { type: 'retargeted' }, change);
  }
  const unknown = configsKnown(turn, options) ?? pastKnown(turn);
  if (unknown) return ('act' in unknown ? abortAsked(turn) : undefined) ?? unknown;
  const wanted = desired(seen, turn.stage, turn.progress, options);
  if (wanted.impossible !== undefined && !urgent(turn)) {
    return wait(turn, { why: wanted.impossible }, [
      event(turn, 'Warning', wanted.impossible, { repeat: 'eachInterval' }),
    ]);
  }
  // Who is stranded may be so for days: that isn't worth a warning each interval
  const deferred = turn.stage === 'stranded' ? undefined : seen.deferred;
  const verdict = withWarning(turn, byStage(turn, wanted), wanted.warning ?? wanted.impossible ?? deferred);
  if ('ask' in verdict || verdict.act.status !== seen.status) return verdict;
  return { act: { ...verdict.act, wanted } };
}

/** What can wait is missing: said beside whatever was decided. */
function withWarning(turn: Turn, verdict: Verdict, warning: string | undefined): Verdict {
  if (warning === undefined || 'ask' in verdict) return verdict;
  const said = event(turn, 'Warning', warning, { repeat: 'eachInterval' });
  return { act: { ...verdict.act, say: [...verdict.act.say, said] } };
}

/** A stage that must go on although a route can't be rendered: its way out is a decision, not a write. */
function urgent(turn: Pick<Turn, 'stage'>): boolean {
  return turn.stage === 'analysing' || turn.stage === 'holding' || turn.stage === 'starting';
}

function byStage(turn: Turn, wanted: Desired): Verdict {
  const steered = commanded(turn);
  if (steered) return steered;
  const met = !unmet(wanted, turn.seen);
  switch (turn.stage) {
    case 'creating':
      return creating(turn, met);
    case 'takingOver':
      return takingOver(turn, met);
    case 'idle':
      return idle(turn);
    case 'asking':
      return asking(turn);
    case 'starting':
      return starting(turn, met);
    case 'analysing':
    case 'holding':
      return analysing(turn, met);
    case 'promoting':
      return promoting(turn, met);
    case 'returning':
      return returning(turn, met);
    case 'draining':
      return draining(turn, met);
    case 'skipping':
      return skipping(turn, met);
    case 'rollingBack':
      return rollingBack(turn, met);
    case 'stranded':
      return stranded(turn);
    case 'leaving':
      return wait(turn, { why: 'being deleted' });
  }
}

/** What comes before any stage: the first status, a refusal that was mended, a pause asked for by the user. */
function beforeAll<Seen extends Observation>(turn: Turn<Seen>, primary: KubeObject | undefined): Verdict | undefined {
  const { status } = turn.seen;
  if (status.phase === undefined) {
    const inherited = primary !== undefined;
    return untouched(note(turn, { inherited, next: 'waiting for the primary to get ready' }));
  }
  if (refusalIn(status)) {
    const paused = Date.parse(status.run?.notBefore ?? '');
    const notBefore = Number.isNaN(paused) ? undefined : paused;
    const { pending = false, held = [] } = status.run ?? {};
    return untouched(note(turn, { notBefore, pending, held, next: 'the spec was mended' }));
  }
  if (!turn.canary.suspend) return undefined;
  const text = 'skipping canary run as object is suspended';
  return hold(turn, 'suspended by spec.suspend', [event(turn, 'Normal', text, { repeat: 'eachInterval' })]);
}

/** Writes the status and leaves the world alone: what it needs isn't known yet. */
function untouched(verdict: Verdict): Verdict {
  return 'act' in verdict ? { act: { ...verdict.act, hold: true } } : verdict;
}

/** What the target before has of the traffic goes to its primary first. */
function leave(turn: Turn<Observation>, { canary, mesh }: Routed, options: RenderOptions): Verdict | undefined {
  const wanted = retreat({ ...turn, canary }, mesh, options);
  if (!unmet(wanted, turn.seen)) return undefined;
  const next = { why: 'taking all traffic back to the primary of the target before' };
  return { act: { status: turn.seen.status, say: [], next, wanted } };
}

function blocked(
  turn: Turn<Observation>,
  { mesh, why, leaves }: Extract<Sight, { readonly kind: 'blocked' }>,
  options: RenderOptions,
): Verdict {
  if (turn.canary.deleting) return hold(turn, 'being deleted');
  const { target, namespace, primaryName: name } = turn.canary;
  const first = beforeAll(turn, turn.seen.live({ ...target, namespace, name }));
  if (first) return first;
  const left = leaves && leave(turn, leaves, options);
  if (left) return left;
  const isLost = turn.seen.live({ ...target, namespace }) === undefined;
  if (isLost && turn.stage === 'stranded' && turn.progress.traffic.canary > 0) return handBack(turn, why);
  return standBack(turn, mesh, why, options);
}

/** What the run measured is gone: all traffic goes to the primary, and it starts over when the canary can be looked after. */
function standBack(turn: Turn<Observation>, mesh: Mesh, why: string, options: RenderOptions): Verdict {
  const said = [event(turn, 'Warning', why, { repeat: 'eachInterval' })];
  const { traffic } = turn.progress;
  if (startsOver.has(turn.stage) && (traffic.canary > 0 || traffic.mirror)) {
    const evidence = { decision: `start over: ${why}` };
    return move(turn, { type: 'revisionChanged' }, { approved: [], next: why, evidence }, said);
  }
  const wanted = leadsBack.has(turn.stage) ? retreat(turn, mesh, options) : undefined;
  if (wanted && unmet(wanted, turn.seen))
    return { act: { status: turn.seen.status, say: said, next: { why }, wanted } };
  return hold(turn, why, said);
}

/** Stages with all traffic on the primary, whose routes may not say so yet. */
const leadsBack: ReadonlySet<Stage> = new Set(['starting', 'rollingBack', 'draining', 'skipping']);
const goesHome: ReadonlySet<Stage> = new Set(['returning', 'draining', 'rollingBack']);
const startsOver: ReadonlySet<Stage> = new Set(['starting', 'analysing', 'holding', 'promoting', 'returning']);

/** Nothing is decided on configs whose content isn't known: it is asked for, or reported as missing. */
function configsKnown(turn: Turn, options: RenderOptions): Verdict | undefined {
  const { configs, mesh, revision, status, primary } = turn.seen;
  // Nothing is made from them any more
  if (goesHome.has(turn.stage) && primary) return undefined;
  const missing = configs.find((config) => !config.exists && !config.optional);
  if (missing) {
    const text = missingConfigMessage(missing, turn.canary.namespace);
    // Pods that run have read theirs; others may never come up
    const serves = revision === status.lastAppliedSpec && canaryReadiness(turn.seen).ready;
    if (!serves) return standBack(turn, mesh, text, options);
    return hold(turn, text, [event(turn, 'Warning', text, { repeat: 'eachInterval' })]);
  }
  const unread = configs
    .filter((config) => config.exists && !config.content)
    .map((config) => ({ kind: 'config', id: `config/${config.key}`, config }) as const);
  const failed = unread.find((question) => answerTo(turn.answers, question)?.error !== undefined);
  if (failed) return hold(turn, `waiting for ${failed.config.key}: ${answerTo(turn.answers, failed)?.error}`);
  // Read already, but at another version than the cache knows: its watch event is on the way
  if (unread.some((question) => turn.answers.has(question.id))) return hold(turn, 'waiting for the cache to catch up');
  return unread.length > 0 ? { ask: unread } : undefined;
}

/** A primary that is missing must not come back with a template that nobody has promoted. */
function pastKnown({ seen }: Turn): Verdict | undefined {
  const revision = revisionOfPrimary(seen.status);
  if (seen.promotedTemplate !== 'unasked' || revision === undefined) return undefined;
  return { ask: [{ kind: 'history', id: 'history', revision }] };
}

/** A spec that can't work: said by condition and event; nothing else is touched. */
function refuse(seen: Observation, refusals: readonly Refusal[]): Verdict {
  const { name, namespace = '' } = seen.object.metadata;
  const message = refusals.map((refusal) => refusal.message).join('; ');
  const reason = refusals[0]?.reason ?? 'InvalidSpec';
  const next = 'waiting for the spec to be mended';
  const present = refusalIn(seen.status);
  const canary = { name, namespace } as Pick<Canary, 'name' | 'namespace'>;
  const payload = { ...canary, phase: seen.status.phase ?? '', checksum: '' };
  const say = [{ kind: 'event', type: 'Warning', message, payload, repeat: 'eachInterval' }] as const;
  if (present?.message === message) {
    return { act: { status: seen.status, say, next: { why: next }, hold: true } };
  }
  const { generation: observedGeneration } = seen.object.metadata;
  const seenAt = observedGeneration === undefined ? {} : { observedGeneration };
  const general: readonly Condition[] = [
    { type: 'Ready', status: 'False', reason, message, ...seenAt },
    { type: 'Stalled', status: 'True', reason, message, ...seenAt },
  ];
  const conditions = setGeneral(seen.status.conditions ?? [], general, toTimestamp(seen.at));
  const status = { ...seen.status, conditions, next: { why: next } };
  return { act: { status, say, next: { why: next }, hold: true } };
}
