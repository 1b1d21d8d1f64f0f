import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { kindRouters } from './manifests.ts';
import { asItShould, runScript } from './testing/fake-tools.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const scripts = readdirSync(here).filter((name) => name.endsWith('.sh'));

describe.each(scripts)('%s', (name) => {
  const text = readFileSync(here + name, 'utf8');

  test('is read by bash without a complaint', () => {
    expect(execFileSync('bash', ['-n', here + name], { encoding: 'utf8' })).toBe('');
  });

  test('stops at the first error', () => {
    expect(text).toMatch(name === 'lib.sh' ? /^set -euo pipefail$/m : /^source .*\/lib\.sh"$/m);
  });

  test('expands nothing without quotes that could hold a blank', () => {
    const program = text.replace(/<<TEXT\n[\s\S]*?\nTEXT\n/g, '');
    const words = program.split('\n').filter((line) => !/^\s*(?:#|case )|\[\[|\(\(/.test(line));
    const quoted = words.map((line) => line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""'));
    expect(quoted.filter((line) => /(?:^|\s)\$\{?[a-z@*]/.test(line))).toEqual([]);
  });
});

describe.each(kindRouters)('the demo with %s', (router) => {
  const script = `${router}.sh`;

  test('can be started', () => {
    expect(statSync(here + script).mode & 0o111).toBe(0o111);
  });

  test('ends with 0 when the good version was promoted and the bad one rolled back', () => {
    const { code, calls, out } = runScript(script, []);
    expect({ code, end: out.includes('was promoted, and version 3.0.0 was rolled back') }).toEqual({
      code: 0,
      end: true,
    });
    const inOrder = [
      /^make --silent -C .* setup$/,
      new RegExp(`^kind create cluster --name sluice-${router} `),
      /^docker build --file .*\/deploy\/Dockerfile --tag sluice:demo .*GIT_VERSION=1:2.39 .*SHA256=0123 .*SHA256=4567 /,
      /^docker build .*sluice-demo:1.0.0 .*ERROR_RATE=0 /,
      /^docker build .*sluice-demo:3.0.0 .*ERROR_RATE=0.25 /,
      new RegExp(`^kind load docker-image --name sluice-${router} sluice:demo sluice-demo:1.0.0 .*2.0.0 .*3.0.0$`),
      router === 'istio'
        ? /^istioctl install --context kind-sluice-istio /
        : /^kubectl --context kind-sluice-nginx apply --kustomize .*\/ingress-nginx$/,
      new RegExp(`^npm .* install --mesh-provider ${router} --image sluice:demo .*--context kind-sluice-${router}$`),
      new RegExp(`^kubectl .* apply --filename .*/manifests/${router}$`),
      /^kubectl .* set image deployment\/shop shop=sluice-demo:2.0.0$/,
      /^npm .* explain canary shop .*$/,
      /^kubectl .* set image deployment\/shop shop=sluice-demo:3.0.0$/,
      /^npm .* explain canary shop .*$/,
    ];
    const rest = [...calls];
    for (const pattern of inOrder) {
      const at = rest.findIndex((call) => pattern.test(call));
      expect(at, `${pattern} in ${rest.join('\n')}`).toBeGreaterThanOrEqual(0);
      rest.splice(0, at + 1);
    }
  });

  test.each([
    {
      name: 'the good version was rolled back',
      ends: { ...asItShould, '2.0.0': 'Failed' },
      says: '2.0.0 was not promoted',
    },
    {
      name: 'the bad version was promoted',
      ends: { ...asItShould, '3.0.0': 'Succeeded' },
      says: '3.0.0 was not rolled',
    },
    {
      name: 'the primary has another image',
      ends: { ...asItShould, primary: 'other:2.0.0' },
      says: '2.0.0 was not promoted',
    },
  ])('ends with 1 when $name', ({ ends, says }) => {
    const { code, err } = runScript(script, [], ends);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(says) });
  });

  test('names what has to be installed first, and touches nothing', () => {
    const { code, err, calls } = runScript(script, [], asItShould, { kind: null, docker: null });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/docker \(https:.*kind \(https:/) });
    expect(calls.filter((call) => !call.startsWith('istioctl version'))).toEqual([]);
  });

  test('pushes to a registry where the cluster is none of kind', () => {
    const { code, calls, applied } = runScript(script, ['--reuse', '--registry', 'reg.example.com/team'], {
      ...asItShould,
      primary: 'reg.example.com/team/sluice-demo:2.0.0',
    });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith('kind '))).toEqual([]);
    expect(calls).toContain('docker push --quiet reg.example.com/team/sluice:demo');
    expect(applied).toContain('image: reg.example.com/team/sluice-demo:1.0.0');
  });

  test('--delete removes the cluster', () => {
    const { code, calls } = runScript(script, ['--delete']);
    expect(code).toBe(0);
    expect(calls).toContain(`kind delete cluster --name sluice-${router}`);
  });

  test('--delete --reuse removes what was put into the cluster, and no more', () => {
    const { code, calls, out } = runScript(script, ['--delete', '--reuse']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`${router} stays`) });
    const deletions = calls.filter((call) => /^make | delete |uninstall/.test(call));
    expect(deletions).toEqual([
      expect.stringMatching(
        /^kubectl --context kind-mine delete namespace,.*--selector app.kubernetes.io\/part-of=sluice-demo /,
      ),
      expect.stringMatching(/^make .* setup$/),
      expect.stringMatching(/^npm .* uninstall --context kind-mine$/),
    ]);
  });

  test('refuses what it does not know', () => {
    expect(runScript(script, ['--reus'])).toMatchObject({ code: 2, err: expect.stringContaining('Usage:'), calls: [] });
  });
});

test.each([
  { name: 'no istioctl', istioctl: null, says: 'istioctl (1.27.1, https://' },
  {
    name: 'another istioctl than the pinned one',
    istioctl: 'echo "client version: 1.9.0"',
    says: 'istioctl 1.27.1 instead of',
  },
])('$name is refused', ({ istioctl, says }) => {
  const { code, err } = runScript('istio.sh', [], asItShould, { istioctl });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(says) });
});

test('a Docker that does not answer is told before anything is done', () => {
  const { code, err, calls } = runScript('nginx.sh', [], asItShould, { docker: 'exit 1' });
  expect({ code, err, calls }).toEqual({
    code: 1,
    err: expect.stringContaining('start it first'),
    calls: ['docker info'],
  });
});
