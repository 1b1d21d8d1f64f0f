import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type AccessOptions, loadAccess } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
const path = join(folder, 'config');

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(path, { force: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a kubeconfig with the contexts `main` (as given) and `other`, and returns its path. */
function write(user: object, cluster: object = { server: 'https://main.example:6443/' }): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    clusters: [
      { name: 'main', cluster },
      { name: 'other', cluster: { server: 'https://other.example:6443' } },
    ],
    users: [{ name: 'main', user }],
    contexts: [
      { name: 'main', context: { cluster: 'main', user: 'main', namespace: 'prod' } },
      { name: 'other', context: { cluster: 'other', user: 'main' } },
    ],
  };
  writeFileSync(path, stringify(config));
  return path;
}

async function load(options: AccessOptions) {
  const { endpoint, namespace } = await loadAccess(options);
  return { server: endpoint.server, namespace, tls: endpoint.tls, headers: await endpoint.authorize(false) };
}

test('the file that is named gives server and namespace', async () => {
  expect(await load({ kubeconfig: write({}) })).toMatchObject({
    server: 'https://main.example:6443',
    namespace: 'prod',
  });
});

test('without a name $KUBECONFIG counts', async () => {
  vi.stubEnv('KUBECONFIG', write({}));
  expect(await load({})).toMatchObject({ server: 'https://main.example:6443', namespace: 'prod' });
});

test('a context can be chosen; its namespace is default when it names none', async () => {
  const access = await load({ kubeconfig: write({}), context: 'other' });
  expect(access).toMatchObject({ server: 'https://other.example:6443', namespace: 'default' });
});

test('master overrides the server', async () => {
  const access = await load({ kubeconfig: write({}), master: 'https://1.2.3.4' });
  expect(access).toMatchObject({ server: 'https://1.2.3.4', namespace: 'prod' });
});

test('a context that does not exist leads to no cluster, with words that say what to do', async () => {
  await expect(load({ kubeconfig: write({}), context: 'typo' })).rejects.toThrow('--kubeconfig');
});

test.each([
  { name: 'a token', user: { token: 't0k' }, authorization: 'Bearer t0k' },
  { name: 'a name and a password', user: { username: 'ann', password: 'b:c' }, authorization: 'Basic YW5uOmI6Yw==' },
  { name: 'nobody', user: {}, authorization: undefined },
])('credentials of $name become a header', async ({ user, authorization }) => {
  const { headers } = await load({ kubeconfig: write(user) });
  expect(headers['Authorization']).toBe(authorization);
});

test('certificates become TLS options', async () => {
  const data = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': data('CERT'), 'client-key-data': data('KEY') };
  const cluster = {
    server: 'https://main.example',
    'certificate-authority-data': data('CA'),
    'tls-server-name': 'api.example',
  };
  const { tls } = await load({ kubeconfig: write(user, cluster) });
  expect(Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, String(value)]))).toMatchObject({
    ca: 'CA',
    cert: 'CERT',
    key: 'KEY',
    servername: 'api.example',
  });
});

test('a renewed credential is read from the file again', async () => {
  const { endpoint } = await loadAccess({ kubeconfig: write({ token: 'old' }) });
  write({ token: 'new' });
  expect((await endpoint.authorize(false))['Authorization']).toBe('Bearer old');
  expect((await endpoint.authorize(true))['Authorization']).toBe('Bearer new');
});

test('plain HTTP is allowed, as for embedded servers', async () => {
  const access = await load({ kubeconfig: write({}, { server: 'http://127.0.0.1:8001' }) });
  expect(access.server).toBe('http://127.0.0.1:8001');
});

test('a file that does not exist is an error', async () => {
  await expect(load({ kubeconfig: join(folder, 'none') })).rejects.toThrow('ENOENT');
});
