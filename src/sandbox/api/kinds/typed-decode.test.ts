import { expect, test } from 'vitest';
import { decodeTyped } from './typed-decode.ts';

function fail(text: string): never {
  throw new Error(text);
}

test.each([
  {
    what: 'empty optional fields go',
    type: 'ContainerPort',
    value: { containerPort: 80, name: '', hostPort: 0 },
    result: { containerPort: 80 },
  },
  { what: 'required fields come, if need be empty', type: 'HTTPHeader', value: {}, result: { name: '', value: '' } },
  {
    what: 'zero values behind pointers stay',
    type: 'DeploymentSpec',
    value: { replicas: 0 },
    result: { replicas: 0, template: expect.any(Object), strategy: {} },
  },
  {
    what: 'nulls are as good as absent',
    type: 'Container',
    value: { name: 'a', env: null },
    result: { name: 'a', resources: {} },
  },
  {
    what: 'a null in a map of text is the empty text',
    type: 'ConfigMap',
    value: { metadata: {}, data: { a: null } },
    result: { metadata: {}, data: { a: '' } },
  },
  {
    what: 'required lists come as null',
    type: 'HorizontalPodAutoscalerStatus',
    value: {},
    result: { desiredReplicas: 0, currentMetrics: null },
  },
  {
    what: 'required times come as null',
    type: 'DeploymentCondition',
    value: { type: 'A', status: 'True' },
    result: { type: 'A', status: 'True', lastUpdateTime: null, lastTransitionTime: null },
  },
  {
    what: 'times lose fractions and zones',
    type: 'ContainerStateRunning',
    value: { startedAt: '2026-01-01T02:00:00.9+02:00' },
    result: { startedAt: '2026-01-01T00:00:00Z' },
  },
  { what: 'ports may be text', type: 'TCPSocketAction', value: { port: 'http' }, result: { port: 'http' } },
  {
    what: 'base64 loses its line breaks',
    type: 'Secret',
    value: { metadata: {}, data: { a: 'YW\nI=' } },
    result: { metadata: {}, data: { a: 'YWI=' } },
  },
  {
    what: 'flags that are set stay',
    type: 'VolumeMount',
    value: { name: 'a', mountPath: '/', readOnly: true },
    result: { name: 'a', mountPath: '/', readOnly: true },
  },
])('$what', ({ type, value, result }) => {
  expect(decodeTyped(value, type, fail).object).toEqual(result);
});

test('unknown fields are told by their path', () => {
  const { unknown } = decodeTyped({ ports: [{ containerPort: 1, x: 1 }], y: 2 }, 'Container', fail);
  expect(unknown).toEqual(['ports[0].x', 'y']);
});

test.each([
  {
    type: 'Container',
    value: { name: 1 },
    text: 'json: cannot unmarshal number into Go struct field Container.name of type string',
  },
  {
    type: 'Container',
    value: { args: 'a' },
    text: 'json: cannot unmarshal string into Go struct field Container.args of type []string',
  },
  {
    type: 'Container',
    value: { stdin: 'yes' },
    text: 'cannot unmarshal string into Go struct field Container.stdin of type bool',
  },
  {
    type: 'Container',
    value: { resources: [] },
    text: 'cannot unmarshal array into Go struct field Container.resources of type v1.ResourceRequirements',
  },
  {
    type: 'ConfigMap',
    value: { data: [] },
    text: 'cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
  },
  {
    type: 'DeploymentSpec',
    value: { replicas: 1.5 },
    text: 'cannot unmarshal number 1.5 into Go struct field DeploymentSpec.replicas of type int32',
  },
  { type: 'DeploymentSpec', value: { replicas: 2 ** 40 }, text: 'of type int32' },
  { type: 'DeploymentSpec', value: { paused: {} }, text: 'cannot unmarshal object into' },
  { type: 'TCPSocketAction', value: { port: true }, text: 'cannot unmarshal bool into' },
  { type: 'Secret', value: { data: { a: '!' } }, text: 'illegal base64 data at input byte 0' },
  { type: 'Secret', value: { data: { a: 'YQ' } }, text: 'illegal base64 data at input byte 2' },
  { type: 'Secret', value: { data: { a: 1 } }, text: 'of type []uint8' },
  {
    type: 'ResourceRequirements',
    value: { limits: { cpu: 'x' } },
    text: 'quantities must match the regular expression',
  },
  {
    type: 'ResourceRequirements',
    value: { limits: { cpu: true } },
    text: 'quantities must match the regular expression',
  },
  { type: 'LeaseSpec', value: { renewTime: '2026-01-01T00:00:00Z' }, text: 'cannot parse' },
  { type: 'LeaseSpec', value: { renewTime: 1 }, text: 'of type string' },
  { type: 'ContainerStateRunning', value: { startedAt: 'soon' }, text: 'cannot parse "soon" as "2006"' },
  { type: 'ContainerStateRunning', value: { startedAt: 1 }, text: 'of type string' },
])('$value is refused for $type', ({ type, value, text }) => {
  expect(() => decodeTyped(value, type, fail)).toThrow(text);
});
