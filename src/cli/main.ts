import { setFlagsFromString } from 'node:v8';
import { nearest } from '../nearest.ts';
import { isVerb, renderHelp, renderRunHelp, renderVerbHelp, type Verb, verbs } from './help.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const help = /^(?:-h|--?help)$/;

/**
 * The `sluice` command. Resolves with the exit code: 0 done, 1 it went wrong, 2 it was asked wrongly. Each verb is loaded
 * only when it is asked for.
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || help.test(word)) return show(terminal, renderHelp());
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
  const helpAsked = argv.some((argument) => help.test(argument));
  switch (verb) {
    case 'get':
      return (await import('./get.ts')).get(argv, terminal);
    case 'explain':
      return (await import('./explain.ts')).explain(argv, terminal);
    case 'pause':
    case 'resume':
    case 'promote':
    case 'skip':
    case 'abort':
    case 'retry':
      return (await import('./steer.ts')).steer(verb, argv, terminal);
    case 'gate':
      return (await import('./gate.ts')).gate(argv, terminal);
    case 'install':
      return (await import('./install.ts')).install(argv, terminal);
    case 'check':
      return (await import('./check.ts')).check(argv, terminal);
    case 'uninstall':
      return (await import('./uninstall.ts')).uninstall(argv, terminal);
    case 'run':
      if (helpAsked) return show(terminal, renderRunHelp((await import('../options.ts')).renderFlags()));
      // A controller makes little garbage: a small young generation costs it no time and saves tens of megabytes
      setFlagsFromString('--max-semi-space-size=2');
      return (await import('./run.ts')).run(argv, terminal);
    case 'demo':
      return helpAsked ? show(terminal, renderVerbHelp(verb)) : (await import('./demo.ts')).demo(argv);
    case 'sandbox':
      return helpAsked ? show(terminal, renderVerbHelp(verb)) : (await import('./sandbox.ts')).sandbox(argv);
    case 'version':
      return helpAsked ? show(terminal, renderVerbHelp(verb)) : showVersion(terminal);
    case 'help':
      if (helpAsked) return show(terminal, renderVerbHelp(verb));
      return argv[0] === undefined ? show(terminal, renderHelp()) : main([argv[0], '--help'], terminal);
  }
}

async function showVersion(terminal: Terminal): Promise<number> {
  const { packageVersion } = await import('./version.ts');
  return show(terminal, `${packageVersion()}\n`);
}

function show(terminal: Terminal, text: string): number {
  terminal.out(text);
  return 0;
}
