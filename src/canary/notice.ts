import type { CalledHook } from '../api/canary.ts';
import type { Alert, Severity } from '../notify/contract.ts';
import type { HookPayload } from './question.ts';

/** Something to be said because of a decision: an event, an alert, a hook that only informs, a measurement. */
export type Notice =
  | {
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
    }
  | {
      readonly kind: 'alert';
      readonly severity: Severity;
      readonly text: string;
      /** Add what the alert is about: target, thresholds, traffic routing. */
      readonly withFields: boolean;
      /** What it rests on, behind these. */
      readonly details: Alert['fields'];
    }
  /** Post-rollout hooks, called in order until one fails; each result becomes an event. */
  | { readonly kind: 'hooks'; readonly hooks: readonly CalledHook[]; readonly payload: HookPayload }
  /** A measured value for the controller's own metrics. */
  | { readonly kind: 'measured'; readonly metric: string; readonly value: number }
  /** The end of a run. */
  | { readonly kind: 'finished'; readonly outcome: 'succeeded' | 'failed'; readonly how: 'completed' | 'skipped' };
