import Type from 'typebox';
import { has, hasNone, MapOf, StrList, StrMap } from './structural.ts';

/** Conditions on a request, in the shape of Istio's HTTPMatchRequest. */

const optional = Type.Optional;

const matchers = {
  exact: optional(Type.String()),
  prefix: optional(Type.String()),
  regex: optional(Type.String()),
};
const oneMatcher = [has('exact'), has('prefix'), has('regex')];
const noneOrOneMatcher = [hasNone('exact', 'prefix', 'regex'), ...oneMatcher];

/** At most one of `exact`, `prefix` and `regex`. */
const StringMatch = Type.Object(matchers, { oneOf: noneOrOneMatcher });
/** Exactly one of `exact`, `prefix` and `regex`. */
export const StrictStringMatch = Type.Object(matchers, { oneOf: oneMatcher });
const HeaderMatch = Type.Object(
  { ...matchers, suffix: optional(Type.String()) },
  { oneOf: [...oneMatcher, has('suffix')] },
);

const StringMatchMap = MapOf<Type.Static<typeof StringMatch>>(StringMatch);

/** An item of `spec.service.match`. */
export const ServiceMatch = Type.Object({
  name: optional(Type.String()),
  uri: optional(StringMatch),
  scheme: optional(StringMatch),
  method: optional(StringMatch),
  authority: optional(StringMatch),
  headers: optional(StringMatchMap),
  withoutHeaders: optional(StringMatchMap),
  queryParams: optional(StringMatchMap),
  port: optional(Type.Integer()),
  sourceLabels: optional(StrMap()),
  sourceNamespace: optional(Type.String()),
  gateways: optional(StrList()),
  ignoreUriCase: optional(Type.Boolean()),
});

/** An item of `spec.analysis.match`. */
export const AnalysisMatch = Type.Object({
  headers: optional(MapOf<Type.Static<typeof HeaderMatch>>(HeaderMatch)),
  queryParams: optional(StringMatchMap),
  sourceLabels: optional(StrMap()),
});
