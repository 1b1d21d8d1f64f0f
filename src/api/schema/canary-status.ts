import Type from 'typebox';
import { phases, stages } from '../status.ts';
import { Enum, openObject, StrList, StrMap } from './structural.ts';

/**
 * `status` of a Canary. Our own parts are open objects: a controller that is newer than the installed definition loses
 * nothing that it writes there.
 */

const optional = Type.Optional;
const text = optional(Type.String());
const time = Type.String({ format: 'date-time' });

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: Type.String(),
  message: text,
  lastUpdateTime: optional(time),
  lastTransitionTime: optional(time),
  observedGeneration: optional(Type.Integer({ format: 'int64' })),
});

const Run = Type.Object(
  {
    stage: Enum(stages),
    since: time,
    number: Type.Integer(),
    step: Type.Integer(),
    steps: Type.Integer(),
    traffic: Type.Object({ canary: Type.Number(), mirror: Type.Boolean() }, openObject),
    notBefore: optional(time),
    promotedConfigs: optional(StrMap()),
    askedFrom: optional(Enum(phases)),
    approved: optional(StrList()),
    held: optional(StrList()),
    pending: optional(Type.Boolean()),
    failure: text,
    said: optional(StrList()),
  },
  { ...openObject, description: 'Progress of the release.' },
);

const Check = Type.Object(
  {
    name: Type.String(),
    value: Type.String(),
    bound: Type.String(),
    verdict: Enum(['pass', 'fail', 'noData', 'error']),
  },
  openObject,
);

const Evidence = Type.Object({ time, decision: Type.String(), checks: optional(Type.Array(Check)) }, openObject);

export const StatusSchema = Type.Object({
  phase: optional(Enum(['', ...phases])),
  canaryWeight: optional(Type.Number()),
  failedChecks: optional(Type.Number()),
  iterations: optional(Type.Number()),
  trackedConfigs: optional(StrMap()),
  lastAppliedSpec: text,
  lastPromotedSpec: text,
  lastTransitionTime: optional(time),
  sessionAffinityCookie: text,
  previousSessionAffinityCookie: text,
  primarySessionAffinityCookie: text,
  conditions: optional(Type.Array(Condition)),
  run: optional(Run),
  evidence: optional(Type.Array(Evidence, { description: 'The last decisions and what they rest on.' })),
  next: optional(
    Type.Object(
      { at: optional(time), why: Type.String() },
      { ...openObject, description: 'What the release waits for.' },
    ),
  ),
});
