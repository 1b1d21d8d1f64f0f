import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dig } from '../../src/kube/object.ts';
import { kindManifests, kindRouters } from './manifests.ts';

/** Files within files: what the manifests hold as text. */
function read(path: string): unknown {
  return parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

test('Prometheus has a configuration that keeps annotated pods, under labels that hide none of theirs', () => {
  const objects = kindManifests().flatMap((manifest) => manifest.objects);
  const config = objects.find(({ kind }) => kind === 'ConfigMap');
  const [job] = dig(parse(String(dig(config, 'data', 'prometheus.yml'))), 'scrape_configs') as [unknown];
  expect(job).toMatchObject({ job_name: 'pods', kubernetes_sd_configs: [{ role: 'pod' }] });
  const targets = (dig(job, 'relabel_configs') as { target_label?: string }[]).map((rule) => rule.target_label);
  expect(targets).toEqual(expect.arrayContaining(['__address__', 'kubernetes_namespace', 'kubernetes_pod_name']));
  expect(targets).not.toContain('namespace');
});

test('ingress-nginx is pinned, counts requests and is asked for its counts', () => {
  expect(read('ingress-nginx/kustomization.yaml')).toMatchObject({
    resources: [expect.stringMatching(/\/controller-v\d+\.\d+\.\d+\/deploy\/static\/provider\/kind\/deploy\.yaml$/)],
    patches: [{ path: 'metrics.yaml', target: { kind: 'Deployment', name: 'ingress-nginx-controller' } }],
  });
  expect(read('ingress-nginx/metrics.yaml')).toEqual([
    { op: 'add', path: '/spec/template/spec/containers/0/args/-', value: '--enable-metrics=true' },
    {
      op: 'add',
      path: '/spec/template/metadata/annotations',
      value: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '10254' },
    },
  ]);
});

describe.each(kindRouters)('the load of the demo with %s', (router) => {
  test('is a script that a shell reads', () => {
    const load = kindManifests(router).find(({ file }) => file.endsWith('/load.yaml'))?.objects[0];
    const [container] = dig(load, 'spec', 'template', 'spec', 'containers') as { command: string[] }[];
    const [shell = '', , script = ''] = container?.command ?? [];
    expect(shell).toBe('sh');
    expect(execFileSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toBe('');
  });
});
