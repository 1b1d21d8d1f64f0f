import { describe, expect, it } from 'vitest';
import { dig, type JsonObject, type KubeObject } from '../../src/kube/object.ts';
import { ROOT } from '../replay/mock.ts';
import { type Life, live } from './life.ts';
import { canary, deployment, service } from './objects.ts';

const flags = { 'no-cross-namespace-refs': 'true' };
const elsewhere = 'shared';
const provider = { type: 'prometheus', address: `${ROOT}/s/life/prom` };

function inNamespace(kind: string, spec: JsonObject): KubeObject {
  const metadata = { name: 'common', namespace: elsewhere };
  return { apiVersion: 'flagger.app/v1beta1', kind, metadata, spec };
}

const shared: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: elsewhere } },
  inNamespace('MetricTemplate', { provider, query: 'errors{namespace="{{ namespace }}"}' }),
  inNamespace('AlertProvider', { type: 'slack', channel: 'x', address: `${ROOT}/s/life/alert/common` }),
];

const metric = { name: 'errors', interval: '1m', thresholdRange: { max: 100 } };
const rows: readonly { name: string; field: string; fields: (namespace: string) => JsonObject }[] = [
  {
    name: 'a MetricTemplate',
    field: 'spec.analysis.metrics[0].templateRef.namespace',
    fields: (namespace) => ({ metrics: [{ ...metric, templateRef: { name: 'common', namespace } }] }),
  },
  {
    name: 'an AlertProvider',
    field: 'spec.analysis.alerts[0].providerRef.namespace',
    fields: (namespace) => ({
      alerts: [{ name: 'chat', severity: 'info', providerRef: { name: 'common', namespace } }],
    }),
  },
];

async function release(life: Life): Promise<void> {
  await life.reach('Initialized');
  await life.setImage('web:2');
  await life.reach('Succeeded');
}

describe('references to another namespace', () => {
  it.each(rows)('$name of another namespace is used', async ({ fields }) => {
    await live([...shared, deployment(), service(), canary({ analysis: fields(elsewhere) })], async (life) => {
      await release(life);
      const asked = life.stage.mock.queries.some((query) => String(dig(query, 'query')).startsWith('errors{'));
      const told = life.stage.mock.alerts.some((alert) => alert['receiver'] === 'common');
      expect(asked || told).toBe(true);
    });
  });

  it.each(rows)(
    '$name of another namespace is refused with -no-cross-namespace-refs, before anything is touched',
    async (row) => {
      await live(
        [...shared, deployment(), service(), canary({ analysis: row.fields(elsewhere) })],
        async (life) => {
          await life.advance(5_000);
          expect(life.condition('Ready')).toMatchObject({ status: 'False' });
          expect(life.condition('Stalled')?.['message']).toContain(row.field);
          expect(life.find('Deployment', 'web-primary')).toBeUndefined();
          await life.patch('Canary', 'web', { spec: { analysis: row.fields('life') } });
          await life.reach('Initialized');
        },
        { flags },
      );
    },
  );

  it.each(rows)('$name of its own namespace, named or not, is no reference to another one', async ({ fields }) => {
    await live(
      [deployment(), service(), canary({ analysis: fields('life') })],
      async (life) => {
        await life.reach('Initialized');
        expect(life.condition('Ready')?.['status']).toBe('True');
      },
      { flags },
    );
  });

  it('a run whose spec begins to refer to another namespace stands still, and goes on when that is taken back', async () => {
    await live(
      [...shared, deployment(), service(), canary({ analysis: { metrics: [] } })],
      async (life) => {
        await life.reach('Initialized');
        await life.setImage('web:2');
        await life.until('half of the traffic on the canary', () => life.weight() === 50);
        const templateRef = { name: 'common', namespace: elsewhere };
        await life.patch('Canary', 'web', { spec: { analysis: { metrics: [{ ...metric, templateRef }] } } });
        await life.advance(60_000);
        expect(life.status()).toMatchObject({ phase: 'Progressing', canaryWeight: 50 });
        expect(life.weight()).toBe(50);
        await life.patch('Canary', 'web', { spec: { analysis: { metrics: [] } } });
        await life.reach('Succeeded');
      },
      { flags },
    );
  });
});
