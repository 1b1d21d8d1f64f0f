import { expect, test } from 'vitest';
import { matchesLabelSelector, parseLabelSelector } from './selectors.ts';

function labelled(labels: Record<string, string>) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', labels } };
}

test.each([
  { selector: '', labels: {}, chosen: true },
  { selector: 'a=1', labels: { a: '1' }, chosen: true },
  { selector: 'a = 1', labels: { a: '1' }, chosen: true },
  { selector: 'a=1', labels: { a: '2' }, chosen: false },
  { selector: 'a=', labels: { a: '' }, chosen: true },
  { selector: 'a!=1', labels: {}, chosen: true },
  { selector: 'a>5', labels: { a: '6' }, chosen: true },
  { selector: 'a<5', labels: { a: '6' }, chosen: false },
  { selector: 'a>5', labels: {}, chosen: false },
  { selector: 'app.kubernetes.io/name in (x,y),!b', labels: { 'app.kubernetes.io/name': 'y' }, chosen: true },
  { selector: 'a notin (x)', labels: { a: 'x' }, chosen: false },
])('"$selector" on $labels: $chosen', ({ selector, labels, chosen }) => {
  expect(parseLabelSelector(selector)(labelled(labels))).toBe(chosen);
});

test.each([
  { selector: {}, labels: { a: '1' }, matches: false },
  { selector: undefined, labels: {}, matches: false },
  { selector: { matchLabels: { a: '1' } }, labels: { a: '1', b: '2' }, matches: true },
  { selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }] }, labels: { a: '1' }, matches: true },
  {
    selector: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['1'] }] },
    labels: { a: '1' },
    matches: false,
  },
  { selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] }, labels: {}, matches: false },
  { selector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, labels: {}, matches: true },
  { selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] }, labels: { a: '1' }, matches: false },
])('the label selector $selector on $labels: $matches', ({ selector, labels, matches }) => {
  expect(matchesLabelSelector(selector, labels)).toBe(matches);
});
