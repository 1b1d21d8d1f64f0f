import { describe, expect, test } from 'vitest';
import { requestDigest } from '../canary/obeyed.ts';
import { gate } from './gate.ts';
import { type Setup, steered } from './testing/steered.ts';

const at = '2026-03-01T12:00:00Z';
const earlier = '2026-03-01T11:50:00Z';
const approval = `approved; by=bob; at=${earlier}`;
const webhooks = [
  { name: 'qa', type: 'confirm-promotion' },
  { name: 'boss', type: 'confirm-rollout' },
  { name: 'desk', type: 'confirm-promotion', url: 'https://me:secret@desk.example.com/ask?token=secret' },
  { name: 'load', type: 'rollout', url: 'http://loadtester/' },
];
const analysis = { interval: '1m', threshold: 5, stepWeight: 10, webhooks };

function runWith({ held = [], obeyed = [] }: { held?: readonly string[]; obeyed?: readonly string[] }) {
  const traffic = { canary: 50, mirror: false };
  return { stage: 'holding', since: earlier, number: 2, step: 5, steps: 5, traffic, held, obeyed } as const;
}

async function call(setup: Setup, ...argv: string[]) {
  const on = await steered({ spec: { analysis }, status: { phase: 'WaitingPromotion' }, ...setup });
  return { on, ...(await on.call(gate, ...argv)) };
}
const said = (text: string) => ({ annotations: { 'gate.sluice.dev/qa': text } });
const used = {
  ...said(approval),
  status: {
    phase: 'WaitingPromotion',
    run: runWith({ obeyed: [requestDigest({ key: 'gate.sluice.dev/qa', text: approval })] }),
  },
} as const;

describe('setting a gate', () => {
  test.each([
    { action: 'open', from: 'nothing', setup: {}, word: 'open', told: 'open' },
    { action: 'open', from: 'an approval', setup: said(approval), word: 'open', told: 'open' },
    { action: 'open', from: 'an unknown word', setup: said('ajar'), word: 'open', told: 'open' },
    { action: 'close', from: 'open', setup: said('open; by=bob'), word: 'closed', told: 'closed' },
    { action: 'close', from: 'an approval', setup: said(approval), word: 'closed', told: 'closed' },
    { action: 'approve', from: 'nothing', setup: {}, word: 'approved', told: 'approved for one request' },
    { action: 'approve', from: 'closed', setup: said('closed'), word: 'approved', told: 'approved for one request' },
    { action: 'approve', from: 'a used approval', setup: used, word: 'approved', told: 'approved for one request' },
  ])('$action from $from is signed', async ({ action, setup, word, told }) => {
    const { code, out, err, on } = await call(setup, action, 'podinfo', 'qa', '-n', 'test');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `canary test/podinfo: gate qa is ${told}; follow it with \`sluice explain canary podinfo -n test\`\n`,
    );
    expect(await on.annotations()).toEqual({ 'gate.sluice.dev/qa': `${word}; by=alice; at=${at}` });
    expect(on.asked).toMatchObject({ manager: 'sluice-cli', closed: true });
  });

  test.each([
    { action: 'open', setup: said(`open; by=bob; at=${earlier}`), told: `open already by bob at ${earlier}` },
    { action: 'close', setup: {}, told: 'closed already' },
    { action: 'close', setup: said('closed; by=bob'), told: 'closed already by bob' },
    { action: 'close', setup: used, told: 'closed, since its approval is used up already' },
    { action: 'approve', setup: said(approval), told: `approved already by bob at ${earlier}` },
    { action: 'approve', setup: said('open; by=bob'), told: 'open already by bob' },
  ])('$action changes nothing where the gate is $told', async ({ action, setup, told }) => {
    const { code, out, on } = await call(setup, action, 'podinfo', 'qa', '-n', 'test');
    expect({ code, out }).toEqual({ code: 0, out: `canary test/podinfo: gate qa is ${told}\n` });
    expect(on.writes()).toEqual([]);
  });
});

describe('a gate is refused', () => {
  const none = { spec: { analysis: { ...analysis, webhooks: webhooks.slice(2) } } };
  test.each([
    { name: 'qaa', setup: {}, words: 'has no gate "qaa"; did you mean qa? it has qa, boss' },
    { name: 'load', setup: {}, words: 'has no gate "load"; it has qa, boss' },
    {
      name: 'desk',
      setup: {},
      words: "asks desk.example.com over HTTP and can't be set by hand: let that answer, or remove its url",
    },
    { name: 'qa', setup: none, words: 'has no gate that is set by hand; a webhook of type confirm-rollout |' },
  ])('called $name when $words', async ({ name, setup, words }) => {
    const { code, out, err, on } = await call(setup, 'open', 'podinfo', name, '-n', 'test');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^sluice gate: [^\n]*\n$/);
    expect(err).toContain(words);
    expect(err).not.toContain('secret');
    expect(on.writes()).toEqual([]);
  });

  test.each([
    { argv: ['open', 'podinfo'], words: "missing required argument 'gate'" },
    { argv: ['shut', 'podinfo', 'qa'], words: 'Allowed choices are list, open, close, approve' },
  ])('$argv as wrong usage', async ({ argv, words }) => {
    const { code, err, on } = await call({}, ...argv);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(on.asked).toEqual({});
  });
});

describe('the list', () => {
  test('shows each gate, how it stands, and who set it when', async () => {
    const setup = {
      annotations: { 'gate.sluice.dev/boss': `open; by=bob; at=${earlier}` },
      status: { phase: 'WaitingPromotion', run: runWith({ held: ['confirm-promotion/qa'] }) },
    } as const;
    const { code, out, err } = await call(setup, 'list', 'podinfo', '-n', 'test');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`\
GATE   TYPE                STATE                   HOLDS   SET BY   WHEN
qa     confirm-promotion   closed                  yes     -        -
boss   confirm-rollout     open                    -       bob      10m ago
desk   confirm-promotion   asks desk.example.com   -       -        -
`);
  });

  test.each([
    { setup: said(approval), words: /^qa .* approved once +- +bob +10m ago$/m },
    { setup: used, words: /^qa .* closed, approval used +- +bob +10m ago$/m },
    { setup: said('closed; at=yesterday'), words: /^qa .* closed +- +- +yesterday$/m },
  ])('tells $words', async ({ setup, words }) => {
    expect((await call(setup, 'list', 'podinfo', '-n', 'test')).out).toMatch(words);
  });

  test('of none says how to get one', async () => {
    const { code, out, err } = await call({ spec: {} }, 'list', 'podinfo', '-n', 'test');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('canary test/podinfo has no gates; a webhook of type');
  });
});

test('the help tells what a gate is', async () => {
  const { code, out } = await call({}, '--help');
  expect(code).toBe(0);
  expect(out).toContain('confirm-rollout, confirm-traffic-increase or confirm-promotion without url');
});
