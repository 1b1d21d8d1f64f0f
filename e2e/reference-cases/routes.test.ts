import { describe, expect, test } from 'vitest';
import { cookieFields } from '../../src/canary/affinity.ts';
import { progressOf } from '../../src/canary/status.ts';
import { canaryOf, statusIn, steps } from '../../src/canary/testing/scene.ts';
import { dig } from '../../src/kube/object.ts';
import { jsonAnswer } from '../../src/sandbox/api/exchange.ts';
import type { Stage } from '../replay/stage.ts';
import { analysis, canary, iterated, target } from './manifests.ts';
import { image, patch, play, until } from './play.ts';

const sticky = { sessionAffinity: { cookieName: 'side' } };

interface Refusals {
  readonly resource: string;
  /** Text in the body of what is refused. */
  readonly holding: string;
  /** From the first one on. */
  readonly forMs: number;
  readonly code: number;
  readonly reason: string;
}

/** Refuses writes of the controller for a while. */
function refuse({ resource, holding, forMs, code, reason }: Refusals) {
  let since: number | undefined;
  let count = 0;
  const disturb = ({ server, clock }: Stage) => {
    server.intercept(({ method, path, body, headers }) => {
      const ours = (headers['user-agent'] ?? '').startsWith('flagger/') && method !== 'GET';
      if (!ours || !path.includes(resource) || !body?.includes(holding)) return undefined;
      since ??= clock.now();
      if (clock.now() - since >= forMs) return undefined;
      count += 1;
      return jsonAnswer(code, { kind: 'Status', status: 'Failure', code, reason, message: reason });
    });
  };
  return { disturb, count: () => count };
}

describe('routes and their cookies', () => {
  test('§14.9 after a release clients are asked to drop the cookie of the canary (kept: they would stick to what is gone)', async () => {
    const seen = await play({
      objects: [target(), canary({ analysis: analysis(sticky) })],
      timeline: [until('Initialized'), image('web:2'), until('Succeeded')],
    });
    const previous = String(dig(seen.status(), 'previousSessionAffinityCookie'));
    expect(previous).toMatch(/^side=[A-Za-z]{10}$/);
    const header = dig(
      seen.last('VirtualService', 'web'),
      'spec',
      'http',
      0,
      'headers',
      'response',
      'add',
      'Set-Cookie',
    );
    expect(header).toBe(`${previous}; Max-Age=-1`);
  });

  test('trap 21: without a name for it there is no cookie of the primary (improved: the reference keeps a junk `=xxxx`)', () => {
    const status = statusIn('analysing', { canaryWeight: 10 }, { step: 1, traffic: { canary: 10, mirror: false } });
    const fields = cookieFields(canaryOf({ analysis: steps(sticky) }), status, progressOf(status));
    expect(fields).toEqual({ sessionAffinityCookie: expect.stringMatching(/^side=[A-Za-z]{10}$/) });
  });

  test('trap 21: the cookie of the primary has a new value with each step (improved: the reference keeps the first one for ever)', () => {
    const at = (percent: number, number = 1, primary?: string) => {
      const traffic = { canary: percent, mirror: false };
      const before = primary === undefined ? {} : { primarySessionAffinityCookie: primary };
      const status = statusIn('analysing', { canaryWeight: percent, ...before }, { number, traffic });
      const named = { sessionAffinity: { cookieName: 'side', primaryCookieName: 'stable' } };
      return cookieFields(canaryOf({ analysis: steps(named) }), status, progressOf(status))
        .primarySessionAffinityCookie;
    };
    const first = at(10);
    expect(first).toMatch(/^stable=[A-Za-z]{10}$/);
    expect(at(10, 1, first)).toBe(first);
    expect(at(20, 1, first)).not.toBe(first);
    expect(at(10, 2, first)).not.toBe(first);
  });

  test('trap 22: a cookie whose status could not be written is the same in status and routes (improved: the reference loses it)', async () => {
    const conflict = { code: 409, reason: 'Conflict', forMs: 50 };
    const { disturb, count } = refuse({
      ...conflict,
      resource: '/canaries/shop/status',
      holding: 'sessionAffinityCookie',
    });
    const seen = await play({
      objects: [target(), canary({ analysis: analysis(sticky) })],
      disturb,
      timeline: [until('Initialized'), image('web:2'), until('Progressing', { canaryWeight: 50 })],
    });
    expect(count()).toBeGreaterThan(1);
    const cookie = String(dig(seen.status(), 'sessionAffinityCookie'));
    expect(cookie).toMatch(/^side=[A-Za-z]{10}$/);
    expect(JSON.stringify(seen.last('VirtualService', 'web')?.['spec'])).toContain(`${cookie}; Max-Age=`);
  });

  test('trap 28: a mirrored test whose route is refused goes on only once the route stands (improved: the reference counts on)', async () => {
    const forbidden = { code: 403, reason: 'Forbidden', forMs: 15_000 };
    const { disturb, count } = refuse({ ...forbidden, resource: '/virtualservices', holding: '"mirror"' });
    const seen = await play({
      objects: [target(), canary({ analysis: iterated(2, { mirror: true }) })],
      disturb,
      timeline: [until('Initialized'), image('web:2'), until('Succeeded')],
    });
    const mirrored = seen.firstIndex(
      'VirtualService',
      'web',
      (route) => dig(route, 'spec', 'http', 0, 'mirror') !== undefined,
    );
    const second = seen.firstIndex('Canary', 'shop', (object) => dig(object, 'status', 'iterations') === 2);
    expect(mirrored).toBeGreaterThan(-1);
    expect(second).toBeGreaterThan(mirrored);
    expect(count()).toBeGreaterThan(1);
    expect(seen.eventsWith('VirtualService web.test update error').length).toBeGreaterThan(0);
  });

  test('trap 31: `trafficDistribution` follows the Canary, `headless` only decides at creation (improved: the reference ignores both; kept: a cluster IP cannot change)', async () => {
    const seen = await play({
      objects: [target(), canary({ provider: 'kubernetes' })],
      timeline: [
        until('Initialized'),
        patch('Canary', 'shop', { spec: { service: { trafficDistribution: 'PreferClose', headless: true } } }),
        { sleep: 3 },
      ],
    });
    for (const name of ['web', 'web-primary', 'web-canary']) {
      expect(dig(seen.last('Service', name), 'spec', 'trafficDistribution')).toBe('PreferClose');
      expect(dig(seen.last('Service', name), 'spec', 'clusterIP')).not.toBe('None');
    }
    expect(seen.eventsWith('error')).toEqual([]);
  });
});
