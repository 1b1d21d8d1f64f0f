import type { KubeObject } from '../../kube/object.ts';
import { parseManifests, toYaml } from '../manifest.ts';
import type { Examples } from './examples.ts';
import { type Node, nodeOf } from './node.ts';

/** A kind whose fields have examples. */
export interface Exampled {
  readonly schema: object;
  readonly examples: Examples;
  /** An object of the kind with nothing in it that isn't needed, as YAML. */
  readonly base: string;
  /** What a field needs besides itself: patterns of paths → a merge patch for `spec`, as YAML. All that fit are applied. */
  readonly surroundings?: readonly (readonly [path: RegExp, patch: string])[];
}

/**
 * A complete manifest around the example of a field. `value`, as YAML, replaces the example; `null` leaves the field away.
 * @throws Error when the schema has no such field, or a field that is needed on the way has no example.
 */
export function exampleManifest(kind: Exampled, path: string, value?: string | null): KubeObject {
  const example = value === undefined ? exampleOf(kind, path) : value === null ? undefined : yamlValue(value);
  const [base = unusable('the base')] = parseManifests(kind.base);
  const patches = (kind.surroundings ?? []).filter(([pattern]) => pattern.test(path));
  const around = patches.reduce<unknown>((spec, [, patch]) => merge(spec, yamlValue(patch)), base['spec']);
  const steps = path.replaceAll('[]', '.[]').split('.');
  return place({ ...base, spec: around }, nodeOf(kind.schema), steps, '') as KubeObject;

  /** `present` with the example at `steps`, and with all that the schema requires on the way. */
  function place(present: unknown, node: Node, [step, ...rest]: readonly string[], at: string): unknown {
    if (step === undefined) return example;
    if (step === '[]') {
      const [first, ...others] = Array.isArray(present) ? present : [];
      return [place(first, node.items ?? unusable(path), rest, `${at}[]`), ...others];
    }
    const object = isMap(present) ? present : {};
    if (step === '*') {
      const [name] = Object.keys(object);
      return { [name ?? 'x-user']: place({}, node.additionalProperties ?? unusable(path), rest, `${at}.*`) };
    }
    const here = at === '' ? step : `${at}.${step}`;
    const child = node.properties?.[step] ?? unusable(path);
    const missing = (node.required ?? []).filter((name) => name !== step && !(name in object));
    const needed = missing.map((name) => [name, exampleOf(kind, `${at}.${name}`)]);
    const placed = place(object[step], child, rest, here);
    const { [step]: _, ...others } = object;
    return { ...others, ...Object.fromEntries(needed), ...(placed === undefined ? {} : { [step]: placed }) };
  }
}

/** The value of an example. */
export function exampleOf({ examples }: Exampled, path: string): unknown {
  const text = examples[path];
  if (text === undefined) throw new Error(`${path} has no example`);
  return yamlValue(text);
}

/** A value in YAML, read as the manifests of users are. */
export function yamlValue(text: string): unknown {
  const around = { apiVersion: 'v1', kind: 'Example', metadata: { name: 'example' } };
  const [object] = parseManifests(`${toYaml(around)}value: ${text}\n`);
  return object?.['value'];
}

function unusable(what: string): never {
  throw new Error(`${what} is no field of the schema`);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch: null removes. */
function merge(present: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const merged: Record<string, unknown> = isMap(present) ? { ...present } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}
