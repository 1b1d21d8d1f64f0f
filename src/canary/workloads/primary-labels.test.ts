import { describe, expect, test } from 'vitest';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { carriesPrimaryLabel, primaryPodLabels } from './primary-labels.ts';
import { deployment } from './testing/recorded.ts';

const selector = { label: 'app', value: 'podinfo' };
const wanted = { app: 'podinfo', version: 'v2' };
const own = { app: 'podinfo-primary', version: 'v2' };

function primary(live: JsonObject): KubeObject {
  return deployment({ selector: live }, { metadata: { name: 'podinfo-primary' } });
}

test('a new primary has the labels of the target and its own value of the selector label', () => {
  expect(primaryPodLabels(wanted, selector, undefined)).toEqual({ labels: own });
});

describe('pods fulfil the selector of a primary that exists', () => {
  test.each<[string, JsonObject, Record<string, string>]>([
    ['by labels', { matchLabels: { app: 'podinfo-primary' } }, {}],
    ['by more labels', { matchLabels: { tier: 'web' } }, { tier: 'web' }],
    ['by a label that the target has another value of', { matchLabels: { version: 'v1' } }, { version: 'v1' }],
    ['by a value in a list', { matchExpressions: [{ key: 'app', operator: 'In', values: ['podinfo-primary'] }] }, {}],
    ['by a value in no list', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] }, {}],
    ['by a label that is there', { matchExpressions: [{ key: 'version', operator: 'Exists' }] }, {}],
    ['by a label that is not there', { matchExpressions: [{ key: 'track', operator: 'DoesNotExist' }] }, {}],
  ])('%s', (_, live, more) => {
    expect(primaryPodLabels(wanted, selector, primary(live))).toEqual({ labels: { ...own, ...more } });
  });
});

describe('pods can not fulfil the selector of a primary that exists', () => {
  test.each<[string, JsonObject, string]>([
    ['by another value of the selector label', { matchLabels: { app: 'web', tier: 'x' } }, 'app=web'],
    [
      'by a list without the value',
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] },
      'app In (web, api)',
    ],
    [
      'by a label that must not be there',
      { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
      'app DoesNotExist',
    ],
    ['by an operator that nobody knows', { matchExpressions: [{ key: 'app', operator: 'Like' }] }, 'app Like'],
    [
      'in two ways',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'track', operator: 'Exists' }] },
      'app=web and track Exists',
    ],
  ])('%s', (_, live, fault) => {
    expect(primaryPodLabels(wanted, selector, primary(live))).toEqual({
      impossible: expect.stringContaining(
        `deployment podinfo-primary.test selects pods by ${fault}, which can not be changed`,
      ),
    });
  });
});

test.each([
  ['its value', { app: 'podinfo-primary' }, true],
  ['the value of the target', { app: 'podinfo' }, false],
  ['no value', {}, false],
])('the Service of the primary reaches pods with %s: %j %s', (_, labels, reached) => {
  const template = { metadata: { labels }, spec: { containers: [] } };
  expect(carriesPrimaryLabel(deployment({ template }), selector)).toBe(reached);
});
