import { nearest } from '../nearest.ts';
import { isVerb, renderHelp, type Verb, verbs } from './help.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/**
 * The `sluice` command. Resolves with the exit code: 0 done, 1 it went wrong, 2 it was asked wrongly. Each verb is loaded
 * only when it is asked for.
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || /^(?:-h|--?help)$/.test(word)) return show(terminal, renderHelp());
  // A Deployment of the reference gives flags alone
  if (word.startsWith('-')) return dispatch('run', argv, terminal);
  if (!isVerb(word)) {
    const meant = nearest(word, Object.keys(verbs));
    const hint = meant ? `did you mean \`sluice ${meant}\`?` : `the verbs are ${Object.keys(verbs).join(', ')}`;
    terminal.err(`sluice: unknown verb ${JSON.stringify(word)}; ${hint}\n`);
    return 2;
  }
  return dispatch(word, rest, terminal);
}

async function dispatch(verb: Verb, argv: readonly string[], terminal: Terminal): Promise<number> {
  switch (verb) {
    case 'help':
      return argv[0] === undefined || argv[0] === 'help'
        ? show(terminal, renderHelp())
        : main([argv[0], '--help'], terminal);
    case 'version':
      return showVersion(terminal);
    case 'run':
      return runVerb(argv, terminal);
    case 'demo':
      return (await import('./demo.ts')).demo(argv);
    case 'sandbox':
      return (await import('./sandbox.ts')).sandbox(argv);
    case 'get':
      return (await import('./get.ts')).get(argv, terminal);
    case 'explain':
      return (await import('./explain.ts')).explain(argv, terminal);
  }
}

async function runVerb(argv: readonly string[], terminal: Terminal): Promise<number> {
  const asked = (pattern: RegExp) => argv.some((argument) => pattern.test(argument));
  if (asked(/^(?:-h|--?help)$/)) {
    const [{ renderFlags }, { renderRunHelp }] = await Promise.all([import('../options.ts'), import('./help.ts')]);
    return show(terminal, renderRunHelp(renderFlags()));
  }
  if (asked(/^--?version$/)) return showVersion(terminal);
  return (await import('./run.ts')).run(argv);
}

async function showVersion(terminal: Terminal): Promise<number> {
  const { packageVersion } = await import('./version.ts');
  return show(terminal, `${packageVersion()}\n`);
}

function show(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}
