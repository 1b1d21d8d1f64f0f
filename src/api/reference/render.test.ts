import { expect, test } from 'vitest';
import { anchorOf, referencePages } from './render.ts';

const pages = referencePages();

test('each kind has a page', () => {
  expect([...pages.keys()]).toEqual(['canary.md', 'metric-template.md', 'alert-provider.md']);
  for (const page of pages.values()) expect(page).toMatch(/^<!-- Generated from .*\n\n# [A-Z]/);
});

test.each([
  {
    name: 'a field has its type, default, meaning and an example',
    page: 'canary.md',
    row: '| `maxWeight` | number | `100` | Percent of traffic at which promotion starts. | `maxWeight: 50` |',
  },
  {
    name: 'a default in words is no code',
    page: 'canary.md',
    row: '| `portName` | string | `http` | Name of the port. | `portName: grpc` |',
  },
  {
    name: 'a required field says so',
    page: 'canary.md',
    row: '| `name` | string | **required** | Name of the hook, for events and status. | `name: smoke-test` |',
  },
  {
    name: 'a list of objects leads to their fields',
    page: 'canary.md',
    row: '| `webhooks` | list of [objects](#specanalysiswebhooks) |',
  },
  {
    name: 'an object of a known form leads to where it is told',
    page: 'canary.md',
    row: '| `scheme` | [object](#specservicematchuri) |',
  },
  { name: 'a bar in an example is no end of a cell', page: 'canary.md', row: "`regex: '^(alice\\|bob)$'` |" },
  {
    name: 'a map of lists says so',
    page: 'metric-template.md',
    row: '| `headers` | map of lists of strings |',
  },
  {
    name: 'values of a fixed set are listed',
    page: 'alert-provider.md',
    row: '| one of `slack`, `msteams`, `discord`, `rocket`, `gchat` |',
  },
  { name: 'bounds of a number are told', page: 'canary.md', row: '| `port` | integer, 1 to 65535 |' },
  { name: 'alternatives are told', page: 'canary.md', row: '\n- `interval`, `threshold`, `stepWeights`\n' },
  {
    name: 'alternatives that may be absent are told',
    page: 'canary.md',
    row: 'At most one of `exact`, `prefix`, `regex`',
  },
  {
    name: 'rules of the API server are told',
    page: 'canary.md',
    row: 'The API server checks: a Service needs a port.',
  },
])('$name', ({ page, row }) => {
  expect(pages.get(page)).toContain(row);
});

test('an anchor is the one that GitHub gives to the heading', () => {
  expect(anchorOf('`spec.service.match[].headers.*`')).toBe('#specservicematchheaders');
  expect(anchorOf('What a release waits for')).toBe('#what-a-release-waits-for');
});
