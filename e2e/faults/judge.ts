import type { CanaryStatus } from '../../src/api/status.ts';
import type { At } from './ledger.ts';
import { hooks, type Strategy, steps, threshold } from './members.ts';

/** A run as it went, and as it should have. */
export interface Played {
  readonly name: string;
  readonly strategy: Strategy;
  /** Whether the new version passes its checks. */
  readonly isGood: boolean;
  /** Whether the run came to an end in time. */
  readonly ended: boolean;
  /** Every status since before the release, and every weight of the canary in its route. */
  readonly statuses: readonly At<Partial<CanaryStatus>>[];
  readonly weights: readonly At<number>[];
  /** Versions that the primary must have in the end, and has. */
  readonly primary: { readonly wanted: string; readonly found: unknown };
  /** Pods that the target asks for in the end. */
  readonly replicas: unknown;
  readonly events: readonly string[];
  /** How often each hook was called. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface Judgement {
  readonly end: 'promoted' | 'rolled back' | 'wrong' | 'lost';
  /** Sentences; none unless the end is `wrong` or `lost`. */
  readonly problems: readonly string[];
  /** What was done and not said: messages of events and hooks that only inform. */
  readonly untold: readonly string[];
}

/** Whether a run ended as its releases deserved, and never did on the way what it must not do. */
export function judge(run: Played): Judgement {
  if (!run.ended) {
    const last = run.statuses.at(-1)?.value;
    return { end: 'lost', problems: [`it stays ${last?.phase}: ${JSON.stringify(last)}`], untold: [] };
  }
  const problems = [...endProblems(run), ...wayProblems(run), ...trafficProblems(run), ...hookProblems(run)];
  const end = problems.length > 0 ? 'wrong' : run.isGood ? 'promoted' : 'rolled back';
  return { end, problems, untold: untold(run) };
}

function endProblems({ isGood, statuses, weights, primary, replicas }: Played): string[] {
  const last = statuses.at(-1)?.value;
  return unless([
    [last?.phase === (isGood ? 'Succeeded' : 'Failed'), `it ended as ${last?.phase}`],
    [primary.found === primary.wanted, `the primary has version ${primary.found} instead of ${primary.wanted}`],
    [replicas === 0, `the target still asks for ${replicas} pods`],
    [(weights.at(-1)?.value ?? 0) === 0, `the canary still gets ${weights.at(-1)?.value} % of the traffic`],
    [last?.canaryWeight === 0, `the status still says ${last?.canaryWeight} %`],
  ]);
}

/** The steps that the status tells of: each one once and in order, none left out. */
function wayProblems({ isGood, strategy, statuses }: Played): string[] {
  const planned = isGood ? steps[strategy] : steps[strategy].slice(0, 1);
  const field = strategy === 'weighted' ? 'canaryWeight' : 'iterations';
  const walked = distinct(statuses.map(({ value }) => value[field] ?? 0)).filter((step) => step > 0);
  const failed = statuses.map(({ value }) => value.failedChecks ?? 0);
  const most = Math.max(0, ...failed.slice(1));
  return unless([
    [walked.join() === planned.join(), `its steps were ${walked.join()} instead of ${planned.join()}`],
    [isGood ? most < threshold : most === threshold, `${most} checks failed where ${threshold} end a run`],
  ]);
}

/** Intent first: no route gives the canary more than the status had said by then. */
function trafficProblems({ statuses, weights }: Played): string[] {
  return weights.flatMap(({ revision, value }) => {
    const said = statuses.findLast((status) => status.revision < revision)?.value.run?.traffic.canary ?? 0;
    return value > said ? [`the route gave the canary ${value} % where the status said ${said} %`] : [];
  });
}

/** Hooks that decide are called before the decision is written, so none can be missing. */
function hookProblems({ isGood, calls }: Played): string[] {
  const [before, load, promote] = hooks;
  const wanted = isGood ? [before, load, promote] : [before];
  return wanted.filter((hook) => !calls[hook]).map((hook) => `the hook ${hook} was never called`);
}

function untold({ isGood, strategy, events, calls }: Played): string[] {
  const wanted = [
    /^New revision detected! Scaling up/,
    /^Starting canary analysis for/,
    ...steps[strategy].slice(0, isGood ? 2 : 1).map((step) => announcement(strategy, step)),
    ...(isGood
      ? [/^Copying /, /^Promotion completed!/, ...(strategy === 'weighted' ? [/^Routing all traffic to primary/] : [])]
      : [/^Halt /, /^Rolling back .* failed checks threshold reached/, /^Canary failed!/]),
  ];
  const missing = wanted.filter((message) => !events.some((event) => message.test(event))).map(String);
  return calls['after'] ? missing : [...missing, 'the post-rollout hook'];
}

function announcement(strategy: Strategy, step: number): RegExp {
  return strategy === 'weighted'
    ? new RegExp(`^Advance .* canary weight ${step}$`)
    : new RegExp(`^Advance .* canary iteration ${step}/`);
}

function unless(checks: readonly (readonly [boolean, string])[]): string[] {
  return checks.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return items.filter((item, i) => item !== items[i - 1]);
}
