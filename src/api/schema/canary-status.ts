import Type from 'typebox';
import { checkEffects, phases, stages } from '../status.ts';
import { Enum, MapOf, openObject, StrList, StrMap } from './structural.ts';

/**
 * `status` of a Canary. Our own parts are open objects: a controller that is newer than the installed definition loses
 * nothing that it writes there.
 */

const optional = Type.Optional;
const text = (description: string) => Type.String({ description });
const number = (description: string) => Type.Number({ description });
const integer = (description: string) => Type.Integer({ description });
const time = (description: string) => Type.String({ format: 'date-time', description });

const Condition = Type.Object({
  type: text('Promoted, or Ready where the spec is refused.'),
  status: text('True, False or Unknown.'),
  reason: text('One word: a phase, or why the spec is refused.'),
  message: optional(text('The same for people.')),
  lastUpdateTime: optional(time('When anything of it changed.')),
  lastTransitionTime: optional(time('When its status changed.')),
  observedGeneration: optional(
    Type.Integer({ format: 'int64', description: 'Generation of the spec that it speaks of.' }),
  ),
});

const Tally = Type.Object(
  {
    failures: optional(integer('Checks that failed.')),
    consecutiveFailures: optional(integer('Checks that failed since one passed.')),
    consecutiveErrors: optional(integer('Queries that failed since one was answered.')),
    silentSince: optional(time('Since when there is no data.')),
  },
  openObject,
);

const Telling = Type.Object(
  {
    kind: Enum(['event', 'alert', 'hooks', 'finished'], { description: 'What it is.' }),
    id: text('Part of the name of the Event that proves it.'),
    type: optional(Enum(['Normal', 'Warning'], { description: 'Of an Event.' })),
    message: optional(text('Of an Event.')),
    phase: optional(text('What hooks are told of the phase.')),
    checksum: optional(text('What hooks are told of the revision.')),
    severity: optional(Enum(['info', 'warn', 'error'], { description: 'Of an alert.' })),
    text: optional(text('Of an alert.')),
    withFields: optional(
      Type.Boolean({ description: 'Whether an alert tells target, thresholds and traffic routing.' }),
    ),
    details: optional(
      Type.Array(Type.Object({ name: text('Of a field.'), value: text('Of a field.') }), {
        description: 'More fields of an alert.',
      }),
    ),
    outcome: optional(Enum(['succeeded', 'failed'], { description: 'Of a run that ended.' })),
    how: optional(Enum(['completed', 'skipped'], { description: 'Of a run that ended.' })),
  },
  openObject,
);

