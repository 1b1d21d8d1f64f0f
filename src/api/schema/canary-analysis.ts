import Type from 'typebox';
import { hookTypes } from '../canary.ts';
import { AnalysisMatch } from './http-match.ts';
import { DurationText, Enum, has, StrMap } from './structural.ts';

/** `spec.analysis` of a Canary: how traffic moves and what decides. */

const optional = Type.Optional;
const text = optional(Type.String());
const flag = optional(Type.Boolean());
const number = (description: string) => optional(Type.Number({ description }));

const Metric = Type.Object({
  name: Type.String({ description: 'request-success-rate and request-duration are built in.' }),
  interval: optional(DurationText({ description: 'Window of the query; 1m when absent.' })),
  threshold: number('Deprecated: use thresholdRange.'),
  thresholdRange: optional(Type.Object({ min: optional(Type.Number()), max: optional(Type.Number()) })),
  query: optional(Type.String({ description: 'Deprecated: PromQL; use templateRef.' })),
  templateRef: optional(
    Type.Object({ name: Type.String(), namespace: text }, { description: 'The MetricTemplate that holds the query.' }),
  ),
  templateVariables: optional(StrMap()),
});

const Webhook = Type.Object({
  name: Type.String(),
  type: optional(Enum(['', ...hookTypes], { description: 'When the hook is called; rollout when absent.' })),
  url: Type.String({ format: 'url' }),
  timeout: optional(DurationText({ description: 'Time limit of one attempt; 10s when absent.' })),
  retries: number('Attempts after the first one.'),
  disableTLS: flag,
  muteAlert: flag,
  metadata: optional(StrMap()),
});

const Alert = Type.Object({
  name: Type.String(),
  severity: optional(Enum(['', 'info', 'warn', 'error'], { description: 'Least severity to send; info when absent.' })),
  providerRef: Type.Object({ name: Type.String(), namespace: text }, { description: 'The AlertProvider to send to.' }),
});

const SessionAffinity = Type.Object({
  cookieName: Type.String(),
  primaryCookieName: text,
  maxAge: optional(Type.Number({ default: 86400, description: 'Seconds.' })),
  domain: text,
  path: text,
  httpOnly: flag,
  partitioned: flag,
  secure: flag,
  sameSite: optional(Enum(['Strict', 'Lax', 'None'])),
});

export const AnalysisSpec = Type.Object(
  {
    interval: optional(DurationText({ description: 'Time between two steps, at least 10s.' })),
    threshold: number('Failed checks after which the release is rolled back.'),
    iterations: number('Checks of a Blue/Green or A/B release; instead of stepWeight and stepWeights.'),
    stepWeight: number('Percent of traffic that each step adds.'),
    stepWeights: optional(Type.Array(Type.Number(), { description: 'Percent of traffic at each step, ascending.' })),
    maxWeight: number('Percent of traffic at which promotion starts; 100 when absent.'),
    stepWeightPromotion: number('Percent by which traffic returns to the primary; all at once when absent.'),
    mirror: optional(Type.Boolean({ description: 'Send a copy of requests to the canary first.' })),
    mirrorWeight: number('Istio: percent of requests to copy.'),
    primaryReadyThreshold: number('Percent of pods that must be available; 100 when absent.'),
    canaryReadyThreshold: number('Percent of pods that must be available; 100 when absent.'),
    match: optional(Type.Array(AnalysisMatch, { description: 'A/B: requests that go to the canary.' })),
    metrics: optional(Type.Array(Metric)),
    webhooks: optional(Type.Array(Webhook)),
    alerts: optional(Type.Array(Alert)),
    sessionAffinity: optional(SessionAffinity),
  },
  {
    oneOf: [
      has('interval', 'threshold', 'iterations'),
      has('interval', 'threshold', 'stepWeight'),
      has('interval', 'threshold', 'stepWeights'),
    ],
  },
);
