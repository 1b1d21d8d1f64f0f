import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { chosenServer, isGuess } from './kubeconfig-choice.ts';

interface Given {
  readonly contexts: readonly string[];
  readonly current: string;
  /** Name of the only cluster. */
  readonly cluster?: string;
}

function config({ contexts, current, cluster = 'here' }: Given): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: cluster, server: 'https://here.example', skipTLSVerify: false }],
    users: [],
    contexts: contexts.map((name) => ({ name, cluster: 'here', user: 'me' })),
    currentContext: current,
  });
  return config;
}

test('a context leads to the server of its cluster', () => {
  expect(chosenServer(config({ contexts: ['a'], current: 'a' }), 'the file')).toBe('https://here.example');
});

test.each([
  {
    name: 'no current context',
    given: { contexts: ['blue', 'green'], current: '' },
    words: 'the file names no current context; it has blue, green: choose one with --context',
  },
  {
    name: 'no contexts at all',
    given: { contexts: [], current: 'blue' },
    words: 'the file has no context "blue"; it has no contexts at all: name another file with --kubeconfig',
  },
  {
    name: 'more contexts than a message holds',
    given: { contexts: Array.from({ length: 12 }, (_, at) => `context-${at}`), current: 'x' },
    words: 'context-8, context-9 and 2 more: choose',
  },
  {
    name: 'a context of a cluster that is nowhere described',
    given: { contexts: ['a'], current: 'a', cluster: 'elsewhere' },
    words: 'the file: the context "a" is of the cluster "here", which has no entry with a server in its clusters',
  },
])('$name is an error that says what there is', ({ given, words }) => {
  expect(() => chosenServer(config(given), 'the file')).toThrow(words);
});

test("the library's guess is told from a cluster of its own on the same port", () => {
  const guess = new KubeConfig();
  guess.loadFromClusterAndUser(
    { name: 'cluster', server: 'http://localhost:8080', skipTLSVerify: false },
    { name: 'user' },
  );
  expect(isGuess(guess)).toBe(true);
  expect(isGuess(config({ contexts: ['a'], current: 'a' }))).toBe(false);
});