const Run = Type.Object(
  {
    stage: Enum(stages, { description: 'Where the release stands; finer than the phase.' }),
    since: time('When the stage began.'),
    number: integer('Counts the runs of this Canary.'),
    step: integer('Index of the step that comes next.'),
    steps: integer('How many steps there are.'),
    traffic: Type.Object(
      {
        canary: number('Percent of traffic that the canary gets.'),
        mirror: Type.Boolean({ description: 'Whether it gets a copy of requests.' }),
      },
      { ...openObject, description: 'Traffic as it was decided.' },
    ),
    notBefore: optional(time('Before this, the next step is not tried.')),
    promotedConfigs: optional(text('Digest of the configs at the last promotion.')),
    target: optional(text('Kind and name of the target that this is about.')),
    routes: optional(
      Type.Object(
        {
          provider: text('As `spec.provider`.'),
          apex: text('Name of the Service that clients call.'),
          ingress: optional(text('Name of `spec.ingressRef`.')),
          gatewayRefs: optional(Type.Array(Type.Object({}, openObject), { description: 'As in `spec.service`.' })),
        },
        { ...openObject, description: 'What names the routes that carry the traffic.' },
      ),
    ),
    askedFrom: optional(Enum(phases, { description: 'Phase to go back to when the change is taken back.' })),
    approved: optional(StrList({ description: 'Gates that said yes to this revision.' })),
    held: optional(StrList({ description: 'Gates that said no.' })),
    promotedBy: optional(Type.String({ description: 'Who asked for the promotion of this run before it began.' })),
    obeyed: optional(StrList({ description: 'Digests of requests by annotation that were obeyed.' })),
    heldSince: optional(time('Since when the gates in `held` say no.')),
    pending: optional(Type.Boolean({ description: 'A change was seen whose run has not begun yet.' })),
    failure: optional(text('Why the release is being rolled back.')),
    estimatedEnd: optional(time('When the release ends if all checks pass and nothing is waited for.')),
    overwritten: optional(text('Revision that the primary got by a promotion that is not done.')),
    inherited: optional(
      Type.Boolean({ description: 'The primary stood before this Canary did; told until all traffic is on it.' }),
    ),
    madeFrom: optional(
      Type.Object(
        {
          revision: text('Of the target.'),
          trackedConfigs: optional(StrMap({ description: 'Checksums of its configs.' })),
        },
        { ...openObject, description: 'What the first primary was made from, until all traffic is on it.' },
      ),
    ),
    telling: optional(
      Type.Array(Telling, {
        description: 'What was decided and may not be said yet: another controller says it when this one dies.',
      }),
    ),
    tallies: optional(
      MapOf<Type.Static<typeof Tally>>(Tally, {
        description: 'What metrics with limits or a policy for no data have been through, by metric.',
      }),
    ),
  },
  { ...openObject, description: 'Progress of the release.' },
);

const Check = Type.Object(
  {
    name: text('Name of the check.'),
    value: text('What was measured.'),
    bound: text('What was asked for.'),
    verdict: Enum(['pass', 'fail', 'noData', 'error'], { description: 'What came of it.' }),
    samples: optional(number('How many samples the value rests on, where that was asked for.')),
    effect: optional(
      Enum(checkEffects, { description: 'Why the verdict does not count: a dry run, or what no data was taken for.' }),
    ),
  },
  openObject,
);

const Evidence = Type.Object(
  {
    time: time('When it was decided.'),
    decision: text('What was decided.'),
    checks: optional(Type.Array(Check, { description: 'What was measured before.' })),
  },
  openObject,
);

export const StatusSchema = Type.Object(
  {
    phase: optional(Enum(['', ...phases], { description: 'Where the release stands.' })),
    canaryWeight: optional(number('Percent of traffic that the canary gets.')),
    failedChecks: optional(number('Checks of this run that failed.')),
    iterations: optional(number('Checks of this run that passed, of a Blue/Green or A/B release.')),
    trackedConfigs: optional(StrMap({ description: 'Checksums of the ConfigMaps and Secrets of the target.' })),
    lastAppliedSpec: optional(text('Revision of the target that was seen last.')),
    lastPromotedSpec: optional(text('Revision that was promoted last.')),
    lastTransitionTime: optional(time('When the status was written.')),
    sessionAffinityCookie: optional(text('Cookie of those who get the canary.')),
    previousSessionAffinityCookie: optional(text('Cookie of a canary that is over; browsers are told to drop it.')),
    primarySessionAffinityCookie: optional(text('Cookie of those who get the primary.')),
    conditions: optional(Type.Array(Condition, { description: 'The same for programs that wait for conditions.' })),
    run: optional(Run),
    lastFailure: optional(
      Type.Object(
        {
          time: time('When it failed.'),
          revision: optional(text('Which revision failed.')),
          cause: text('Why, with the check, its value and its bound where a check decided.'),
        },
        { ...openObject, description: 'The last release that failed, until one succeeds.' },
      ),
    ),
    evidence: optional(Type.Array(Evidence, { description: 'The last decisions and what they rest on.' })),
    next: optional(
      Type.Object(
        { at: optional(time('When; a change is waited for when absent.')), why: text('For what.') },
        { ...openObject, description: 'What the release waits for.' },
      ),
    ),
  },
  { description: 'Where the release stands; written by the controller.' },
);
