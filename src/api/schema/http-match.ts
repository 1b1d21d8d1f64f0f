import Type from 'typebox';
import { has, hasNone, MapOf, StrList, StrMap } from './structural.ts';

/** Conditions on a request, in the shape of Istio's HTTPMatchRequest. */

const optional = Type.Optional;

const text = (description: string) => optional(Type.String({ description }));

const matchers = {
  exact: text('The whole text.'),
  prefix: text('How the text begins.'),
  regex: text('A pattern (RE2) for the whole text.'),
};
const oneMatcher = [has('exact'), has('prefix'), has('regex')];
const noneOrOneMatcher = [hasNone('exact', 'prefix', 'regex'), ...oneMatcher];

/** At most one of `exact`, `prefix` and `regex`. */
function StringMatch(description?: string) {
  return Type.Object(matchers, { oneOf: noneOrOneMatcher, ...(description ? { description } : {}) });
}
/** Exactly one of `exact`, `prefix` and `regex`. */
export const StrictStringMatch = Type.Object(matchers, { oneOf: oneMatcher });
const HeaderMatch = Type.Object(
  { ...matchers, suffix: text('How the text ends.') },
  { oneOf: [...oneMatcher, has('suffix')] },
);

function StringMatchMap(description: string) {
  return MapOf<Type.Static<ReturnType<typeof StringMatch>>>(StringMatch(), { description });
}

/** An item of `spec.service.match`. */
export const ServiceMatch = Type.Object({
  name: text('Istio: name of the condition, for its metrics.'),
  uri: optional(StringMatch('Path of the request.')),
  scheme: optional(StringMatch('Istio: scheme of the request.')),
  method: optional(StringMatch('Method of the request.')),
  authority: optional(StringMatch('Istio: host of the request.')),
  headers: optional(StringMatchMap('Headers of the request, by name.')),
  withoutHeaders: optional(StringMatchMap('Istio: headers that the request must not have.')),
  queryParams: optional(StringMatchMap('Query parameters of the request, by name.')),
  port: optional(Type.Integer({ description: 'Istio: port that the request was sent to.' })),
  sourceLabels: optional(StrMap({ description: 'Istio: labels of the pod that asks.' })),
  sourceNamespace: text('Istio: namespace of the pod that asks.'),
  gateways: optional(StrList({ description: 'Istio: gateways that the condition is for.' })),
  ignoreUriCase: optional(Type.Boolean({ description: 'Istio: take upper and lower case of the path as the same.' })),
});

/** An item of `spec.analysis.match`. */
export const AnalysisMatch = Type.Object({
  headers: optional(
    MapOf<Type.Static<typeof HeaderMatch>>(HeaderMatch, { description: 'Headers of the request, by name.' }),
  ),
  queryParams: optional(StringMatchMap('Gateway API: query parameters of the request, by name.')),
  sourceLabels: optional(StrMap({ description: 'Istio: labels of the pod that asks.' })),
});
