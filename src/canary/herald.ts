import type { Logger } from 'pino';
import { type CalledHook, type Canary, isCalled } from '../api/canary.ts';
import { parseAlertProvider } from '../api/parse-alert-provider.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { EventRecorder } from '../kube/events.ts';
import type { KubeObject } from '../kube/object.ts';
import { secretValues } from '../kube/secret.ts';
import type { Alert, DestinationSpec } from '../notify/contract.ts';
import { notifier } from '../notify/registry.ts';
import { isWanted } from '../notify/severity.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Http } from '../runtime/http.ts';
import type { ControllerMetrics } from '../runtime/metrics.ts';
import { alertFields } from './alert-fields.ts';
import { callHook, eventPayload, globalEventHook } from './analysis/hooks.ts';
import type { EventNotice, HooksNotice, Notice } from './notice.ts';
import type { HookPayload } from './question.ts';
import { delivered } from './telling.ts';
import { subject } from './turn.ts';

export interface HeraldParts {
  readonly cluster: Pick<Cluster, 'get' | 'read'>;
  readonly events: EventRecorder;
  readonly http: Http;
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
  readonly log: Logger;
  /** Receiver of events of Canaries without event hooks; empty = none. */
  readonly eventWebhook: string;
  /** Receiver of alerts of Canaries that name none. */
  readonly destination: DestinationSpec | undefined;
  readonly clusterName: string;
}

/** Phases in which nothing has been sent to a canary yet, or nothing is any more. */
const noTraffic: ReadonlySet<string> = new Set(['Initialized', 'Waiting', 'Terminating']);

/** Notices that may wait for a slow receiver, per Canary; the oldest are kept. */
const OUTBOX_LIMIT = 200;

interface Outbox {
  waiting: number;
  tail: Promise<void>;
}

/**
 * Says what was decided: Kubernetes Events, event hooks, alerts, the controller's own metrics. In order per Canary, in the
 * background: a slow receiver delays what is said, never what is done.
 */
export class Herald {
  readonly #parts: HeraldParts;
  readonly #outboxes = new Map<string, Outbox>();

  constructor(parts: HeraldParts) {
    this.#parts = parts;
  }

  say(object: KubeObject, canary: Canary | undefined, status: CanaryStatus, notices: readonly Notice[]): void {
    if (canary) this.#gauge(canary, status);
    let behind = false;
    for (const notice of notices) {
      // What is said after hooks waits for their answers, as far as somebody may compare the order
      if (behind && notice.kind === 'event') this.#queue(object, async () => this.#take(object, canary, notice));
      else this.#take(object, canary, notice);
      behind ||= notice.kind === 'hooks';
    }
    this.#confirm(object, notices);
  }

