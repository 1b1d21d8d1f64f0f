import { describe, expect, test } from 'vitest';
import type { CanaryStatus, Phase } from '../api/status.ts';
import { requestDigest } from '../canary/obeyed.ts';
import { type SteeringVerb, steer } from './steer.ts';
import { now } from './testing/canary.ts';
import { json, type Setup, steered } from './testing/steered.ts';

const COMMAND = 'sluice.dev/command';
const PAUSE = 'sluice.dev/pause';
const at = '2026-03-01T12:00:00Z';
const earlier = '2026-03-01T11:50:00Z';
const follow = 'follow it with `sluice explain canary podinfo -n test`';

const runOf = (stage: 'analysing' | 'rollingBack' | 'skipping', obeyed: readonly string[] = []) => ({
  stage,
  since: earlier,
  number: 2,
  step: 3,
  steps: 10,
  traffic: { canary: 30, mirror: false },
  obeyed,
});
const inPhase = (phase: Phase, more: Partial<CanaryStatus> = {}) => ({ phase, lastAppliedSpec: 'rev2', ...more });

async function call(verb: SteeringVerb, setup: Setup, ...argv: string[]) {
  const on = await steered(setup);
  const given = argv.length > 0 ? argv : ['podinfo', '-n', 'test'];
  const result = await on.call((args, terminal, open) => steer(verb, args, terminal, open), ...given);
  return { ...result, on };
}

describe('a command', () => {
  test.each([
    { verb: 'promote', phase: 'Progressing', told: 'promotion without the rest of the analysis was asked for' },
    { verb: 'promote', phase: 'Waiting', told: 'promotion without the rest' },
    { verb: 'promote', phase: 'WaitingPromotion', told: 'promotion without the rest' },
    { verb: 'abort', phase: 'Waiting', told: 'the release is to be rolled back' },
    { verb: 'abort', phase: 'Progressing', told: 'the release is to be rolled back' },
    { verb: 'skip', phase: 'Waiting', told: 'the next step is to be taken without its checks and gates' },
    { verb: 'skip', phase: 'WaitingPromotion', told: 'the next step is to be taken' },
    { verb: 'retry', phase: 'Failed', told: 'another release of the failed revision was asked for' },
  ] as const)('$verb in phase $phase is signed and meant for the present revision', async ({ verb, phase, told }) => {
    const { code, out, err, on } = await call(verb, { status: inPhase(phase), annotations: { theirs: 'kept' } });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^canary test\/podinfo: [^\n]*\n$/);
    expect(out).toContain(told);
    expect(out).toContain(follow);
    const text = `${verb}; by=alice; at=${at}; revision=rev2`;
    expect(await on.annotations()).toEqual({ theirs: 'kept', [COMMAND]: text });
    expect(on.asked).toMatchObject({ manager: 'sluice-cli', closed: true });
  });

  test('replaces one that was obeyed', async () => {
    const text = `skip; by=bob; at=${earlier}; revision=rev2`;
    const status = inPhase('Progressing', { run: runOf('analysing', [requestDigest({ key: COMMAND, text })]) });
    const { on } = await call('skip', { status, annotations: { [COMMAND]: text } });
    expect((await on.annotations())[COMMAND]).toBe(`skip; by=alice; at=${at}; revision=rev2`);
  });

  test.each([
    { what: 'another command', text: `skip; by=bob; at=${earlier}; revision=rev2` },
    { what: 'one for another revision', text: `abort; by=bob; at=${earlier}; revision=rev1` },
    { what: 'an unknown word', text: 'explode' },
  ])('replaces $what', async ({ text }) => {
    const { on } = await call('abort', { status: inPhase('Progressing'), annotations: { [COMMAND]: text } });
    expect((await on.annotations())[COMMAND]).toBe(`abort; by=alice; at=${at}; revision=rev2`);
  });

  test('that stands there is not said again', async () => {
    const annotations = { [COMMAND]: `promote; by=bob; at=${earlier}` };
    const { code, out, on } = await call('promote', { status: inPhase('Progressing'), annotations });
    expect({ code, out }).toEqual({
      code: 0,
      out: `canary test/podinfo: promote was asked for already by bob at ${earlier}\n`,
    });
    expect(on.writes()).toEqual([]);
  });

  test('that was obeyed in this very second counts once', async () => {
    const text = `skip; by=alice; at=${at}; revision=rev2`;
    const status = inPhase('Progressing', { run: runOf('analysing', [requestDigest({ key: COMMAND, text })]) });
    const { code, out, on } = await call('skip', { status, annotations: { [COMMAND]: text } });
    expect(code).toBe(0);
    expect(out).toMatch(/without its checks and gates already\n$/);
    expect(on.writes()).toEqual([]);
  });
});

