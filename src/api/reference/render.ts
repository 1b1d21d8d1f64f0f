import type { Examples } from './examples.ts';
import { type Documented, documented } from './kinds.ts';
import { type Node, nodeOf } from './node.ts';
import { type Field, type Section, sectionsOf } from './sections.ts';

/** First line of a generated page. `from` is the folder or file that it is made of. */
export function generatedFrom(from: string): string {
  return `<!-- Generated from ${from} by \`npm run generate\`. Changes made here are lost. -->`;
}

/** The pages of `docs/reference`: name → Markdown. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map(documented.map((kind) => [kind.file, renderPage(kind)]));
}

function renderPage(page: Documented): string {
  const { kind, about, schema, examples, base } = page;
  const others = documented.filter((other) => other !== page).map((other) => `[${other.kind}](${other.file})`);
  const sections = sectionsOf(nodeOf(schema)).map((section) => renderSection(section, examples));
  return `${[
    generatedFrom('src/api/schema and src/api/reference'),
    `# ${kind}`,
    about,
    `Other kinds: ${others.join(', ')}. What is said when a field is wrong: [errors](../errors.md).`,
    `\`\`\`yaml\n${base.trimStart()}\`\`\``,
    'Each heading below is the path of an object, and each row a field of it: `[]` stands for any item of a list, `*` for any ' +
      'key of a map. Examples are values on their own, and each is tested in a complete manifest.',
    ...sections,
  ].join('\n\n')}\n`;
}

function renderSection({ path, meaning, node, fields, alike }: Section, examples: Examples): string {
  const rows = fields.map((field) => renderRow(field, examples[field.path] ?? ''));
  const depth = path.split('.').length === 1 ? '##' : '###';
  return [
    `${depth} ${code(path)}`,
    ...(alike.length > 0 ? [`The same fields have ${alike.map(code).join(', ')}.`] : meaning === '' ? [] : [meaning]),
    ...rulesOf(node),
    ['| Field | Type | When absent | Meaning | Example |', '|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function renderRow({ name, node, required, fallback, meaning, section }: Field, example: string): string {
  const absent = required ? '**required**' : fallback?.includes(' ') ? fallback : fallback ? code(fallback) : '';
  return `| ${[code(name), typeOf(node, section), absent, meaning, code(`${name}: ${example}`)].map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The address of a section's heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return `#${kept.trim().replaceAll(' ', '-')}`;
}

/** The type of a value in words; one with fields leads to where they are told. */
function typeOf(node: Node, section: string | undefined): string {
  const linked = (text: string) => (section ? `[${text}](${anchorOf(section)})` : text);
  if (node.enum)
    return `one of ${node.enum
      .filter((value) => value !== '')
      .map(code)
      .join(', ')}`;
  switch (node.type) {
    case 'array':
      return section ? `list of ${linked('objects')}` : `list of ${plural(node.items)}`;
    case 'object':
      if (!node.additionalProperties) return linked('object');
      return section ? `map of ${linked('objects')}` : `map of ${plural(node.additionalProperties)}`;
    case 'integer':
    case 'number':
      return `${node.type}${rangeOf(node)}`;
    case 'string':
      return textTypes.find(([fits]) => fits(node))?.[1] ?? 'string';
    case 'boolean':
      return 'boolean';
    default:
      return 'integer or string';
  }
}

const textTypes: readonly (readonly [(node: Node) => boolean, string])[] = [
  [({ format }) => format === 'date-time', 'time'],
  [({ format }) => format === 'url', 'address'],
  [({ pattern }) => pattern?.includes('(m|s)') ?? false, 'duration, such as `30s`'],
];

function plural(items: Node | undefined): string {
  return items?.type === 'array' ? `lists of ${plural(items.items)}` : `${items?.type ?? 'value'}s`;
}

function rangeOf({ minimum, maximum }: Node): string {
  if (minimum === undefined) return maximum === undefined ? '' : `, at most ${maximum}`;
  return maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}

/** Rules between the fields of an object. */
function rulesOf(node: Node): string[] {
  const sets = (node.oneOf ?? []).flatMap(({ required }) => (required ? [required] : []));
  const none = node.oneOf?.some(({ not }) => not !== undefined) ?? false;
  const single = sets.every((set) => set.length === 1);
  const names = sets.map((set) => set.map(code).join(', '));
  const checks = (node['x-kubernetes-validations'] ?? []).map(({ message }) => `The API server checks: ${message}.`);
  if (sets.length === 0) return checks;
  if (single) return [`${none ? 'At most' : 'Exactly'} one of ${names.join(', ')} is given.`, ...checks];
  return [`Exactly one of these sets is given:\n\n${names.map((set) => `- ${set}`).join('\n')}`, ...checks];
}
