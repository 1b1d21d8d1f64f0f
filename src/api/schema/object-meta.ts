import Type from 'typebox';
import { StrList, StrMap } from './structural.ts';

const optional = Type.Optional;

/** The metadata that parsing needs; everything else in it is left to the API server. */
export const ObjectMeta = Type.Object({
  name: Type.String({ minLength: 1 }),
  namespace: optional(Type.String()),
  uid: optional(Type.String()),
  generation: optional(Type.Integer()),
  deletionTimestamp: optional(Type.String()),
  finalizers: optional(StrList()),
  annotations: optional(StrMap()),
});