describe('a command is refused', () => {
  const begin = 'change its target to begin one';
  test.each([
    {
      verb: 'promote',
      status: undefined,
      words: 'is without a phase, so there is no release to promote: no controller',
    },
    {
      verb: 'promote',
      status: inPhase('Succeeded'),
      words: `in phase Succeeded, so there is no release to promote: ${begin}`,
    },
    { verb: 'abort', status: inPhase('Initialized'), words: `there is no release to abort: ${begin}` },
    { verb: 'abort', status: inPhase('Initializing'), words: 'wait until it is Initialized' },
    { verb: 'skip', status: inPhase('Promoting'), words: 'is on the way to the primary; wait until it is Succeeded' },
    { verb: 'skip', status: inPhase('Finalising'), words: 'is on the primary; wait until it is Succeeded' },
    {
      verb: 'promote',
      status: inPhase('Failed'),
      words: '`sluice retry podinfo -n test` releases the failed revision again',
    },
    { verb: 'abort', status: inPhase('Terminating'), words: 'it is being deleted' },
    { verb: 'abort', status: inPhase('Terminated'), words: 'it was deleted' },
    {
      verb: 'abort',
      status: inPhase('Progressing', { run: runOf('rollingBack') }),
      words: 'it is being rolled back; once',
    },
    { verb: 'skip', status: inPhase('Progressing', { run: runOf('skipping') }), words: 'promoted without an analysis' },
    {
      verb: 'retry',
      status: inPhase('Progressing'),
      words: 'no failed release to retry: wait for its end, or `sluice abort podinfo -n test`',
    },
    { verb: 'retry', status: inPhase('Succeeded'), words: `there is no failed release to retry: ${begin}` },
    {
      verb: 'retry',
      status: inPhase('Progressing', { run: runOf('rollingBack') }),
      words: 'once it is Failed, `sluice retry',
    },
  ] as const)('$verb in $status.phase with a remedy', async ({ verb, status, words }) => {
    const { code, out, err, on } = await call(verb, { status });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(new RegExp(`^sluice ${verb}: canary test/podinfo is [^\n]*\n$`));
    expect(err).toContain(words);
    expect(on.writes()).toEqual([]);
    expect(on.asked.closed).toBe(true);
  });

  test('on a Canary that is not there', async () => {
    const { code, err } = await call('abort', {}, 'shop', '-n', 'test');
    expect(code).toBe(1);
    expect(err).toMatch(/^sluice abort: .*"shop" not found; `sluice get canaries -A` lists what there is\n$/);
  });

  test('in the namespace of the context unless another is given', async () => {
    expect((await call('abort', {}, 'podinfo')).err).toContain('"podinfo" not found');
  });

  test('without a name, as wrong usage', async () => {
    const { code, err } = await call('abort', {}, '-n', 'test');
    expect(code).toBe(2);
    expect(err).toContain("missing required argument 'canary'");
  });
});

