import { expect, test } from 'vitest';
import { createLogger, type LogLevel } from './log.ts';

function start(level: LogLevel, encoding: 'json' | 'console') {
  const lines: string[] = [];
  const log = createLogger({ level, encoding, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

test.each([
  { level: 'debug', heard: ['debug', 'info', 'warning', 'error'] },
  { level: 'info', heard: ['info', 'warning', 'error'] },
  { level: 'warning', heard: ['warning', 'error'] },
  { level: 'error', heard: ['error'] },
] as const)('at $level one hears $heard', ({ level, heard }) => {
  const { log, lines } = start(level, 'json');
  log.debug('x');
  log.info('x');
  log.warn('x');
  log.error('x');
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(heard);
});

test('a line is one JSON object with time, level, canary and message', () => {
  const { log, lines } = start('info', 'json');
  log.info({ canary: 'podinfo.test' }, 'New revision detected!');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    canary: 'podinfo.test',
    msg: 'New revision detected!',
  });
});

test.each(['json', 'console'] as const)('secrets are blanked (%s)', (encoding) => {
  const { log, lines } = start('info', encoding);
  const secrets = { token: 's3cret', authorization: 's3cret', password: 's3cret', address: 's3cret', url: 's3cret' };
  log.info({ ...secrets, headers: { any: 's3cret' }, provider: secrets }, 'calling');
  expect(lines.join('')).not.toContain('s3cret');
  expect(lines.join('')).toContain('calling');
});

test('an error is told with its message', () => {
  const { log, lines } = start('info', 'json');
  log.error({ err: new Error('it broke') }, 'sorry');
  expect(JSON.parse(lines[0] ?? '').err.message).toBe('it broke');
});

test('the console shows short lines', () => {
  const { log, lines } = start('info', 'console');
  log.warn({ canary: 'podinfo.test', step: 2 }, 'Halt advancement');
  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d warning podinfo\.test Halt advancement step=2\n$/)]);
});
