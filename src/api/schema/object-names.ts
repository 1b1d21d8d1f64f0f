import Type from 'typebox';

/** Names in references to Gateway API objects, with the limits that the Gateway API sets. */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const domain = `${label}(\\.${label})*`;

export function GroupName(fallback: string) {
  return Type.String({ default: fallback, maxLength: 253, pattern: `^$|^${domain}$` });
}

export function KindName(fallback: string) {
  return Type.String({
    default: fallback,
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  });
}

export const ObjectName = Type.String({ minLength: 1, maxLength: 253 });
export const NamespaceName = Type.String({ minLength: 1, maxLength: 63, pattern: `^${label}$` });
export const SectionName = Type.String({ minLength: 1, maxLength: 253, pattern: `^${domain}$` });
export const PortNumber = Type.Integer({ format: 'int32', minimum: 1, maximum: 65535 });