describe('a pause', () => {
  test.each(['Progressing', 'Succeeded'] as const)('is said in phase %s', async (phase) => {
    const { code, out, on } = await call('pause', { status: inPhase(phase) });
    expect(code).toBe(0);
    expect(out).toBe(`canary test/podinfo: paused until \`sluice resume podinfo -n test\`; ${follow}\n`);
    expect(await on.annotations()).toEqual({ [PAUSE]: `pause; by=alice; at=${at}` });
  });

  test('is not said twice', async () => {
    const annotations = { [PAUSE]: `pause; by=bob; at=${earlier}` };
    const { code, out, on } = await call('pause', { status: inPhase('Progressing'), annotations });
    expect(code).toBe(0);
    expect(out).toMatch(`paused already by bob at ${earlier}; \`sluice resume podinfo -n test\` lets it go on`);
    expect(on.writes()).toEqual([]);
  });

  test('is taken back by resume, which leaves the other annotations alone', async () => {
    const annotations = { [PAUSE]: 'true', theirs: 'kept' };
    const { code, out, on } = await call('resume', { status: inPhase('Progressing'), annotations });
    expect({ code, out }).toEqual({ code: 0, out: `canary test/podinfo: goes on; ${follow}\n` });
    expect(await on.annotations()).toEqual({ theirs: 'kept' });
  });

  test.each([{ annotations: {} }, { annotations: { [PAUSE]: 'false' } }])(
    'that is not there can be resumed without harm: $annotations',
    async ({ annotations }) => {
      const { code, out, on } = await call('resume', { status: inPhase('Progressing'), annotations });
      expect({ code, out }).toEqual({ code: 0, out: 'canary test/podinfo: not paused\n' });
      expect(on.writes()).toEqual([]);
    },
  );
});

describe('what was asked has no effect for now', () => {
  const refused = { type: 'Ready', status: 'False', reason: 'DurationInvalid', message: 'spec.x is wrong' } as const;
  test.each([
    {
      why: 'while it is suspended',
      setup: { status: inPhase('Progressing'), spec: { suspend: true } },
      words: 'until spec.suspend is false',
    },
    {
      why: 'while its spec is refused',
      setup: { status: inPhase('Progressing', { conditions: [refused] }) },
      words: 'until the spec is mended: spec.x is wrong',
    },
  ])('$why, which is noted', async ({ setup, words }) => {
    const { code, err, on } = await call('abort', setup);
    expect(code).toBe(0);
    expect(err).toBe(`note: nothing is decided ${words}\n`);
    expect(on.writes()).toHaveLength(1);
  });
});

test('a patch that is forbidden names the permission that it takes', async () => {
  const answer: Setup['answer'] = ({ method, path }) =>
    method === 'PATCH' && !path.includes('/status')
      ? json(403, { kind: 'Status', reason: 'Forbidden', message: 'canaries.flagger.app "podinfo" is forbidden' })
      : undefined;
  const { code, out, err } = await call('pause', { status: inPhase('Progressing'), answer });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(
    'sluice pause: alice may not annotate canary test/podinfo: it takes a role with the verbs get and patch on ' +
      'canaries.flagger.app in namespace test (canaries.flagger.app "podinfo" is forbidden)\n',
  );
});

test('another refusal is told as it is', async () => {
  const answer: Setup['answer'] = ({ method, path }) =>
    method === 'PATCH' && !path.includes('/status') ? json(422, { reason: 'Invalid', message: 'too long' }) : undefined;
  expect((await call('pause', { status: inPhase('Progressing'), answer })).err).toBe('sluice pause: too long\n');
});

test('the instant of the tests is the one in the annotations', () => {
  expect(Date.parse(at)).toBe(now);
});

test.each(['promote', 'abort', 'skip', 'retry', 'pause', 'resume'] as const)(
  '%s has help with an example',
  async (verb) => {
    const { code, out } = await call(verb, {}, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`sluice ${verb} podinfo -n test`);
    expect(out).toContain('--namespace');
  },
);
