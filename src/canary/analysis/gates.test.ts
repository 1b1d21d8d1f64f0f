import { describe, expect, test } from 'vitest';
import { type HookType, isCalled } from '../../api/canary.ts';
import type { Answer } from '../question.ts';
import { asked, eventTexts, statusIn, steps, turnOn } from '../testing/scene.ts';
import type { Turn } from '../turn.ts';
import { askHooks, askRollback, hookQuestion, hooksOf } from './gates.ts';

const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'not now' };

function turnWith(types: readonly HookType[], answers: Readonly<Record<string, Answer>> = {}): Turn {
  const webhooks = types.map((type, i) => ({ name: `hook-${i}`, type, url: `http://gate.test/${i}` }));
  return turnOn({ spec: { analysis: steps({ webhooks }) } }, answers);
}

describe('hooks of a type', () => {
  const two: readonly HookType[] = ['confirm-promotion', 'rollback', 'confirm-promotion'];

  test('are those of the Canary in list order', () => {
    expect(hooksOf(turnWith(two), 'confirm-promotion').map(({ name }) => name)).toEqual(['hook-0', 'hook-2']);
  });

  test('are asked one after another', () => {
    expect(asked(askHooks(turnWith(two), 'confirm-promotion', 'Progressing'))).toEqual(['hook/confirm-promotion/0']);
    const second = turnWith(two, { 'hook/confirm-promotion/0': yes });
    expect(asked(askHooks(second, 'confirm-promotion', 'Progressing'))).toEqual(['hook/confirm-promotion/2']);
  });

  test('that were put in the place of another one are asked for themselves', () => {
    const [first, second] = [
      { name: 'qa', type: 'confirm-promotion', url: 'http://qa.test' },
      { name: 'boss', type: 'confirm-promotion', url: 'http://boss.test' },
    ];
    const before = askHooks(turnOn({ spec: { analysis: steps({ webhooks: [first] }) } }), 'confirm-promotion', '');
    const answers = new Map(before.kind === 'ask' ? before.ask.map(({ id }) => [id, yes]) : []);
    const edited = { ...turnOn({ spec: { analysis: steps({ webhooks: [second, first] }) } }), answers };
    expect(asked(askHooks(edited, 'confirm-promotion', ''))).toEqual(['hook/confirm-promotion/0']);
    const same = { ...turnOn({ spec: { analysis: steps({ webhooks: [first] }) } }), answers };
    expect(askHooks(same, 'confirm-promotion', '')).toMatchObject({ kind: 'passed', approved: ['qa'] });
  });

  test('are asked again about another revision', () => {
    const about = (lastAppliedSpec: string) => ({
      ...turnOn({
        spec: { analysis: steps({ webhooks: [{ name: 'qa', type: 'rollout', url: 'http://qa.test' }] }) },
        status: statusIn('analysing', { lastAppliedSpec }),
      }),
    });
    const before = askHooks(about('aaaaaaaaaaaaaaaa'), 'rollout', '');
    const answers = new Map(before.kind === 'ask' ? before.ask.map(({ id }) => [id, yes]) : []);
    expect(askHooks({ ...about('aaaaaaaaaaaaaaaa'), answers }, 'rollout', '').kind).toBe('passed');
    expect(askHooks({ ...about('bbbbbbbbbbbbbbbb'), answers }, 'rollout', '').kind).toBe('ask');
  });

  test('pass together, each said', () => {
    const turn = turnWith(two, { 'hook/confirm-promotion/0': yes, 'hook/confirm-promotion/2': yes });
    const round = askHooks(turn, 'confirm-promotion', 'Progressing');
    expect(round).toMatchObject({ kind: 'passed', approved: ['hook-0', 'hook-2'] });
    expect(round.kind === 'passed' && eventTexts(round.say)).toEqual([
      'Confirm-promotion check hook-0 passed',
      'Confirm-promotion check hook-2 passed',
    ]);
  });

  test('end with the first refusal: later ones aren’t asked', () => {
    const round = askHooks(turnWith(two, { 'hook/confirm-promotion/0': no }), 'confirm-promotion', 'Progressing');
    expect(round).toMatchObject({ kind: 'refused', say: [], hook: { name: 'hook-0' }, error: 'not now' });
  });

  test('keep what passed before a refusal', () => {
    const turn = turnWith(two, { 'hook/confirm-promotion/0': yes, 'hook/confirm-promotion/2': no });
    const round = askHooks(turn, 'confirm-promotion', 'Progressing');
    expect(round).toMatchObject({ kind: 'refused', hook: { name: 'hook-2' } });
    expect(round.kind === 'refused' && eventTexts(round.say)).toEqual(['Confirm-promotion check hook-0 passed']);
  });

  test('that approved before aren’t asked again', () => {
    const round = askHooks(turnWith(two), 'confirm-promotion', 'Progressing', ['hook-0']);
    expect(asked(round)).toEqual(['hook/confirm-promotion/2']);
  });

  test('without any pass in silence', () => {
    expect(askHooks(turnWith([]), 'confirm-rollout', 'Progressing')).toEqual({
      kind: 'passed',
      say: [],
      approved: [],
      used: [],
    });
  });

  test('refuse without a reason when they give none', () => {
    const turn = turnWith(two, { 'hook/confirm-promotion/0': { kind: 'hook', ok: false } });
    expect(askHooks(turn, 'confirm-promotion', 'Progressing')).toMatchObject({ kind: 'refused', error: '' });
  });

  test.each<readonly [HookType, readonly string[]]>([
    ['confirm-rollout', ['Confirm-rollout check hook-0 passed']],
    ['pre-rollout', ['Pre-rollout check hook-0 passed']],
    ['confirm-traffic-increase', ['Confirm-traffic-increase check hook-0 passed']],
    ['rollout', []],
  ])('of type %s say %o when they pass', (type, said) => {
    const round = askHooks(turnWith([type], { [`hook/${type}/0`]: yes }), type, 'Progressing');
    expect(round.kind === 'passed' && eventTexts(round.say)).toEqual(said);
  });

  test('are told about the Canary in the phase that is asked for', () => {
    const turn = turnWith(['rollout']);
    const question = hooksOf(turn, 'rollout')
      .filter(isCalled)
      .map((hook) => hookQuestion(turn, hook, 'Waiting'))[0];
    expect(question?.payload).toMatchObject({ name: 'shop', namespace: 'test', phase: 'Waiting' });
    expect(question?.payload.checksum).toMatch(/^[0-9a-f]{16}$/);
  });

  test('are told another checksum for another revision', () => {
    const checksum = (lastAppliedSpec: string) => {
      const webhooks = [{ name: 'load', type: 'rollout', url: 'http://load.test' }];
      const turn = turnOn({
        spec: { analysis: steps({ webhooks }) },
        status: statusIn('analysing', { lastAppliedSpec }),
      });
      return hooksOf(turn, 'rollout')
        .filter(isCalled)
        .map((hook) => hookQuestion(turn, hook, 'Waiting').payload.checksum)[0];
    };
    expect(checksum('aaaaaaaaaaaaaaaa')).toBe(checksum('aaaaaaaaaaaaaaaa'));
    expect(checksum('aaaaaaaaaaaaaaaa')).not.toBe(checksum('bbbbbbbbbbbbbbbb'));
  });
});

