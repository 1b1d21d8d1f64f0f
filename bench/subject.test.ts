import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { peerFrom } from './subject.ts';

describe('a peer', () => {
  it.each([{}, { PEER_CMD: '' }, { PEER_CMD: '  ' }])('is absent when no command is given: %j', (environment) => {
    expect(peerFrom(environment)).toBeUndefined();
  });

  it('gets the flags behind its command as they are', () => {
    const [program = '', ...first] = peerFrom({ PEER_CMD: `printf '%s\\n' run` })?.command ?? [];
    const printed = execFileSync(program, [...first, '-a=b c', '-d=$HOME'], { encoding: 'utf8' });
    expect(printed.trimEnd().split('\n')).toEqual(['run', '-a=b c', '-d=$HOME']);
  });
});
