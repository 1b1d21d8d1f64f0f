import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { closeNow, LOOPBACK, listen } from './listening.ts';

const servers: ReturnType<typeof createServer>[] = [];

function server() {
  const made = createServer(() => {});
  servers.push(made);
  return made;
}

afterEach(async () => {
  for (const each of servers.splice(0)) await closeNow(each);
});

test('a server without a port takes a free one on loopback', async () => {
  const one = server();
  const port = await listen(one);
  expect(port).toBeGreaterThan(0);
  expect(one.address()).toMatchObject({ address: LOOPBACK, port });
});

test('a port that is taken is an error', async () => {
  const port = await listen(server());
  await expect(listen(server(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('ending cuts off requests that are never answered', async () => {
  const silent = server();
  const port = await listen(silent);
  const asked = fetch(`http://${LOOPBACK}:${port}/`);
  await new Promise((resolve) => silent.once('request', resolve));
  await closeNow(silent);
  await expect(asked).rejects.toThrow();
});
