import { describe, expect, test } from 'vitest';
import { dig } from '../../src/kube/object.ts';
import { analysis, canary, configMap, hook, reading, target } from './manifests.ts';
import { failing, image, patch, play, until } from './play.ts';

const data = (color: string) => patch('ConfigMap', 'env', { data: { color } });

describe('what counts as something new to release', () => {
  test('§14.4 a config that changes in a run starts it over, and its new data is what gets promoted (kept: the release is what is there)', async () => {
    const seen = await play({
      objects: [target(reading('env')), configMap('env', { data: { color: 'blue' } }), canary()],
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Progressing', { canaryWeight: 50 }),
        data('red'),
        until('Progressing', { canaryWeight: 0 }),
        until('Succeeded'),
      ],
    });
    expect(seen.eventsWith('New revision detected! Restarting analysis for web.test')).toHaveLength(1);
    expect(seen.course('ConfigMap', 'env-primary', 'data', 'color')).toEqual(['blue', 'red']);
  });

  test('§14.5 after a failure the promoted spec starts nothing, the bad spec again and a pod annotation do (kept: the way to retry)', async () => {
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ threshold: 1 }) })],
      metrics: failing,
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Failed'),
        image('web:1'),
        { sleep: 25 },
        image('web:2'),
        until('Progressing'),
        until('Failed'),
        patch('Deployment', 'web', { spec: { template: { metadata: { annotations: { retry: '1' } } } } }),
        until('Progressing'),
        until('Failed'),
      ],
    });
    const run = ['Progressing', 'Failed'];
    expect(seen.phases()).toEqual(['Initializing', 'Initialized', ...run, ...run, ...run]);
    expect(seen.eventsWith('Scaling up web.test')).toHaveLength(3);
    expect(seen.course('Deployment', 'web-primary', 'metadata', 'generation')).toEqual([1]);
  });

  test('§14.6 a second revision takes the traffic back to 100/0 at once (kept: it was never measured)', async () => {
    const seen = await play({
      objects: [target(), canary()],
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Progressing', { canaryWeight: 50 }),
        image('web:3'),
        until('Progressing', { canaryWeight: 0 }),
        until('Succeeded'),
      ],
    });
    expect(seen.weights()).toEqual([0, 50, 0, 50, 0]);
  });

  test('§14.11 with skipAnalysis a canary that never gets ready fails at its deadline, the primary keeps its image (kept: nothing unready is promoted)', async () => {
    const seen = await play({
      objects: [target(), canary({ skipAnalysis: true })],
      timeline: [until('Initialized'), image('web:2-stuck'), until('Failed')],
    });
    const pods = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;
    expect(seen.course('Deployment', 'web-primary', ...pods)).toEqual(['web:1']);
    expect(dig(seen.last('Deployment', 'web'), 'spec', 'replicas')).toBe(0);
  });

  test('trap 10: approval of a change that was taken back meanwhile starts nothing (improved: the reference runs the promoted revision)', async () => {
    const webhooks = [hook('qa', 'confirm-rollout')];
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ webhooks }) })],
      hooks: { qa: { status: 403 } },
      timeline: [
        until('Initialized'),
        image('web:2'),
        until('Waiting'),
        image('web:1'),
        until('Initialized'),
        { hook: { qa: { status: 200 } } },
        { sleep: 25 },
      ],
    });
    expect(seen.phases()).toEqual(['Initializing', 'Initialized', 'Waiting', 'Initialized']);
    expect(seen.eventsWith('Scaling up')).toEqual([]);
  });

  test('trap 15: after a failure a ConfigMap that is back at its promoted data starts nothing (improved: the reference starts a run)', async () => {
    const seen = await play({
      objects: [
        target(reading('env')),
        configMap('env', { data: { color: 'blue' } }),
        canary({ analysis: analysis({ threshold: 1 }) }),
      ],
      metrics: failing,
      timeline: [until('Initialized'), data('red'), until('Failed'), data('blue'), { sleep: 25 }],
    });
    expect(seen.phases().slice(-2)).toEqual(['Progressing', 'Failed']);
    expect(seen.eventsWith('Scaling up')).toHaveLength(1);
  });

  test('trap 16: binaryData counts as content and reaches the primary’s copy (improved: the reference leaves it out, and pods break)', async () => {
    const binary = (text: string) => ({ binaryData: { logo: Buffer.from(text).toString('base64') } });
    const seen = await play({
      objects: [target(reading('env')), configMap('env', binary('old')), canary()],
      timeline: [until('Initialized'), patch('ConfigMap', 'env', binary('new')), until('Succeeded')],
    });
    expect(seen.course('ConfigMap', 'env-primary', 'binaryData')).toEqual([
      binary('old').binaryData,
      binary('new').binaryData,
    ]);
  });
});
