import { describe, expect, test, vi } from 'vitest';
import { verbs } from './help.ts';
import { main } from './main.ts';
import { recorder } from './testing/recorder.ts';

async function sluice(...argv: string[]) {
  const terminal = recorder();
  const code = await main(argv, terminal);
  return { code, ...terminal.written };
}

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('%j shows every verb and examples', async (argv) => {
    const { code, out } = await sluice(...argv);
    expect(code).toBe(0);
    for (const [verb, use] of Object.entries(verbs))
      expect(out).toMatch(new RegExp(`^  ${verb} +${use.slice(0, 20)}`, 'm'));
    expect(out).toContain('sluice explain canary podinfo -n test');
  });

  test.each([
    { argv: ['help', 'run'], words: '--mesh-provider <text>' },
    { argv: ['run', '-h'], words: '--mesh-provider <text>' },
    { argv: ['demo', '--help'], words: 'Usage: sluice demo [--keep]' },
    { argv: ['help', 'sandbox'], words: '--api-only' },
    { argv: ['help', 'version'], words: 'Usage: sluice version\n' },
    { argv: ['help', 'help'], words: 'Usage: sluice help [verb]\n' },
    { argv: ['-help'], words: 'Usage: sluice <verb>' },
    { argv: ['help', 'get'], words: 'Usage: get [options] <kind> [name]' },
    { argv: ['explain', '--help'], words: 'Usage: explain [options] <kind> <name>' },
    { argv: ['help', 'promote'], words: 'Usage: promote [options] <canary>' },
    { argv: ['resume', '--help'], words: 'Usage: resume [options] <canary>' },
    { argv: ['help', 'gate'], words: 'Usage: gate [options] <action> <canary> [gate]' },
  ])('$argv teaches the verb', async ({ argv, words }) => {
    const { code, out } = await sluice(...argv);
    expect(code).toBe(0);
    expect(out).toContain(words);
  });
});

test.each([
  [['version']],
  [['--version']],
  [['-version']],
  [['-version=true']],
  [['--version=1']],
  [['run', '-version']],
  [['run', '-port', '1', '-version=T']],
])('%j prints the version, and starts nothing', async (argv) => {
  const { code, out } = await sluice(...argv);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  { word: 'expain', err: 'sluice: unknown verb "expain"; did you mean `sluice explain`?\n' },
  { word: 'toString', err: `sluice: unknown verb "toString"; the verbs are ${Object.keys(verbs).join(', ')}\n` },
])('the unknown verb $word is refused', async ({ word, err }) => {
  expect(await sluice(word)).toEqual({ code: 2, out: '', err });
});

test.each([
  { argv: ['run', '-nmespace=x'], err: 'unknown flag -nmespace; did you mean -namespace?' },
  { argv: ['-nmespace=x'], err: 'unknown flag -nmespace; did you mean -namespace?' },
  { argv: ['sandbox', '--port', 'http'], err: '--port takes a number' },
])('$argv is refused by its verb before anything is started', async ({ argv, err }) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { code } = await sluice(...argv);
  const [[text] = []] = write.mock.calls;
  write.mockRestore();
  expect(code).toBe(2);
  expect(text).toContain(err);
});
