import { describe, expect, it } from 'vitest';
import { dig, type JsonObject } from '../../src/kube/object.ts';
import { type Outcome, playWithCrash } from './crash.ts';
import { loadScenario } from './scenario.ts';

/** One scenario for each strategy and each end of a run. */
const scenarios = [
  'weight-gatewayapi-v1',
  'weight-nginx',
  'ab-istio',
  'bg-istio',
  'bg-kubernetes',
  'mirror-istio-weight',
  'skip-analysis',
  'promotion-steps-istio',
  'affinity-istio-primary',
  'config-change-configmap',
  'fail-metric-gatewayapi-v1',
  'delete-revert-istio',
];

/**
 * Everything that people are told, each thing once: what was under way at the crash may be said twice. The farewell is left out,
 * because with the object goes what its status keeps.
 */
function said({ recording: { events, alerts, webhooks } }: Outcome): string[] {
  const messages = events.map(({ message }) => message).filter((message) => !message.startsWith('Terminated canary'));
  const texts = alerts.map((alert) => `alert: ${dig(alert as JsonObject, 'body', 'attachments', 0, 'text')}`);
  return [...new Set([...messages, ...texts, ...Object.keys(webhooks)])].sort();
}

describe('a controller that dies at any write is followed by one that comes to the same end, and nothing is left unsaid', () => {
  it.each(scenarios)('%s', { timeout: 120_000 }, async (id) => {
    const scenario = loadScenario(id);
    const calm = await playWithCrash(scenario, undefined);
    expect(calm.recording.error).toBeUndefined();
    expect(calm.writes).toBeGreaterThan(5);
    for (let write = 1; write <= calm.writes; write++) {
      for (const when of ['before', 'after'] as const) {
        const crashed = await playWithCrash(scenario, { write, when });
        const where = `killed ${when} write ${write} of ${calm.writes}`;
        expect(crashed.lives, where).toBe(2);
        expect(crashed.recording.error, where).toBeUndefined();
        expect(crashed.end, where).toEqual(calm.end);
        expect(crashed.unsafe, where).toEqual([]);
        expect(said(crashed), where).toEqual(expect.arrayContaining(said(calm)));
      }
    }
  });
});
