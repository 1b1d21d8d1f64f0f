import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/kube/errors.ts';
import { dig } from '../../src/kube/object.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { type Answer, jsonAnswer } from '../../src/sandbox/api/exchange.ts';
import { inProcessTransport } from '../../src/sandbox/api/in-process.ts';
import type { ApiServer } from '../../src/sandbox/api/server.ts';
import { compare } from './compare.ts';
import type { Mock } from './mock.ts';
import { loadScenario, type Scenario } from './scenario.ts';
import { Stage } from './stage.ts';

const scenario = loadScenario('weight-gatewayapi-v1');

function refusal(code: number, reason: string, headers: Record<string, string> = {}): Answer {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `injected ${reason}`, reason, code };
  return jsonAnswer(code, body, headers);
}

/** Answers every n-th request of the controller with a refusal. */
function everyNth(n: number, verbs: readonly string[], answer: () => Answer) {
  return (server: ApiServer) => {
    let count = 0;
    server.intercept((request) => {
      const ours = (request.headers['user-agent'] ?? '').startsWith('flagger/') && verbs.includes(request.method);
      if (!ours || request.path.includes('watch=')) return undefined;
      count += 1;
      return count % n === 0 ? answer() : undefined;
    });
  };
}

async function play(what: Scenario, disturb: (stage: Stage) => void) {
  const stage = new Stage(what);
  try {
    disturb(stage);
    return { recording: await stage.run(), stage };
  } finally {
    await stage.close();
  }
}

describe('an API server in trouble delays a release and changes nothing else', () => {
  const rows: readonly (readonly [string, (server: ApiServer) => void])[] = [
    ['409 on every fourth write', everyNth(4, ['PUT', 'PATCH'], () => refusal(409, 'Conflict'))],
    [
      '429 with Retry-After on every third request',
      everyNth(3, ['GET', 'POST', 'PUT', 'PATCH'], () => refusal(429, 'TooManyRequests', { 'retry-after': '1' })),
    ],
    ['500 on every fourth write', everyNth(4, ['POST', 'PUT', 'PATCH'], () => refusal(500, 'InternalError'))],
    ['503 on every second read', everyNth(2, ['GET'], () => refusal(503, 'ServiceUnavailable'))],
  ];

  it.each(rows)('%s', async (_, disturb) => {
    const { recording } = await play(scenario, (stage) => disturb(stage.server));
    // A refused write is told by an event, as the reference does, and done again
    const told = { scenario: '*', match: '^event unexpected: .*injected', reason: 'the fault itself' };
    expect(compare(scenario, recording, [told])).toEqual([]);
  });

  it('the answer to every status write is lost: what was decided is told all the same', async () => {
    let lost = 0;
    const transport = (server: ApiServer): Transport => {
      const inner = inProcessTransport(server);
      return {
        ...inner,
        async send(request) {
          const answer = await inner.send(request);
          if (request.method !== 'PATCH' || !request.path.includes('/status')) return answer;
          lost += 1;
          throw new ApiError('the connection broke', { code: 0, reason: 'NoAnswer' });
        },
      };
    };
    const stage = new Stage(scenario, { transport });
    try {
      const recording = await stage.run();
      expect(lost).toBeGreaterThan(5);
      expect(compare(scenario, recording, [])).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  it.each([
    ['watches are cut every three seconds', (server: ApiServer) => server.cutWatches()],
    [
      'watches are cut and their history is gone',
      (server: ApiServer) => {
        server.compact();
        server.cutWatches();
      },
    ],
  ])('%s', async (_, disturb) => {
    const { recording } = await play(scenario, (stage) => {
      const again = () => {
        disturb(stage.server);
        stage.clock.after(3_000, again);
      };
      stage.clock.after(3_000, again);
    });
    expect(recording.error).toBeUndefined();
    expect(recording.status['podinfo']?.at(-1)?.['phase']).toBe('Succeeded');
  });
});

describe('receivers and metrics in trouble halt a run as the spec says, and it goes on when the fault ends', () => {
  const phases = (recording: { status: Readonly<Record<string, readonly Record<string, unknown>[]>> }) =>
    (recording.status['podinfo'] ?? []).map((status) => `${status['phase']} ${status['failedChecks']}`);

  /** Sets the stage up at an instant of virtual time after the start of the run. */
  const during = (
    stage: Stage,
    atMs: number,
    forMs: number,
    begin: (mock: Mock) => void,
    end: (mock: Mock) => void,
  ) => {
    stage.clock.after(atMs, () => begin(stage.mock));
    stage.clock.after(atMs + forMs, () => end(stage.mock));
  };

  it('a Prometheus that answers 503 fails checks, and the release succeeds once it is back', async () => {
    const { recording } = await play(scenario, (stage) =>
      during(
        stage,
        20_000,
        12_000,
        (mock) => {
          mock.metrics = [['.', { status: 503, body: 'down' }]];
        },
        (mock) => {
          mock.metrics = [];
        },
      ),
    );
    expect(phases(recording)).toContain('Progressing 1');
    expect(phases(recording).at(-1)).toMatch(/^Succeeded/);
  });

  it('a Prometheus that stays down ends in a rollback with all traffic on the primary', async () => {
    const failing = { ...scenario, timeline: [...scenario.timeline.slice(0, -1), { wait: { phase: 'Failed' } }] };
    const { recording } = await play(failing, (stage) =>
      stage.clock.after(20_000, () => {
        stage.mock.metrics = [['.', { status: 503, body: 'down' }]];
      }),
    );
    expect(recording.error).toBeUndefined();
    const route = recording.objects['gateway.networking.k8s.io/v1/HTTPRoute/podinfo']?.at(-1)?.object;
    const weights = [0, 1].map((i) => dig(route, 'spec', 'rules', 0, 'backendRefs', i, 'weight'));
    expect(weights).toEqual([100, 0]);
  });

  it('a webhook that hangs fails the check after its time limit, and does not hold up anything else', async () => {
    const hanging = loadScenario('hook-rollout-fail');
    const slow = {
      ...hanging,
      timeline: hanging.timeline.map((step) => ('hook' in step ? { hook: { load: { delay: 600 } } } : step)),
    };
    const { recording } = await play(slow, () => {});
    expect(recording.error).toBeUndefined();
    expect(phases(recording).at(-1)).toMatch(/^Failed/);
    expect(recording.events.some(({ message }) => /external check load failed .*time limit/.test(message))).toBe(true);
  });
});
