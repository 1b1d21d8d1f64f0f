import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type CanaryStatus, phases } from '../api/status.ts';
import { renderExplain } from './render-explain.ts';
import { canaryWith, now, progressing } from './testing/canary.ts';

const run = { stage: 'idle', since: '', number: 1, step: 0, steps: 0, traffic: { canary: 0, mirror: false } } as const;

function explained(status: Partial<CanaryStatus> | undefined, spec = {}): string {
  return renderExplain(canaryWith(status, spec), now, 'plain');
}

test('a run under way is told in full', () => {
  expect(explained(progressing)).toBe(`canary test/podinfo: Progressing
The new revision gets traffic step by step and is measured.

Target     Deployment/podinfo
Step       3 of 10 done
Traffic    [######..............] 30 % to the canary, 70 % to the primary
Failed     1 of at most 5 checks
Since      12s ago
Next       in 18s: checks again; 1 of 5 failed so far

Last checks, 12s ago
  CHECK                  VALUE     BOUND      VERDICT
  request-success-rate   98.69     >= 99      fail
  request-duration       120ms     <= 500ms   pass
  errors                 no data   <= 1       no data

Last decisions
  WHEN      DECISION
  12s ago   halt: request-success-rate is below 99
  42s ago   advance: 30 % to the canary
`);
});

test('a check tells how many samples it rests on, and what it counted for when that was not its verdict', () => {
  const check = { name: 'errors', value: '7', bound: '<= 1' } as const;
  const checks = [
    { ...check, verdict: 'pass', samples: 240 },
    { ...check, verdict: 'fail', effect: 'dryRun' },
    { ...check, value: 'no data', verdict: 'noData', effect: 'waits' },
    { ...check, value: 'no data', verdict: 'noData', effect: 'passes' },
    { ...check, value: 'no data', verdict: 'noData', effect: 'skipped' },
  ] as const;
  const text = explained({ ...progressing, evidence: [{ time: '2026-03-01T11:59:48Z', decision: 'wait', checks }] });
  expect(text).toContain(`
  CHECK    VALUE             BOUND   VERDICT
  errors   7 (240 samples)   <= 1    pass
  errors   7                 <= 1    fail, a dry run
  errors   no data           <= 1    no data, the step waits
  errors   no data           <= 1    no data, which passes
  errors   no data           <= 1    no data, left to the others
`);
});

describe('each phase has words of its own', () => {
  test.each([
    { phase: 'Initializing', words: 'The primary is being made' },
    { phase: 'Initialized', words: 'Ready: the primary serves all traffic' },
    { phase: 'Waiting', words: 'a gate must confirm' },
    { phase: 'Progressing', words: 'step by step' },
    { phase: 'WaitingPromotion', words: 'a gate must approve' },
    { phase: 'Promoting', words: 'being copied to the primary' },
    { phase: 'Finalising', words: 'is on the primary' },
    { phase: 'Succeeded', words: 'ended well' },
    { phase: 'Failed', words: 'The last run failed' },
    { phase: 'Terminating', words: 'being deleted' },
    { phase: 'Terminated', words: 'It was deleted' },
  ] as const)('$phase', ({ phase, words }) => {
    const text = explained({ phase });
    expect(text).toContain(`canary test/podinfo: ${phase}\n`);
    expect(text).toContain(words);
  });

  test('no two phases share a sentence', () => {
    const sentences = phases.map((phase) => explained({ phase }).split('\n')[1]);
    expect(new Set(sentences).size).toBe(phases.length);
  });
});

describe('a stage says more than the phase', () => {
  test.each([
    { name: 'a starting run', stage: 'starting', words: 'it is being started' },
    { name: 'a closed gate', stage: 'holding', words: 'held at its weight' },
    { name: 'a rollback', stage: 'rollingBack', words: 'its traffic goes back' },
  ] as const)('$name', ({ stage, words }) => {
    expect(explained({ phase: 'Progressing', run: { ...run, stage } })).toContain(words);
  });
});

test('a canary that no controller has seen says so', () => {
  const text = explained(undefined);
  expect(text).toContain('canary test/podinfo: not seen yet\nNo controller has looked at it yet.');
  expect(text).not.toContain('Traffic');
});

test('a refusal is told with its reason', () => {
  const refused = {
    type: 'Ready',
    status: 'False',
    reason: 'InvalidSpec',
    message: 'spec.service.port is missing',
  } as const;
  const text = explained({ phase: 'Initializing', conditions: [refused] });
  expect(text).toContain(
    'Refused (InvalidSpec): spec.service.port is missing\nNothing is done until the spec is mended.',
  );
});

describe('the last failure', () => {
  test.each<{ name: string; status: Partial<CanaryStatus>; line: string }>([
    {
      name: 'is that of the run being rolled back',
      status: { run: { ...run, stage: 'rollingBack', failure: '5 failed checks' } },
      line: 'Last failure: 5 failed checks\n',
    },
    {
      name: 'is told with the time when it was',
      status: { lastFailure: { time: new Date(now - 60_000).toISOString(), cause: 'errors: 7, bound: <= 1' } },
      line: 'Last failure: errors: 7, bound: <= 1 (1m ago)\n',
    },
    {
      name: 'of another controller is its condition',
      status: { conditions: [{ type: 'Promoted', status: 'False', reason: 'Failed', message: 'analysis failed' }] },
      line: 'Last failure: analysis failed\n',
    },
  ])('$name', ({ status, line }) => {
    expect(explained({ phase: 'Failed', ...status })).toContain(line);
  });

  test('is not told when there was none', () => {
    expect(explained(progressing)).not.toContain('Last failure');
  });
});

test('a broken primary keeps the traffic on the canary', () => {
  expect(explained({ phase: 'Failed', canaryWeight: 100 })).toContain(
    'traffic stays on the canary because the primary is',
  );
});

describe('traffic', () => {
  const at = (canary: number, mirror = false) => ({ ...run, traffic: { canary, mirror } });
  test.each([
    { name: 'none to the canary', run: at(0), spec: {}, words: 'all to the primary\n' },
    { name: 'mirrored', run: at(0, true), spec: {}, words: 'all to the primary, and a copy of it to the canary' },
    { name: 'all to the canary', run: at(100), spec: {}, words: '[####################] 100 % to the canary' },
    {
      name: 'by what requests carry',
      run: at(100),
      spec: { analysis: { iterations: 5, match: [{ headers: {} }] } },
      words: 'requests that match go to the canary',
    },
  ])('$name', ({ run, spec, words }) => {
    expect(explained({ phase: 'Progressing', run }, spec)).toContain(words);
  });
});

test('a suspended canary says that nothing is decided', () => {
  expect(explained({ phase: 'Succeeded' }, { suspend: true })).toContain('Suspended  yes');
});

test('colour is added only in the colour style, and changes no text', () => {
  const plain = explained(progressing);
  const colour = renderExplain(canaryWith(progressing), now, 'colour');
  expect(plain).not.toContain('\u001b');
  expect(colour).toContain('\u001b[31mfail\u001b[0m');
  expect(stripVTControlCharacters(colour)).toBe(plain);
});
