import { expect, test } from 'vitest';
import { gatesOf } from './gates.ts';
import { asked } from './render-gates.ts';
import { canaryWith } from './testing/canary.ts';

const qa = { name: 'qa', type: 'confirm-promotion' };
const found = [{ ...qa, url: undefined }];

test.each([
  { of: 'spec.analysis', spec: { analysis: { webhooks: [qa] } }, gates: found },
  { of: 'its old name', spec: { analysis: undefined, canaryAnalysis: { webhooks: [qa] } }, gates: found },
  { of: 'the new name where both are there', spec: { analysis: {}, canaryAnalysis: { webhooks: [qa] } }, gates: [] },
  { of: 'no hooks', spec: { analysis: {} }, gates: [] },
  { of: 'hooks that are no list', spec: { analysis: { webhooks: 'qa' } }, gates: [] },
  {
    of: 'hooks of other types',
    spec: { analysis: { webhooks: [{ ...qa, type: 'pre-rollout' }, { name: 'x' }] } },
    gates: [],
  },
  { of: 'a hook without a name', spec: { analysis: { webhooks: [{ type: qa.type }, null] } }, gates: [] },
])('the gates of $of are found', ({ spec, gates }) => {
  expect(gatesOf(canaryWith(undefined, spec))).toEqual(gates);
});

test.each([
  { url: 'https://me:secret@desk.example.com:8443/ask?token=secret', text: 'asks desk.example.com:8443' },
  { url: 'nonsense', text: 'asks its url' },
])('whom $url asks is told without secrets', ({ url, text }) => {
  expect(asked(url)).toBe(text);
});
