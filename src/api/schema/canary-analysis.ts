import Type from 'typebox';
import { hookTypes, noDataPolicies } from '../canary.ts';
import { AnalysisMatch } from './http-match.ts';
import { DurationText, Enum, has, StrMap } from './structural.ts';

/** `spec.analysis` of a Canary: how traffic moves and what decides. */

const optional = Type.Optional;
const text = (description: string) => optional(Type.String({ description }));
const flag = (description: string) => optional(Type.Boolean({ description }));
const number = (description: string) => optional(Type.Number({ description }));
const count = (description: string) => optional(Type.Integer({ minimum: 0, description }));

function Reference(kind: string, description: string) {
  return Type.Object(
    {
      name: Type.String({ description: `Name of the ${kind}.` }),
      namespace: text(`Namespace of the ${kind}; that of the Canary when absent.`),
    },
    { description },
  );
}

const Metric = Type.Object({
  name: Type.String({ description: 'Name of the check; request-success-rate and request-duration are built in.' }),
  interval: optional(DurationText({ description: 'Window of the query; 1m when absent.' })),
  threshold: number('Deprecated, use thresholdRange: the least success rate, or else the most of the measured number.'),
  thresholdRange: optional(
    Type.Object(
      { min: number('The least that passes.'), max: number('The most that passes.') },
      { description: 'Between which bounds the measured number passes.' },
    ),
  ),
  query: optional(Type.String({ description: 'Deprecated: PromQL; use templateRef.' })),
  templateRef: optional(Reference('MetricTemplate', 'The MetricTemplate that holds the query.')),
  templateVariables: optional(StrMap({ description: 'Values for the template, as `{{ variables.name }}`.' })),
  noData: optional(
    Enum(noDataPolicies, {
      description:
        'What no data does to a step. fail: it is a failed check. wait: the step is tried again in one interval, without a ' +
        'failed check, until progressDeadlineSeconds have passed; from then on it fails. pass: it is a check that passed. ' +
        'skip: the other checks decide; while none of them passes, the step waits as with wait; fail when absent.',
    }),
  ),
  minSamples: count(
    'Fewer samples in the window than this are no data. For built-in metrics they are requests, which takes a query of its ' +
      'own; for templates of Datadog and Graphite they are points. Where they can not be counted, an event says so and the ' +
      'value counts; 0 when absent.',
  ),
  critical: flag(
    'A single value outside the bounds ends the run at once. No data and failed queries do not; false when absent.',
  ),
  dryRun: flag('Measure and tell, without any influence on the run; false when absent.'),
  failureLimit: count(
    'Failed checks of this metric that a run may have, as in Argo Rollouts: one more ends it. They count towards the ' +
      'threshold of the analysis as well. Failed queries do not count here; without limit when absent.',
  ),
  consecutiveFailureLimit: count(
    'Failed checks of this metric in a row that a run may have: one more ends it. A check that passes starts the count over; ' +
      'without limit when absent.',
  ),
  consecutiveErrorLimit: count(
    'Failed queries of this metric in a row that a run may have, as in Argo Rollouts: one more ends it. An answer starts the ' +
      'count over; without limit when absent.',
  ),
});

const Webhook = Type.Object({
  name: Type.String({ description: 'Name of the hook, for events and status.' }),
  type: optional(Enum(['', ...hookTypes], { description: 'When the hook is called; rollout when absent.' })),
  url: optional(
    Type.String({
      format: 'url',
      description: 'Address to post to. Without it a confirm- hook is a gate that `sluice gate` opens and closes.',
    }),
  ),
  timeout: optional(DurationText({ description: 'Time limit of one attempt; 10s when absent.' })),
  retries: number('Attempts after the first one; 0 when absent.'),
  expiry: optional(
    DurationText({
      description: 'How long a confirm- hook may say no before the change is turned down; without limit when absent.',
    }),
  ),
  disableTLS: flag('Take any certificate; false when absent.'),
  muteAlert: flag('Send no alert when a gate is shut; false when absent.'),
  metadata: optional(StrMap({ description: 'Sent along with every call.' })),
});

const Alert = Type.Object({
  name: Type.String({ description: 'Name of the alert.' }),
  severity: optional(Enum(['', 'info', 'warn', 'error'], { description: 'Least severity to send; info when absent.' })),
  providerRef: Reference('AlertProvider', 'The AlertProvider to send to.'),
});

const SessionAffinity = Type.Object(
  {
    cookieName: Type.String({ description: 'Name of the cookie of those who got the canary.' }),
    primaryCookieName: text('Name of the cookie of those who got the primary; they keep to no side when absent.'),
    maxAge: optional(Type.Number({ default: 86400, description: 'Seconds until the cookie ends.' })),
    domain: text('Domain of the cookie.'),
    path: text('Path of the cookie.'),
    httpOnly: flag('Hide the cookie from scripts; false when absent.'),
    partitioned: flag('Keep the cookie apart for each site that embeds the page; false when absent.'),
    secure: flag('Send the cookie over TLS alone; false when absent.'),
    sameSite: optional(
      Enum(['Strict', 'Lax', 'None'], { description: 'Whether the cookie goes along with requests from other sites.' }),
    ),
  },
  { description: 'Keeps those who got the canary on it, by a cookie.' },
);

export const AnalysisSpec = Type.Object(
  {
    interval: optional(DurationText({ description: 'Time between two steps, at least 10s; 1m when absent.' })),
    threshold: number('Failed checks after which the release is rolled back; 1 when absent.'),
    iterations: number('Checks of a Blue/Green or A/B release, at most 10000; instead of stepWeight and stepWeights.'),
    stepWeight: number('Percent of traffic that each step adds.'),
    stepWeights: optional(Type.Array(Type.Number(), { description: 'Percent of traffic at each step, ascending.' })),
    maxWeight: number('Percent of traffic at which promotion starts; 100 when absent.'),
    stepWeightPromotion: number('Percent by which traffic returns to the primary; all at once when absent.'),
    mirror: optional(Type.Boolean({ description: 'Send a copy of requests to the canary first; false when absent.' })),
    mirrorWeight: number('Percent of requests to copy; all of them when absent.'),
    primaryReadyThreshold: number('Percent of the pods of the primary that must be available; 100 when absent.'),
    canaryReadyThreshold: number('Percent of the pods of the canary that must be available; 100 when absent.'),
    match: optional(Type.Array(AnalysisMatch, { description: 'A/B: requests that go to the canary.' })),
    metrics: optional(Type.Array(Metric, { description: 'What is measured at every step; all of it has to pass.' })),
    measureAll: flag(
      'Go on measuring after a check that failed, so that evidence shows all values. A step still has one failed check at ' +
        'most; false when absent.',
    ),
    failFast: flag(
      'End the run at once when the pods of the canary can not run: CrashLoopBackOff, an image that can not be pulled, an ' +
        'exhausted quota. Otherwise progressDeadlineSeconds decide; false when absent.',
    ),
    webhooks: optional(Type.Array(Webhook, { description: 'Who is asked or told, and when.' })),
    alerts: optional(Type.Array(Alert, { description: 'Where news of the release goes.' })),
    sessionAffinity: optional(SessionAffinity),
  },
  {
    description: 'How traffic moves, and what decides.',
    oneOf: [
      has('interval', 'threshold', 'iterations'),
      has('interval', 'threshold', 'stepWeight'),
      has('interval', 'threshold', 'stepWeights'),
    ],
  },
);
