import { dig, type KubeObject } from '../../../kube/object.ts';

const NGINX = 'nginx.ingress.kubernetes.io';

/** What a route sends to the canary, read from the raw object without the adapters that wrote it. */
export interface Share {
  readonly percent: number;
  readonly mirror: boolean;
  /** The share isn't written down: the requests of an audience, all of them, go to the canary. */
  readonly audience?: true;
  /** What is wrong with the weights, if anything. */
  readonly fault: string | undefined;
}

/** The share of the canary in a routing object; `undefined` for objects that don't route. */
export function shareOf(object: KubeObject | undefined): Share | undefined {
  switch (object?.kind) {
    case 'VirtualService':
      return shareOfRules(listOf(dig(object, 'spec', 'http')).map(istioRule));
    case 'HTTPRoute':
      return shareOfRules(listOf(dig(object, 'spec', 'rules')).map(gatewayRule));
    case 'Ingress':
      return object.metadata.name.endsWith('-canary') ? nginxShare(object) : undefined;
    default:
      return undefined;
  }
}

interface Rule {
  readonly backends: readonly { readonly name: string; readonly weight: unknown }[];
  readonly mirror: boolean;
}

function istioRule(rule: unknown): Rule {
  const backends = listOf(dig(rule, 'route')).map((each) => ({
    name: String(dig(each, 'destination', 'host')),
    weight: dig(each, 'weight'),
  }));
  return { backends, mirror: dig(rule, 'mirror') !== undefined };
}

function gatewayRule(rule: unknown): Rule {
  const backends = listOf(dig(rule, 'backendRefs')).map((each) => ({
    name: String(dig(each, 'name')),
    weight: dig(each, 'weight'),
  }));
  const mirror = listOf(dig(rule, 'filters')).some((filter) => dig(filter, 'type') === 'RequestMirror');
  return { backends, mirror };
}

/** The last rule that names both sides splits the traffic; those before it are for users that stick to a side. */
function shareOfRules(rules: readonly Rule[]): Share {
  const splits = rules.filter(({ backends }) => backends.length > 1);
  const sums = splits.map(({ backends }) =>
    backends.reduce((sum, { weight }) => sum + Number(weight ?? Number.NaN), 0),
  );
  const wrong = sums.find((sum) => sum !== 100);
  const last = splits.at(-1)?.backends.find(({ name }) => name.endsWith('-canary'));
  return {
    percent: Number(last?.weight ?? 0),
    mirror: rules.some(({ mirror }) => mirror),
    fault: wrong === undefined ? undefined : `weights sum to ${wrong}`,
  };
}

function nginxShare({ metadata: { annotations = {} } }: KubeObject): Share {
  const weight = Number(annotations[`${NGINX}/canary-weight`]);
  const chosen = `${NGINX}/canary-by-header` in annotations;
  const sound = Number.isInteger(weight) && weight >= 0 && weight <= 100;
  const fault = sound ? undefined : `the weight is ${annotations[`${NGINX}/canary-weight`]}`;
  return { percent: chosen ? 100 : weight, mirror: false, ...(chosen ? { audience: true } : {}), fault };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
