import type { QueryModel } from './contract.ts';
import { executeTemplate, type Functions } from './template/execute.ts';
import { builtins } from './template/functions.ts';
import { parseTemplate } from './template/parse.ts';
import { TemplateError } from './template/value.ts';

export type RenderedQuery =
  | { readonly ok: true; readonly query: string }
  | { readonly ok: false; readonly error: string };

/** Values of the model, named in queries without a leading dot: `{{ namespace }}`. */
const names = ['name', 'namespace', 'target', 'service', 'ingress', 'route', 'interval'] as const;

const known: ReadonlySet<string> = new Set([...builtins.keys(), ...names, 'variables']);

/**
 * Renders the query of a MetricTemplate or an inline query: Go's text/template over the functions of the model, without
 * escaping. Error texts are the reference's, with its spelling, because alert rules match on events.
 */
export function renderQuery(template: string, model: QueryModel): RenderedQuery {
  let stage = 'parsing';
  try {
    const parsed = parseTemplate(template, known);
    stage = 'excution';
    return { ok: true, query: executeTemplate(parsed, functionsOf(model)) };
  } catch (error) {
    if (error instanceof TemplateError) return { ok: false, error: `template ${stage} failed: ${error.message}` };
    throw error;
  }
}

function functionsOf(model: QueryModel): Functions {
  const functions = new Map(builtins);
  for (const name of names) functions.set(name, { min: 0, max: 0, call: () => model[name] });
  const variables = new Map(Object.entries(model.variables));
  return functions.set('variables', { min: 0, max: 0, call: () => variables });
}
