import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { parseAlertProvider } from './parse-alert-provider.ts';

const manifest = (spec: unknown): KubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'AlertProvider',
  metadata: { name: 'on-call', namespace: 'test' },
  spec,
});

test('an AlertProvider is read with its defaults', () => {
  expect(parseAlertProvider(manifest({ type: 'slack', address: 'https://hooks.test/a' }))).toEqual({
    ok: true,
    value: {
      name: 'on-call',
      namespace: 'test',
      type: 'slack',
      channel: 'general',
      username: 'flagger',
      address: 'https://hooks.test/a',
    },
  });
});

test('an AlertProvider is read with everything in it, also an address besides the Secret', () => {
  const spec = {
    type: 'discord',
    channel: 'deploys',
    username: 'sluice',
    address: 'https://hooks.test/a',
    proxy: 'http://proxy.test:3128',
    secretRef: { name: 'hook' },
  };
  expect(parseAlertProvider(manifest(spec))).toMatchObject({
    ok: true,
    value: {
      type: 'discord',
      channel: 'deploys',
      username: 'sluice',
      proxy: 'http://proxy.test:3128',
      secretName: 'hook',
    },
  });
});

test.each([
  ['no spec', undefined, 'FieldMissing', 'spec'],
  ['no type', { address: 'https://a' }, 'FieldMissing', 'spec.type'],
  ['an unknown type', { type: 'pager', address: 'https://a' }, 'ValueUnknown', 'spec.type'],
  ['no address', { type: 'slack' }, 'AddressMissing', 'spec'],
  ['an empty address', { type: 'slack', address: '' }, 'AddressMissing', 'spec'],
  ['a Secret without a name', { type: 'slack', secretRef: {} }, 'FieldMissing', 'spec.secretRef.name'],
])('an AlertProvider with %s is refused', (_, spec, reason, field) => {
  const parsed = parseAlertProvider(manifest(spec));
  expect(parsed.ok ? [] : parsed.refusals).toMatchObject([{ reason, field }]);
});
