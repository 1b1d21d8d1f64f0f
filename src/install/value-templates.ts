/** What the templates of a values file can stand for. */
export interface TemplateNames {
  /** The name of the chart, which is the label `app.kubernetes.io/name`. */
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
}

/** Flagger's chart keeps its affinity in the values, with the names of its labels as templates of Helm. */
const templates: readonly (readonly [pattern: RegExp, name: keyof TemplateNames])[] = [
  [/\{\{-? *(?:template|include) +"(?:flagger|sluice)\.name" +[.$] *-?\}\}/g, 'chart'],
  [/\{\{-? *\.Release\.Name *-?\}\}/g, 'release'],
  [/\{\{-? *\.Release\.Namespace *-?\}\}/g, 'namespace'],
];

/** The same value with the known templates of all its texts filled in. */
export function fillTemplates(value: unknown, names: TemplateNames): unknown {
  return mapTexts(value, (text) =>
    templates.reduce((filled, [pattern, name]) => filled.replaceAll(pattern, () => names[name]), text),
  );
}

/** The texts in a value whose templates only Helm can fill. */
export function unknownTemplates(value: unknown): readonly string[] {
  const found: string[] = [];
  mapTexts(value, (text) => {
    const rest = templates.reduce((left, [pattern]) => left.replaceAll(pattern, ''), text);
    if (rest.includes('{{')) found.push(text);
    return text;
  });
  return found;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)]));
}
