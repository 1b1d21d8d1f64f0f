import Type from 'typebox';

/** Names in references to Gateway API objects, with the limits that the Gateway API sets. */

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const domain = `${label}(\\.${label})*`;

export function GroupName(fallback: string, description: string) {
  return Type.String({ default: fallback, description, maxLength: 253, pattern: `^$|^${domain}$` });
}

export function KindName(fallback: string, description: string) {
  return Type.String({
    default: fallback,
    description,
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  });
}

export function ObjectName(description: string) {
  return Type.String({ minLength: 1, maxLength: 253, description });
}

export function NamespaceName(description: string) {
  return Type.String({ minLength: 1, maxLength: 63, pattern: `^${label}$`, description });
}

export function SectionName(description: string) {
  return Type.String({ minLength: 1, maxLength: 253, pattern: `^${domain}$`, description });
}

export function PortNumber(description: string) {
  return Type.Integer({ format: 'int32', minimum: 1, maximum: 65535, description });
}
