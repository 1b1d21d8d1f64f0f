import Type from 'typebox';
import { ObjectMeta } from './object-meta.ts';
import { Enum, has } from './structural.ts';

const optional = Type.Optional;

/** Values of an AlertProvider's `spec.type`. */
export const alertProviderTypes = ['slack', 'msteams', 'discord', 'rocket', 'gchat'] as const;

const fields = {
  channel: optional(Type.String({ description: 'general when absent.' })),
  username: optional(Type.String({ description: 'flagger when absent.' })),
  address: optional(Type.String({ description: 'Address to post to.' })),
  proxy: optional(Type.String({ description: 'Address of an HTTP proxy.' })),
  secretRef: optional(
    Type.Object({ name: Type.String() }, { description: 'A Secret in this namespace with address and token.' }),
  ),
};
const type = Enum(alertProviderTypes);

/** The whole object, as the API server takes it: an address or a Secret. */
export const AlertProviderSchema = Type.Object({
  apiVersion: optional(Type.String()),
  kind: optional(Type.String()),
  metadata: optional(Type.Object({})),
  spec: optional(
    Type.Object({ ...fields, type: optional(type) }, { oneOf: [has('type', 'address'), has('type', 'secretRef')] }),
  ),
});

/** What `parseAlertProvider` reads. */
export const AlertProviderInput = Type.Object({ metadata: ObjectMeta, spec: Type.Object({ ...fields, type }) });
