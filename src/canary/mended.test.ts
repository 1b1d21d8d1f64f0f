import { expect, test } from 'vitest';
import { decideOn, decisionOf, eventTexts, revisionOf, statusIn } from './testing/scene.ts';

const conditions = [{ type: 'Ready', status: 'False', reason: 'FieldMissing', message: 'spec.a is missing' }] as const;

test('a run that a failed Canary still owes begins after its spec was mended', () => {
  const status = statusIn('idle', { phase: 'Failed', conditions }, { pending: true });
  const mended = decisionOf(decideOn({ status })).status;
  expect(decisionOf(decideOn({ status: mended })).status.run?.stage).toBe('starting');
});

test('a change that is being asked about is still asked about after the spec was mended', () => {
  const status = statusIn('asking', { conditions }, { pending: true, askedFrom: 'Failed' });
  const mended = decisionOf(decideOn({ status })).status;
  expect(decisionOf(decideOn({ status: mended })).status.run?.stage).toBe('starting');
});

test('a gate that was reported stays reported after the spec was mended', () => {
  const held = ['confirm-traffic-increase/gate'];
  expect(decisionOf(decideOn({ status: statusIn('analysing', { conditions }, { held }) })).status.run?.held).toEqual(
    held,
  );
});

test('a gate that was reported stays reported while routes settle', () => {
  const held = ['confirm-traffic-increase/gate'];
  const setup = {
    status: statusIn('analysing', {}, { held }),
    settled: { settled: false, waiting: 'not yet' } as const,
  };
  expect(decisionOf(decideOn(setup)).status.run?.held).toEqual(held);
});

test('a third revision before the copy is promoted over the broken primary instead, and no traffic returns to it', () => {
  const status = statusIn('promoting', { canaryWeight: 100 }, { traffic: { canary: 100, mirror: false } });
  const decision = decisionOf(decideOn({ status, target: { image: 'web:4' }, primary: { gaveUp: true } }));
  expect(decision.status).toMatchObject({
    lastAppliedSpec: revisionOf('web:4'),
    run: { stage: 'promoting', traffic: { canary: 100 } },
  });
  expect(eventTexts(decision.say)).toEqual([]);
});
