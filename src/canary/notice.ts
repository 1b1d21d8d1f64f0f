import type { CalledHook } from '../api/canary.ts';
import type { Alert, Severity } from '../notify/contract.ts';
import type { HookPayload } from './question.ts';

/** An Event of the Canary, which event hooks are told too. */
export interface EventNotice {
  readonly kind: 'event';
  readonly type: 'Normal' | 'Warning';
  readonly message: string;
  /** What event hooks are told about the Canary. */
  readonly payload: HookPayload;
  /**
   * `once`: belongs to one decision. `eachInterval`: a state that lasts; said again while it does, once per interval.
   * `afterInterval`: likewise, but not before it has lasted for one interval, so that passing states stay quiet.
   */
  readonly repeat: 'once' | 'eachInterval' | 'afterInterval';
  /** Name that the Event gets; any when absent. */
  readonly receipt?: string;
}

/** Post-rollout hooks, called in order; each result becomes an Event. */
export interface HooksNotice {
  readonly kind: 'hooks';
  readonly hooks: readonly CalledHook[];
  readonly payload: HookPayload;
  /** Name of the Event that gets the result of one of the hooks; any when absent. */
  readonly receiptOf?: (hook: CalledHook) => string;
}

/** Something to be said because of a decision: an event, an alert, a hook that only informs, a measurement. */
export type Notice =
  | EventNotice
  | HooksNotice
  | {
      readonly kind: 'alert';
      readonly severity: Severity;
      readonly text: string;
      /** Add what the alert is about: target, thresholds, traffic routing. */
      readonly withFields: boolean;
      /** What it rests on, behind these. */
      readonly details: Alert['fields'];
      /** Name of the Event that is annotated when it was delivered. */
      readonly receipt?: string;
    }
  /** A measured value for the controller's own metrics. */
  | { readonly kind: 'measured'; readonly metric: string; readonly value: number }
  /** The end of a run. */
  | {
      readonly kind: 'finished';
      readonly outcome: 'succeeded' | 'failed';
      readonly how: 'completed' | 'skipped';
      /** Name of an Event of the same decision. */
      readonly receipt?: string;
    };
