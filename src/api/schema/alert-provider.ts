import Type from 'typebox';
import { ObjectMeta } from './object-meta.ts';
import { Enum, has } from './structural.ts';

const optional = Type.Optional;

/** Values of an AlertProvider's `spec.type`. */
export const alertProviderTypes = ['slack', 'msteams', 'discord', 'rocket', 'gchat'] as const;

const fields = {
  channel: optional(Type.String({ description: 'Channel to post to; general when absent.' })),
  username: optional(Type.String({ description: 'Name to post as; flagger when absent.' })),
  address: optional(Type.String({ description: 'Address to post to.' })),
  proxy: optional(Type.String({ description: 'Address of an HTTP proxy.' })),
  secretRef: optional(
    Type.Object(
      { name: Type.String({ description: 'Name of the Secret.' }) },
      { description: 'A Secret in this namespace with address and token.' },
    ),
  ),
};
const type = Enum(alertProviderTypes, { description: 'Who takes the alerts.' });

/** The whole object, as the API server takes it: an address or a Secret. */
export const AlertProviderSchema = Type.Object({
  apiVersion: optional(Type.String()),
  kind: optional(Type.String()),
  metadata: optional(Type.Object({})),
  spec: optional(
    Type.Object(
      { ...fields, type: optional(type) },
      { description: 'Where alerts go.', oneOf: [has('type', 'address'), has('type', 'secretRef')] },
    ),
  ),
});

/** What `parseAlertProvider` reads. */
export const AlertProviderInput = Type.Object({ metadata: ObjectMeta, spec: Type.Object({ ...fields, type }) });
