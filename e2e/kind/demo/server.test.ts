import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** Starts the app and resolves with its address. */
async function start(env: Readonly<Record<string, string>>): Promise<string> {
  const server = fileURLToPath(new URL('server.mjs', import.meta.url));
  const started = spawn(process.execPath, [server], { env: { PORT: '0', DRAIN_MS: '0', ...env }, stdio: 'pipe' });
  child = started;
  const [line] = (await once(createInterface(started.stdout), 'line')) as [string];
  return `http://127.0.0.1:${line.split(' ').at(-1)}`;
}

test.each([
  { name: 'a good version answers with itself', rate: '0', status: 200 },
  { name: 'a version that always fails says so and is an error', rate: '1', status: 500 },
])('$name', async ({ rate, status }) => {
  const url = await start({ VERSION: '2.0.0', ERROR_RATE: rate });
  const answer = await fetch(url);
  expect({ status: answer.status, body: await answer.text() }).toEqual({
    status,
    body: expect.stringMatching(/^2\.0\.0 /),
  });
});

test('its health is no matter of the version', async () => {
  const url = await start({ ERROR_RATE: '1' });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('it ends when it is asked to', async () => {
  await start({});
  child?.kill('SIGTERM');
  expect(await once(child as ChildProcess, 'exit')).toEqual([0, null]);
});