  /** Alerts leave no trace of their own: the Event that is said with them tells when they were delivered or given up. */
  #confirm(object: KubeObject, notices: readonly Notice[]): void {
    const receipts = notices.flatMap((notice) => (notice.kind === 'alert' ? (notice.receipt ?? []) : []));
    for (const receipt of new Set(receipts)) {
      this.#queue(object, async () => this.#parts.events.annotate(object, receipt, delivered));
    }
  }

  /** Whether something of a Canary is still on its way. */
  isBehind(object: KubeObject): boolean {
    return (this.#outboxes.get(keyIn(object))?.waiting ?? 0) > 0 || this.#parts.events.isBehind(object);
  }

  /** What was measured is true, whatever becomes of the decision that rests on it. */
  measured({ target, namespace }: Canary, notices: readonly Notice[]): void {
    for (const notice of notices) {
      if (notice.kind === 'measured') {
        this.#parts.metrics.setMetric(target.name, namespace, notice.metric, notice.value);
      }
    }
  }

  /** How long it took to measure, decide and write one step of an analysis. */
  took({ target, namespace }: Canary, seconds: number): void {
    this.#parts.metrics.observeDuration(target.name, namespace, seconds);
  }

  count(totals: ReadonlyMap<string, number>): void {
    for (const [namespace, canaries] of totals) this.#parts.metrics.setTotal(namespace, canaries);
  }

  forget(key: string): void {
    if (this.#outboxes.get(key)?.waiting === 0) this.#outboxes.delete(key);
  }

  /** Resolves when everything was said. */
  async close(): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.tail));
    await this.#parts.events.flush();
  }

  /** Nothing is left to be said. */
  idle(): boolean {
    return [...this.#outboxes.values()].every((outbox) => outbox.waiting === 0);
  }

  #take(object: KubeObject, canary: Canary | undefined, notice: Notice): void {
    const { metrics } = this.#parts;
    switch (notice.kind) {
      case 'measured':
        return;
      case 'finished':
        if (canary) {
          metrics.countRun(canary.target.name, canary.namespace, notice.outcome, canary.strategy, notice.how);
        }
        return;
      case 'event':
        this.#event(object, canary, notice);
        return;
      case 'alert':
        if (canary) this.#queue(object, () => this.#alert(canary, notice));
        return;
      case 'hooks':
        if (canary) this.#queue(object, () => this.#tell(object, canary, notice));
        return;
    }
  }

  #event(object: KubeObject, canary: Canary | undefined, notice: Omit<EventNotice, 'kind' | 'repeat'>): void {
    const { type, message, payload, receipt } = notice;
    const { log, events } = this.#parts;
    const line = { canary: `${payload.name}.${payload.namespace}` };
    if (type === 'Warning') log.warn(line, message);
    else log.info(line, message);
    events.record(object, type, message, receipt);
    const own = canary?.analysis.hooks.filter(({ type: when }) => when === 'event').filter(isCalled) ?? [];
    const global = this.#parts.eventWebhook === '' ? [] : [globalEventHook(this.#parts.eventWebhook)];
    for (const hook of own.length > 0 ? own : global) {
      this.#queue(object, () => this.#callEventHook(hook, type, message, payload));
    }
  }

  async #callEventHook(
    hook: CalledHook,
    type: 'Normal' | 'Warning',
    message: string,
    payload: HookPayload,
  ): Promise<void> {
    const body = eventPayload(payload, { type, message }, hook, this.#parts.clock.now());
    const result = await callHook(hook, body, this.#parts);
    if (!result.ok) {
      const line = { canary: `${payload.name}.${payload.namespace}`, hook: hook.name };
      this.#parts.log.error(line, `event hook failed: ${result.error}`);
    }
  }

  /** Post-rollout hooks, in order: one that fails keeps no other from being told. */
  async #tell(object: KubeObject, canary: Canary, { hooks, payload, receiptOf }: HooksNotice): Promise<void> {
    for (const hook of hooks) {
      const body = Object.keys(hook.metadata).length > 0 ? { ...payload, metadata: hook.metadata } : payload;
      const result = await callHook(hook, body, this.#parts);
      const message = result.ok
        ? `Post-rollout check ${hook.name} passed`
        : `Post-rollout hook ${hook.name} failed ${result.error}`;
      const receipt = receiptOf && { receipt: receiptOf(hook) };
      this.#event(object, canary, { type: result.ok ? 'Normal' : 'Warning', message, payload, ...receipt });
    }
  }

  async #alert(canary: Canary, notice: Extract<Notice, { kind: 'alert' }>): Promise<void> {
    const fields = [...alertFields(canary, this.#parts.clusterName, notice.withFields), ...notice.details];
    const alert: Alert = { subject: subject(canary), text: notice.text, severity: notice.severity, fields };
    for (const spec of await this.#destinations(canary, alert)) {
      try {
        await notifier(spec, this.#parts).send(alert);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#parts.log.error({ canary: alert.subject }, `alert was not delivered: ${why}`);
      }
    }
  }

  async #destinations(canary: Canary, alert: Alert): Promise<readonly DestinationSpec[]> {
    if (canary.analysis.alerts.length === 0) return this.#parts.destination ? [this.#parts.destination] : [];
    const wanted = canary.analysis.alerts.filter((each) => isWanted(alert.severity, each.severity));
    const found = await Promise.all(
      wanted.map(({ providerRef }) =>
        this.#destination(canary, providerRef).catch((error: unknown) => {
          return this.#unreachable(canary, providerRef, error instanceof Error ? error.message : String(error));
        }),
      ),
    );
    return found.filter((spec) => spec !== undefined);
  }

  async #destination(
    canary: Canary,
    { name, namespace }: { name: string; namespace: string },
  ): Promise<DestinationSpec | undefined> {
    const complain = (why: string) => this.#unreachable(canary, { name, namespace }, why);
    const { cluster } = this.#parts;
    const object = cluster.get({ apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider', namespace, name });
    if (!object) return complain('it does not exist');
    const parsed = parseAlertProvider(object);
    if (!parsed.ok) return complain(parsed.refusals.map((each) => each.message).join('; '));
    const { type, channel, username, proxy, secretName } = parsed.value;
    let { address } = parsed.value;
    let token: string | undefined;
    if (secretName !== undefined) {
      const secret = await cluster.read({ apiVersion: 'v1', kind: 'Secret', namespace, name: secretName });
      if (!secret) return complain(`secret ${secretName} does not exist`);
      const values = secretValues(secret);
      address = values['address'];
      token = values['token'];
      if (!address) return complain(`secret ${secretName} has no key "address"`);
    }
    return address === undefined ? undefined : { type, address, channel, username, proxy, token };
  }

  /** One provider that fails keeps no other from being told. */
  #unreachable(canary: Canary, { name, namespace }: { name: string; namespace: string }, why: string): undefined {
    this.#parts.log.error({ canary: subject(canary) }, `alert provider ${name}.${namespace} error: ${why}`);
  }

  #queue(object: KubeObject, deliver: () => Promise<void>): void {
    const key = keyIn(object);
    const outbox = this.#outboxes.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    this.#outboxes.set(key, outbox);
    if (outbox.waiting >= OUTBOX_LIMIT) {
      this.#parts.log.error({ canary: key }, 'a receiver is too slow: a notice was dropped');
      return;
    }
    outbox.waiting += 1;
    outbox.tail = outbox.tail
      .then(deliver)
      .catch((error: unknown) => this.#parts.log.error({ canary: key, err: error }, 'a notice was not delivered'))
      .finally(() => {
        outbox.waiting -= 1;
      });
  }

  #gauge(canary: Canary, status: CanaryStatus): void {
    const { metrics } = this.#parts;
    const { phase, run } = status;
    if (phase === undefined || phase === 'Initializing') return;
    const value = phase === 'Progressing' ? 0 : phase === 'Failed' ? 2 : 1;
    metrics.setStatus(canary.target.name, canary.namespace, value);
    if (!run || noTraffic.has(phase)) return;
    const { canary: weight } = run.traffic;
    metrics.setWeights(canary.target.name, canary.namespace, 100 - weight, weight);
  }
}

function keyIn({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
