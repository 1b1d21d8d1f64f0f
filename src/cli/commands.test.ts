import { describe, expect, test } from 'vitest';
import { ApiError } from '../kube/errors.ts';
import type { ObjectRef } from '../kube/object.ts';
import type { AccessFlags, OpenCluster } from './cluster-access.ts';
import { explain } from './explain.ts';
import { get } from './get.ts';
import { canaryWith, now, progressing } from './testing/canary.ts';
import { recorder } from './testing/recorder.ts';

/** A cluster with podinfo in namespace test, and a note of what was asked. */
function cluster() {
  const asked: { flags?: AccessFlags; list?: string | undefined; closed?: boolean } = {};
  const canary = canaryWith(progressing);
  const open = async (flags: AccessFlags): Promise<OpenCluster> => {
    asked.flags = flags;
    return {
      namespace: 'default',
      client: {
        async get(ref: ObjectRef) {
          if (ref.name === 'podinfo' && ref.namespace === 'test') return canary;
          throw new ApiError(`canaries.flagger.app "${ref.name}" not found`, { code: 404, reason: 'NotFound' });
        },
        async list(_kind, options = {}) {
          asked.list = options.namespace;
          const here = options.namespace === undefined || options.namespace === 'test';
          return { resourceVersion: '1', items: here ? [canary] : [] };
        },
      },
      async close() {
        asked.closed = true;
      },
    };
  };
  return { asked, open };
}

async function call(verb: typeof get, ...argv: string[]) {
  const terminal = recorder(now);
  const { asked, open } = cluster();
  const code = await verb(argv, terminal, open);
  return { code, asked, ...terminal.written };
}

describe('get', () => {
  test('lists the canaries of a namespace and closes the cluster', async () => {
    const { code, out, asked } = await call(get, 'canaries', '-n', 'test', '--context', 'blue', '--kubeconfig', 'file');
    expect(code).toBe(0);
    expect(out).toMatch(/^NAME .*\npodinfo {3}Progressing/);
    expect(asked).toMatchObject({ flags: { context: 'blue', kubeconfig: 'file' }, list: 'test', closed: true });
  });

  test('lists every namespace with -A', async () => {
    const { out, asked } = await call(get, 'canaries', '-A');
    expect(asked.list).toBeUndefined();
    expect(out).toMatch(/^NAMESPACE/);
  });

  test("takes the context's namespace, and says when nothing is there", async () => {
    expect(await call(get, 'canaries')).toMatchObject({
      code: 0,
      out: '',
      err: 'no canaries in namespace default; -A looks in all of them\n',
    });
  });

  test('gives a list as JSON', async () => {
    const { out } = await call(get, 'canaries', '-A', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'List', items: [{ kind: 'Canary', metadata: { name: 'podinfo' } }] });
  });

  test('gives one object as YAML', async () => {
    const { out } = await call(get, 'canary', 'podinfo', '-n', 'test', '-o', 'yaml');
    expect(out).toMatch(/^apiVersion: flagger\.app\/v1beta1\nkind: Canary\n/);
  });

  test('refuses an unknown kind as wrong usage', async () => {
    const { code, err } = await call(get, 'pods');
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are canaries');
  });

  test('shows its help', async () => {
    const { code, out } = await call(get, '--help');
    expect(code).toBe(0);
    expect(out).toContain('--all-namespaces');
  });
});

describe('explain', () => {
  test('tells of one canary', async () => {
    const { code, out, asked } = await call(explain, 'canary', 'podinfo', '-n', 'test');
    expect(code).toBe(0);
    expect(out).toMatch(/^canary test\/podinfo: Progressing\n/);
    expect(asked.closed).toBe(true);
  });

  test('gives the same as data', async () => {
    const { out } = await call(explain, 'canary', 'podinfo', '-n', 'test', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ name: 'podinfo', phase: 'Progressing', run: { step: 3, steps: 10 } });
  });

  test('says in one line what went wrong, and closes the cluster', async () => {
    expect(await call(explain, 'canary', 'shop')).toMatchObject({
      code: 1,
      out: '',
      err: 'sluice explain: canaries.flagger.app "shop" not found; `sluice get canaries -A` lists what there is\n',
      asked: { closed: true },
    });
  });

  test('wants a name', async () => {
    const { code, err } = await call(explain, 'canary');
    expect(code).toBe(2);
    expect(err).toContain("missing required argument 'name'");
  });
});

test('a cluster without the CRDs is an error that says what to do', async () => {
  const terminal = recorder();
  const error = new ApiError('no kind Canary', { code: 404, reason: 'KindNotServed' });
  expect(await get(['canaries'], terminal, () => Promise.reject(error))).toBe(1);
  expect(terminal.written.err).toBe('sluice get: no kind Canary; were the files in crds/ applied to it?\n');
});

test('a cluster that cannot be opened is an error in words', async () => {
  const terminal = recorder();
  const code = await get(['canaries'], terminal, () => Promise.reject(new Error('no cluster is configured')));
  expect(code).toBe(1);
  expect(terminal.written.err).toBe('sluice get: no cluster is configured\n');
});
