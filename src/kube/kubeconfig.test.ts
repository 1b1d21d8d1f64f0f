import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
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

test('master decides whether TLS is verified, not the server that it overrides', async () => {
  const kubeconfig = write({}, { server: 'http://127.0.0.1:8001' });
  expect((await load({ kubeconfig, master: 'https://1.2.3.4' })).tls).not.toHaveProperty('rejectUnauthorized');
});

test.each([
  { asked: 'typo', words: `has no context "typo"; it has main, other: choose one with --context` },
  { asked: 'othr', words: `has no context "othr"; did you mean other? it has main, other` },
])('the context $asked, which does not exist, is named, and so are the known ones', async ({ asked, words }) => {
  const kubeconfig = write({});
  await expect(load({ kubeconfig, context: asked })).rejects.toThrow(`kubeconfig ${kubeconfig} ${words}`);
});

describe('where there is neither a file nor a service account', () => {
  // In a pod there is a service account
  const outside = test.skipIf(existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token'));

  outside('no cluster is configured, whatever the library would guess', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    await expect(load({})).rejects.toThrow(/^no cluster is configured: .* name a kubeconfig with --kubeconfig or /);
    await expect(load({ context: 'main' })).rejects.toThrow('no cluster is configured');
  });

  outside('master is enough, and its TLS is verified', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    const access = await load({ master: 'https://1.2.3.4' });
    expect(access).toMatchObject({ server: 'https://1.2.3.4', namespace: 'default' });
    expect(access.tls).not.toHaveProperty('rejectUnauthorized');
  });
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
