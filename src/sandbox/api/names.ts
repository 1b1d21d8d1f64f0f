import type { Draft } from './draft.ts';
import { type Cause, invalidValue, required } from './status-error.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and " +
  "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Characters that `generateName` draws from: no vowels and nothing that looks alike. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `generateName` cut to leave room, plus five characters from the source of random numbers in [0, 1). */
export function generatedName(base: string, random: () => number): string {
  let name = base.slice(0, 58);
  for (let i = 0; i < 5; i++) name += NAME_ALPHABET[Math.floor(random() * NAME_ALPHABET.length)] ?? '';
  return name;
}

/** Checks the name of a new object by the rule of its kind. */
export function nameCauses(draft: Draft, rule: 'subdomain' | 'label' | 'service'): readonly Cause[] {
  const { name } = draft.metadata;
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  const most = rule === 'subdomain' ? 253 : 63;
  if (name.length > most) return [invalidValue('metadata.name', name, `must be no more than ${most} bytes`)];
  const [pattern, text] =
    rule === 'subdomain'
      ? [SUBDOMAIN, SUBDOMAIN_TEXT]
      : rule === 'label'
        ? [LABEL, LABEL_TEXT]
        : [SERVICE_LABEL, SERVICE_TEXT];
  return pattern.test(name) ? [] : [invalidValue('metadata.name', name, text)];
}

/** Checks labels at `field` by the rules for label keys and values. */
export function labelCauses(labels: Readonly<Record<string, string>> | undefined, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    const parts = key.split('/');
    const name = parts.at(-1) ?? '';
    const prefix = parts.length > 1 ? parts.slice(0, -1).join('/') : undefined;
    if (name.length > 63 || !QUALIFIED.test(name) || (prefix !== undefined && !SUBDOMAIN.test(prefix))) {
      causes.push(invalidValue(field, key, KEY_TEXT));
    }
    if (value.length > 63) causes.push(invalidValue(field, value, 'must be no more than 63 bytes'));
    else if (value !== '' && !QUALIFIED.test(value)) causes.push(invalidValue(field, value, VALUE_TEXT));
  }
  return causes;
}

/** Owner references need all four parts, and at most one may be the controller. */
export function ownerCauses(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const owners = draft.metadata.ownerReferences ?? [];
  owners.forEach((owner, i) => {
    const field = `metadata.ownerReferences[${i}]`;
    for (const part of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (typeof owner[part] !== 'string' || owner[part] === '') {
        causes.push(
          invalidValue(
            `${field}.${part}`,
            owner[part] ?? '',
            `${part === 'apiVersion' ? 'version' : part} must not be empty`,
          ),
        );
      }
    }
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]?.kind}/${controllers[0]?.name} and ${controllers[1]?.kind}/${controllers[1]?.name}`;
    causes.push(invalidValue('metadata.ownerReferences', owners, detail));
  }
  return causes;
}
