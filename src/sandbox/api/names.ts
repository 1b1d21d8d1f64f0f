import type { Draft } from './draft.ts';
import { type Cause, invalidValue, required } from './status-error.ts';

/** Names of most objects, and of domains. */
export const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Names that are one label of a domain. */
export const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
/** Why text is no `LABEL`. */
export const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and " +
  "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

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
