import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { QueryModel } from './contract.ts';
import { renderQuery } from './templates.ts';

const model: QueryModel = {
  name: 'podinfo',
  namespace: 'test',
  target: 'podinfo',
  service: 'podinfo-svc',
  ingress: 'podinfo',
  route: 'podinfo',
  interval: '1m',
  variables: { a: '1', 'b-c': '2', cluster: 'dev' },
};

function render(template: string, more: Partial<QueryModel> = {}): string {
  const result = renderQuery(template, { ...model, ...more });
  return result.ok ? result.query : `ERROR ${result.error}`;
}

describe('a query template', () => {
  test.each([
    { name: 'names values without a dot', template: '{{ namespace }}-{{target}}', text: 'test-podinfo' },
    { name: 'trims white space on demand', template: '{{- namespace -}} x', text: 'testx' },
    { name: 'reads a variable', template: '{{ variables.cluster }}', text: 'dev' },
    { name: 'reads a variable with an unusual name', template: '{{ index variables "b-c" }}', text: '2' },
    { name: 'gives nothing for an unknown index', template: '{{ index variables "nope" }}', text: '' },
    { name: 'has no data behind the dot', template: '{{ . }}', text: '<no value>' },
    { name: 'prints all variables', template: '{{ variables }}', text: 'map[a:1 b-c:2 cluster:dev]' },
    {
      name: 'hands results on',
      template: '{{ printf "%s/%s" namespace service | printf "%q" }}',
      text: '"test/podinfo-svc"',
    },
    { name: 'decides', template: '{{ if eq namespace "test" }}yes{{ else }}no{{ end }}', text: 'yes' },
    {
      name: 'walks a map by its sorted keys',
      template: '{{ range $k, $v := variables }}{{$k}}={{$v}};{{ end }}',
      text: 'a=1;b-c=2;cluster=dev;',
    },
    { name: 'writes braces from a string', template: '{{ "{{" }}pod{{ "}}" }}', text: '{{pod}}' },
    { name: 'writes braces from a raw string', template: '{{ `{{ pod }}` }}', text: '{{ pod }}' },
    { name: 'leaves comments out', template: 'a{{/* why */}}b{{- /* how */ -}} c', text: 'abc' },
    {
      name: 'names every value of the model',
      template: '{{ name }} {{ namespace }} {{ target }} {{ service }} {{ ingress }} {{ route }} {{ interval }}',
      text: 'podinfo test podinfo podinfo-svc podinfo podinfo 1m',
    },
  ])('$name', ({ template, text }) => {
    expect(render(template)).toBe(text);
  });

  const at = 'template excution failed: template: tmpl:1:3: executing "tmpl" at';
  test.each([
    {
      name: 'a variable that is not there',
      template: '{{ variables.missing }}',
      error: `${at} <variables>: map has no entry for key "missing"`,
    },
    {
      name: 'a variable name with a dash',
      template: '{{ variables.b-c }}',
      error: "template parsing failed: template: tmpl:1: bad character U+002D '-'",
    },
    {
      name: 'an unknown function',
      template: '{{ unknown }}',
      error: 'template parsing failed: template: tmpl:1: function "unknown" not defined',
    },
    { name: 'a field of nothing', template: '{{ .Name }}', error: `${at} <.Name>: nil data; no entry for key "Name"` },
    {
      name: 'an action without an end',
      template: '{{ namespace',
      error: 'template parsing failed: template: tmpl:1: unclosed action',
    },
  ])('is refused because of $name', ({ template, error }) => {
    expect(render(template)).toBe(`ERROR ${error}`);
  });

  test('without variables has no entry for any', () => {
    expect(render('{{ variables.x }}', { variables: {} })).toBe(
      `ERROR ${at} <variables>: map has no entry for key "x"`,
    );
    expect(render('{{ variables.constructor }}', { variables: {} })).toContain('no entry for key "constructor"');
  });

  test('puts values in as they are', () => {
    expect(render('x{v="{{ variables.v }}"}', { variables: { v: 'a"b\\n' } })).toBe('x{v="a"b\\n"}');
  });
});

interface Row {
  readonly template: string;
  readonly text?: string;
  readonly error?: string;
}

/** Made with Go's own engine, with the values of `model`. */
const rows: readonly Row[] = JSON.parse(readFileSync(new URL('testdata/templates.json', import.meta.url), 'utf8'));

test.each(rows)('$template comes out as with Go', ({ template, text, error }) => {
  expect(render(template)).toBe(error === undefined ? text : `ERROR ${error}`);
});

describe('a template that would exhaust the controller is refused', () => {
  const nested = (open: string, close: string) => open.repeat(2000) + close.repeat(2000);
  test.each([
    { name: 'endless loops', template: '{{ range 999999999999 }}{{ end }}', error: 'too many steps' },
    {
      name: 'endless output',
      template: '{{ range 20000 }}{{ printf "%99d" 1 }}{{ end }}',
      error: 'the result is too long',
    },
    {
      name: 'doubling strings',
      template: `{{ $x := "ab" }}{{ range 90 }}{{ $x = print $x $x }}{{ end }}`,
      error: 'too many steps',
    },
    {
      name: 'endless recursion',
      template: '{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}',
      error: 'exceeded maximum template depth (100)',
    },
    { name: 'deep parentheses', template: `{{ ${nested('(', ')')} }}`, error: 'parentheses are nested too deeply' },
    { name: 'deep blocks', template: nested('{{ if true }}', '{{ end }}'), error: 'blocks are nested too deeply' },
    {
      name: 'long chains of conditions',
      template: `{{ if true }}${'{{ else if true }}'.repeat(2000)}{{ end }}`,
      error: 'blocks are nested too deeply',
    },
  ])('$name', ({ template, error }) => {
    expect(render(template)).toContain(error);
  });
});
