import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discoverPorts } from './container-ports.ts';
import { canaryOf, deployment } from './testing/recorded.ts';

type Port = { name?: string; containerPort: number; protocol?: string };
const withPorts = (...containers: { name: string; ports?: Port[] }[]) => deployment({}, { podSpec: { containers } });
const app = (...ports: Port[]) => withPorts({ name: 'app', ports });
const port = (name: string, number: number, protocol = 'TCP') => ({ name, port: number, targetPort: number, protocol });

const recordedTarget = withPorts(
  {
    name: 'app',
    ports: [{ name: 'http', containerPort: 8080 }, { name: 'grpc', containerPort: 9999 }, { containerPort: 7070 }],
  },
  { name: 'istio-proxy', ports: [{ name: 'admin', containerPort: 15000 }] },
  { name: 'side', ports: [{ name: 'http-metrics', containerPort: 8081 }] },
  { name: 'envoy', ports: [{ containerPort: 9901 }] },
  { name: 'silent' },
);

test.each([
  [
    'all ports but the main one and those of mesh sidecars, in pod-spec order',
    { port: 8080, targetPort: 0 },
    recordedTarget,
    [port('grpc', 9999), port('tcp-app-2', 7070), port('http-metrics', 8081)],
  ],
  ['a numeric target port is the main one', { targetPort: 9898 }, app({ name: 'web', containerPort: 9898 }), []],
  ['a named target port is the main one', { targetPort: 'web' }, app({ name: 'web', containerPort: 9898 }), []],
  [
    'a name that the main port has gives way',
    { targetPort: 9898 },
    app({ containerPort: 9898 }, { name: 'http', containerPort: 8081 }),
    [port('tcp-app-1', 8081)],
  ],
  [
    'a number that the main port has is left out, for a Service refuses it',
    { port: 8080, targetPort: 'http' },
    app({ name: 'http', containerPort: 9898 }, { name: 'http-metrics', containerPort: 8080 }),
    [],
  ],
  [
    'protocols are kept, and one number may serve two of them',
    {},
    app(
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53 },
      { containerPort: 54, protocol: 'SCTP' },
    ),
    [port('dns', 53, 'UDP'), port('dns-tcp', 53), port('sctp-app-2', 54, 'SCTP')],
  ],
])('%s', (_, service, target, expected) => {
  expect(discoverPorts(canaryOf('test', { portDiscovery: true, ...service }), target)).toEqual(expected);
});

test('nothing is discovered unless it is asked for', () => {
  expect(discoverPorts(canaryOf('test'), recordedTarget)).toEqual([]);
});

test('no two ports have the same name, or the same number and protocol', () => {
  const name = fc.constantFrom('http', 'grpc', 'tcp-app-0', 'tcp-side-1', undefined);
  const one = fc.record({
    name,
    containerPort: fc.integer({ min: 79, max: 83 }),
    protocol: fc.constantFrom('TCP', 'UDP'),
  });
  const ports = fc.array(one.map(({ name, ...rest }) => (name === undefined ? rest : { name, ...rest })));
  fc.assert(
    fc.property(ports, ports, (left, right) => {
      const canary = canaryOf('test', { portDiscovery: true });
      const found = discoverPorts(canary, withPorts({ name: 'app', ports: left }, { name: 'side', ports: right }));
      const names = ['http', ...found.map((each) => each.name)];
      const numbers = ['TCP/80', ...found.map((each) => `${each.protocol}/${each.port}`)];
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(numbers).size).toBe(numbers.length);
    }),
  );
});