describe('rollback hooks', () => {
  const two: readonly HookType[] = ['rollback', 'rollback'];

  test('are asked one after another', () => {
    expect(asked(askRollback(turnWith(two), 'Progressing'))).toEqual(['hook/rollback/0']);
    expect(asked(askRollback(turnWith(two, { 'hook/rollback/0': no }), 'Progressing'))).toEqual(['hook/rollback/1']);
  });

  test('mean that all is well when they fail', () => {
    const round = askRollback(turnWith(two, { 'hook/rollback/0': no, 'hook/rollback/1': no }), 'Progressing');
    expect(round.kind).toBe('quiet');
    expect(round.kind === 'quiet' && eventTexts(round.say)).toEqual([
      'Rollback hook hook-0 not signaling a rollback',
      'Rollback hook hook-1 not signaling a rollback',
    ]);
  });

  test('roll back with the first that succeeds', () => {
    const round = askRollback(turnWith(two, { 'hook/rollback/0': yes }), 'Progressing');
    expect(round.kind).toBe('rollback');
    expect(round.kind === 'rollback' && eventTexts(round.say)).toEqual([
      'Rollback check hook-0 passed',
      'Rolling back shop.test manual webhook invoked',
    ]);
  });

  test('without any are quiet', () => {
    expect(askRollback(turnWith([]), 'Progressing')).toEqual({ kind: 'quiet', say: [] });
  });
});
