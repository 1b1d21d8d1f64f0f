import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeNow, listen } from '../runtime/listening.ts';

const script = fileURLToPath(new URL('../../deploy/wget.mjs', import.meta.url));

interface Ended {
  readonly code: number;
  readonly err: string;
}

function wget(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, _out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, err }),
    );
  });
}

describe('the wget of the image', () => {
  let server: Server;
  let address = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/silence') return;
      response.writeHead(request.url === '/healthz' ? 200 : 503).end('OK');
    });
    address = `http://localhost:${await listen(server)}`;
  });

  afterAll(() => closeNow(server));

  test.each([
    { flags: '--quiet --tries=1 --timeout=4 --spider' },
    { flags: '-q -t 1 -T 4 --spider' },
    { flags: '--spider' },
  ])('ends with 0 after a good answer, with $flags', async ({ flags }) => {
    expect(await wget(...flags.split(' '), `${address}/healthz`)).toEqual({ code: 0, err: '' });
  });

  test('needs no scheme', async () => {
    expect(await wget('--spider', `${address.replace('http://', '')}/healthz`)).toEqual({ code: 0, err: '' });
  });

  test('ends with 8 after an answer that says no, and says so unless it is to be quiet', async () => {
    expect(await wget('--spider', `${address}/other`)).toEqual({
      code: 8,
      err: expect.stringContaining('/other answered 503'),
    });
    expect(await wget('-q', '--spider', `${address}/other`)).toEqual({ code: 8, err: '' });
  });

  test('ends with 4 when nobody listens', async () => {
    expect(await wget('--spider', 'http://127.0.0.1:1/healthz')).toMatchObject({ code: 4 });
  });

  test('ends with 4 when there is no answer in time', async () => {
    expect(await wget('-q', '--spider', '--timeout=0.2', `${address}/silence`)).toEqual({ code: 4, err: '' });
  });

  test.each([
    { args: ['http://a'], says: 'only --spider' },
    { args: ['--spider'], says: 'only --spider' },
    { args: ['--spider', 'http://a', 'http://b'], says: 'only --spider' },
    { args: ['--spider', '--timeout=x', 'http://a'], says: '--timeout x' },
    { args: ['--spider', '--output-document=-', 'http://a'], says: '--output-document' },
  ])('ends with 2 for $args', async ({ args, says }) => {
    expect(await wget(...args)).toEqual({ code: 2, err: expect.stringContaining(says) });
  });
});

test('the image has it under the name that probes call', () => {
  const dockerfile = readFileSync(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8');
  expect(dockerfile).toContain('\nCOPY deploy/wget.mjs deploy/wget.mjs\n');
  expect(dockerfile).toMatch(/chmod 0755 .*deploy\/wget\.mjs/);
  expect(dockerfile).toContain('ln -s /app/deploy/wget.mjs /usr/local/bin/wget');
});
