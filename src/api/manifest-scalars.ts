import type { ScalarTag, Tags } from 'yaml';

/** How Kubernetes reads plain YAML scalars: YAML 1.1 as Go's libraries do it. */

/** A number that JSON can hold but a double can't; `JSON.stringify` writes it digit by digit. */
interface RawJson {
  readonly rawJSON: string;
}
const { rawJSON, isRawJSON } = JSON as typeof JSON & {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

const isInt64 = (value: bigint) => BigInt.asIntN(64, value) === value;

/** Exact where 64 bits suffice, else the nearest double, as the API server reads it. */
function integer(sign: string, digits: string): number | RawJson {
  const size = BigInt(digits);
  const value = sign === '-' ? -size : size;
  const rounded = Number(value);
  return Number.isSafeInteger(rounded) || !isInt64(value) ? rounded : rawJSON(value.toString());
}

const int: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0[bB][01_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+|0|[1-9][0-9_]*)$/,
  resolve(source) {
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(source.replaceAll('_', '')) ?? [];
    return integer(sign, digits.replace(/^0(?=[0-7])/, '0o'));
  },
};

/** Also what looks like an octal number but isn't, such as `08`. */
const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/,
  resolve(source) {
    const value = Number(source.replaceAll('_', ''));
    return Number.isFinite(value) ? value : source;
  },
};

const notFinite: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  resolve(source, onError) {
    onError(`${source} is no JSON value; write it in quotes if it is text`);
    return source;
  },
};

/** Text in base64: Kubernetes objects hold it decoded. */
const binary: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
};

const replaced = new Set(
  ['int', 'float', 'binary', 'timestamp', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** From the YAML 1.1 tags to those that Kubernetes knows. */
export function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === 'string' || !replaced.has(tag.tag));
  return [...kept, int, float, notFinite, binary];
}

const exactInt: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: isRawJSON,
  resolve: (source) => source,
  stringify: ({ value }) => (isRawJSON(value) ? value.rawJSON : String(value)),
};

/** From the YAML 1.1 tags to those for writing. */
export function emitTags(tags: Tags): Tags {
  // A key `<<` is a name here, not the order to merge
  return [exactInt, ...tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge')];
}
