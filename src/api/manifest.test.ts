import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManifestError, parseManifests, toYaml } from './manifest.ts';

const header = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/** What a scalar becomes, as JSON text: so also a number that a double can't hold is compared digit by digit. */
function read(scalar: string): string {
  return JSON.stringify(parseManifests(`${header}value: ${scalar}\n`)[0]?.['value']);
}

describe('a plain scalar is read as Kubernetes does', () => {
  test.each(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'])('%s is true', (scalar) => {
    expect(read(scalar)).toBe('true');
  });

  test.each(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'])('%s is false', (scalar) => {
    expect(read(scalar)).toBe('false');
  });

  test.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (scalar) => {
    expect(read(scalar)).toBe('null');
  });

  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['+12', '12'],
    ['-12', '-12'],
    ['0644', '420'],
    ['-0644', '-420'],
    ['010', '8'],
    ['0o644', '420'],
    ['08', '8'],
    ['0888', '888'],
    ['0b101', '5'],
    ['0x1F', '31'],
    ['1_000', '1000'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', '9223372036854776000'],
    ['1.5', '1.5'],
    ['1.', '1'],
    ['.5', '0.5'],
    ['-1_0.5', '-10.5'],
    ['1e3', '1000'],
    ['1.5E-2', '0.015'],
  ])('%s is the number %s', (scalar, number) => {
    expect(read(scalar)).toBe(number);
  });

  test.each([
    '12:30:45',
    '12:30',
    '2026-01-01',
    '2026-01-01T00:00:00Z',
    '.',
    '+',
    'e5',
    '1e5x',
    '0x',
    '0b2',
    '1e999',
    'yEs',
    '=',
    '1.2.3',
    '0o9',
  ])('%s is text', (scalar) => {
    expect(read(scalar)).toBe(JSON.stringify(scalar));
  });

  test.each([
    ['"yes"', 'yes'],
    ["'0644'", '0644'],
    ['!!str 123', '123'],
    ['!!binary aGVsbG8=', 'hello'],
  ])('%s is the text %s', (scalar, text) => {
    expect(read(scalar)).toBe(JSON.stringify(text));
  });

  test.each([
    ['!!int "42"', '42'],
    ['!!float "1.5"', '1.5'],
  ])('%s is a number', (scalar, number) => {
    expect(read(scalar)).toBe(number);
  });

  test.each(['.inf', '-.INF', '.nan'])('%s is refused: JSON has no such number', (scalar) => {
    expect(() => read(scalar)).toThrow(/no JSON value/);
  });
});

describe('parseManifests', () => {
  test('keys are text, whatever they look like', () => {
    const [object] = parseManifests(`${header}data: {on: 1, 0644: 2, 1.5: 3}\n`);
    expect(object?.['data']).toEqual({ true: 1, '420': 2, '1.5': 3 });
  });

  test('merge keys and aliases are resolved', () => {
    const [object] = parseManifests(`${header}base: &b {x: 1, y1: 2}\nvalue: {<<: *b, x: 3}\n`);
    expect(object?.['value']).toEqual({ x: 3, y1: 2 });
  });

  test('a stream gives its objects in order, without empty documents and comments', () => {
    const text = `# first\n---\n---\n${header}---\nnull\n---\n${header.replace('name: a', 'name: b')}...\n`;
    expect(parseManifests(text).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  test('an empty text gives nothing', () => {
    expect(parseManifests('')).toEqual([]);
  });

  test('JSON is read, also with tabs', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } };
    expect(parseManifests(JSON.stringify(object, null, '\t'))).toEqual([object]);
  });

  test('Lists are opened', () => {
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const list = { apiVersion: 'v1', kind: 'List', items: [item('a'), item('b')] };
    expect(parseManifests(toYaml(list))).toEqual(list.items);
  });

  test.each([
    ['a text', 'hello', /document 1 \(line 1\) is not an object/],
    ['a list', '- a\n- b', /is not an object/],
    ['no kind', `${header}---\napiVersion: v1\nmetadata: {name: a}`, /document 2 \(line 5\) has no kind/],
    ['no name', 'apiVersion: v1\nkind: A\nmetadata: {}', /has no metadata\.name/],
    ['a number as name', 'apiVersion: v1\nkind: A\nmetadata: {name: 1}', /has no metadata\.name/],
    ['no apiVersion in a List', 'kind: List\napiVersion: v1\nitems: [{kind: A}]', /items\[0\] has no apiVersion/],
    ['a broken line', `${header}value: [1`, /document 1 is not valid YAML: .*line/s],
    ['a key given twice', `${header}kind: B`, /not valid YAML: .*unique/s],
  ])('%s is refused', (_, text, message) => {
    expect(() => parseManifests(text)).toThrow(ManifestError);
    expect(() => parseManifests(text)).toThrow(message);
  });

  test('a document that multiplies its aliases is refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    expect(() => parseManifests(`${header}a0: &a0 [x]\n${levels.join('\n')}\n`)).toThrow(ManifestError);
  });
});

describe('toYaml', () => {
  test.each(['yes', 'n', 'on', '0644', '12:30', '2026-01-01', '0o644', '1e3', 'null', '~', '1_000', 'true', ''])(
    'the text %j is quoted',
    (text) => {
      expect(toYaml({ text })).toBe(`text: ${JSON.stringify(text)}\n`);
    },
  );

  test('lists are not indented and absent fields are left out', () => {
    expect(toYaml({ list: [{ a: 1, b: undefined }, 'x'] })).toBe('list:\n- a: 1\n- x\n');
  });

  test('a value that stands twice is written twice', () => {
    const labels = { app: 'a' };
    expect(toYaml({ one: labels, two: labels })).toBe('one:\n  app: a\ntwo:\n  app: a\n');
  });

  test('an integer beyond 2^53 keeps its digits', () => {
    const [object] = parseManifests(`${header}value: 9007199254740993\n`);
    expect(toYaml(object)).toContain('value: 9007199254740993\n');
  });

  test('a key that would merge maps is quoted', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { '<<': 'text', b: '<<' } };
    expect(parseManifests(toYaml(object))).toEqual([object]);
  });

  test('what is written reads back as it was', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const value = fc.dictionary(fc.string(), fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.string(), scalar)));
    fc.assert(
      fc.property(value, (data) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
        expect(JSON.stringify(parseManifests(toYaml(object))[0])).toBe(JSON.stringify(object));
      }),
    );
  });
});
