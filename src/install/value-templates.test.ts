import { expect, test } from 'vitest';
import { fillTemplates, unknownTemplates } from './value-templates.ts';

const names = { chart: 'sluice', release: 'blue', namespace: 'delivery' };

test.each([
  { text: '{{ template "flagger.name" . }}', filled: 'sluice' },
  { text: '{{- include "sluice.name" $ -}}', filled: 'sluice' },
  { text: '{{ .Release.Name }}-x', filled: 'blue-x' },
  { text: '{{.Release.Namespace}}/{{.Release.Name}}', filled: 'delivery/blue' },
  { text: 'plain', filled: 'plain' },
])('$text is $filled', ({ text, filled }) => {
  expect(fillTemplates({ a: [{ b: text }, 1, null] }, names)).toEqual({ a: [{ b: filled }, 1, null] });
  expect(unknownTemplates({ a: [text] })).toEqual([]);
});

test('a template of another kind is told, and left as it is', () => {
  const values = { a: ['{{ .Release.Name }} {{ .Chart.Name }}'] };
  expect(unknownTemplates(values)).toEqual(values.a);
  expect(fillTemplates(values, names)).toEqual({ a: ['blue {{ .Chart.Name }}'] });
});
