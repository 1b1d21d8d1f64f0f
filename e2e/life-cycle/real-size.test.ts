import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { ROOT } from '../replay/mock.ts';
import { type Life, live, type Told } from './life.ts';
import { canary, deployment, gate, make, service } from './objects.ts';

const STATUS_LIMIT_BYTES = 16 * 1024;
const CONFIGS = 20;
const CHECKS = 10;
const hookTypes = ['confirm-rollout', 'pre-rollout', 'rollout', 'confirm-promotion', 'post-rollout', 'event'];
/** The longest name of an object, less `-primary` for the copies. */
const LONGEST = 253 - '-primary'.length;

/** A name that is as long as it may be. */
function long(name: string, length = LONGEST): string {
  return `${name}-${'x'.repeat(length)}`.slice(0, length);
}

function named(name: string, isLong: boolean): string {
  return isLong ? long(name) : name;
}

/** A whole release: 10 checks, 6 hooks, 20 tracked configs and 3 receivers of alerts. */
function release(isLong: boolean, more: JsonObject = {}): KubeObject[] {
  const provider = { type: 'prometheus', address: `${ROOT}/s/life/prom` };
  const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
  const configs = indices(CONFIGS).map((i) => make('ConfigMap', named(`config-${i}`, isLong), { data: { v: '1' } }));
  const volumes = configs.map(({ metadata: { name } }, i) => ({ name: `v${i}`, configMap: { name } }));
  const templates = indices(CHECKS).map((i) => {
    return make('MetricTemplate', named(`template-${i}`, isLong), { spec: { provider, query: `check_${i}_of_many` } });
  });
  const metrics = templates.map(({ metadata: { name } }, i): JsonObject => {
    const limits = { failureLimit: 50, consecutiveFailureLimit: 50, consecutiveErrorLimit: 50 };
    return {
      name: named(`check-${i}`, isLong),
      interval: '1m',
      thresholdRange: { max: 1 },
      templateRef: { name },
      ...limits,
    };
  });
  const receivers = ['a', 'b', 'c'].map((name) => {
    const spec = { type: 'slack', channel: 'x', address: `${ROOT}/s/life/alert/${name}` };
    return make('AlertProvider', named(`chat-${name}`, isLong), { spec });
  });
  const alerts = receivers.map(({ metadata: { name } }) => ({ name, severity: 'info', providerRef: { name } }));
  const webhooks = hookTypes.map((type) => ({ ...gate(type), name: named(type, isLong) }));
  const analysis = { threshold: 3, measureAll: true, metrics, webhooks, alerts, ...more };
  const pod = { volumes };
  return [
    ...configs,
    ...templates,
    ...receivers,
    deployment({ pod }),
    service(),
    canary({ analysis, revertOnDeletion: true }),
  ];
}

const good: readonly [string, number] = ['check_', 0.5];
const calm = { metrics: [good] };

/** Requests of the controller, Events left out, by the moment at which they came. */
function moments(requests: readonly Told[]): Map<number, readonly Told[]> {
  const told = requests.filter(({ resource, verb }) => resource !== 'events' && verb !== 'watch');
  return Map.groupBy(told, ({ at }) => at);
}

function inWords(requests: readonly Told[]): string[] {
  return requests.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`);
}

/** Bytes of the largest status that was ever written. */
function largest(life: Life): number {
  const sizes = life.stage.versions.map(({ object }) => {
    return object.kind === 'Canary' ? Buffer.byteLength(JSON.stringify(object['status'] ?? {})) : 0;
  });
  return Math.max(...sizes);
}

async function end(life: Life, run: number): Promise<void> {
  await life.until(
    `the end of run ${run}`,
    () => dig(life.status(), 'run', 'number') === run && life.stageOf() === 'idle',
  );
}

describe('a release of real size', () => {
  it('a wake-up is one decision: one status and at most three writes in all, and nothing is read', async () => {
    await live(
      release(false),
      async (life) => {
        await life.reach('Initialized');
        await life.advance(5_000);
        const from = life.requests.length;
        await life.setImage('web:2');
        await end(life, 1);
        for (const [at, requests] of moments(life.requests.slice(from))) {
          const statuses = requests.filter(({ resource }) => resource === 'canaries/status');
          // The end is a row of decisions: traffic is back, pods are gone, it is done
          const isEnd =
            requests.some(({ resource, verb }) => resource === 'deployments' && verb === 'patch') &&
            statuses.length > 1;
          const what = `${new Date(at).toISOString()}: ${inWords(requests).join(', ')}`;
          expect(requests.length, what).toBeLessThanOrEqual(isEnd ? 3 * statuses.length : 3);
          expect(
            requests.filter(({ verb }) => verb === 'get' || verb === 'list'),
            what,
          ).toEqual([]);
        }
        expect(life.status()['phase']).toBe('Succeeded');
      },
      calm,
    );
  });

  it('every check is asked once per step, and everybody is told once', async () => {
    await live(
      release(false),
      async (life) => {
        await life.reach('Initialized');
        await life.advance(5_000);
        const { mock } = life.stage;
        const alerts = mock.alerts.length;
        const asked = (i: number) =>
          mock.queries.filter((query) => String(query['query']).includes(`check_${i}_`)).length;
        const before = Array.from({ length: CHECKS }, (_, i) => asked(i));
        await life.setImage('web:2');
        await end(life, 1);
        // Two steps are checked and the promotion; the first step has nothing to measure yet
        for (let i = 0; i < CHECKS; i++) expect(asked(i) - Number(before[i]), `check ${i}`).toBe(2);
        const calls = Object.groupBy(mock.calls, ({ hook }) => hook);
        expect(
          Object.entries(calls)
            .filter(([hook]) => hook !== 'event')
            .map(([hook, list]) => [hook, list?.length]),
        ).toEqual([
          ['confirm-rollout', 1],
          ['pre-rollout', 1],
          ['rollout', 2],
          ['confirm-promotion', 1],
          ['post-rollout', 1],
        ]);
        const told = mock.alerts
          .slice(alerts)
          .map(({ receiver, body }) => `${receiver}: ${dig(body, 'attachments', 0, 'text')}`);
        expect(new Set(told).size).toBe(told.length);
        expect(told.length).toBe(6);
      },
      calm,
    );
  });

  it('it is taken over, released and given back without a gap', async () => {
    await live(
      release(false),
      async (life) => {
        await life.reach('Initialized');
        await life.setImage('web:2');
        await end(life, 1);
        await life.remove('Canary');
        await life.until('the Canary gone', () => life.find('Canary') === undefined);
        expect([life.replicas('web'), life.watcher.answers('web')]).toEqual([2, true]);
      },
      calm,
    );
  });

  it.each([
    ['usual names', false],
    ['names and errors as long as they may be', true],
  ] as const)('the status stays below 16 KiB over 30 runs with %s', async (_, isLong) => {
    await live(
      release(isLong, { stepWeight: 100 }),
      async (life) => {
        const { mock } = life.stage;
        const trouble = '語'.repeat(3_000);
        await life.reach('Initialized');
        for (let run = 1; run <= 30; run++) {
          const kind = run % 4;
          mock.metrics =
            kind === 1 ? [['check_', { status: 500, body: trouble }]] : kind === 2 ? [['check_', 7]] : [good];
          mock.hooks = kind === 3 ? { rollout: { status: 500, body: trouble } } : {};
          await life.setImage(`web:${run + 1}`);
          await end(life, run);
        }
        expect(life.status()['phase']).toBe('Failed');
        expect(largest(life)).toBeLessThan(STATUS_LIMIT_BYTES);
      },
      calm,
    );
  });
});
