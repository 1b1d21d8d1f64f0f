import type { Draft } from './draft.ts';
import { SUBDOMAIN } from './names.ts';
import { type Cause, invalidValue } from './status-error.ts';

const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PART_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Finalizers without a domain that the API itself uses. */
const STANDARD_FINALIZERS = ['foregroundDeletion', 'orphan', 'kubernetes'];

/** Why text is no qualified name (`name` or `domain/name`); `undefined` when it is one. */
function qualifiedNameProblem(text: string): string | undefined {
  const parts = text.split('/');
  if (parts.length > 2) {
    return `a qualified name ${PART_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  const name = parts.at(-1) ?? '';
  if (parts.length === 2 && !SUBDOMAIN.test(parts[0] ?? '')) {
    return "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'";
  }
  if (name.length > 63) return 'name part must be no more than 63 bytes';
  return QUALIFIED.test(name) ? undefined : `name part ${PART_TEXT}`;
}

/** Checks labels at `field` by the rules for label keys and values. */
function labelCauses(labels: Readonly<Record<string, string>> | undefined, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    const problem = qualifiedNameProblem(key);
    if (problem !== undefined) causes.push(invalidValue(field, key, problem));
    if (value.length > 63) causes.push(invalidValue(field, value, 'must be no more than 63 bytes'));
    else if (value !== '' && !QUALIFIED.test(value)) causes.push(invalidValue(field, value, VALUE_TEXT));
  }
  return causes;
}

/** Owner references need all four parts, and at most one may be the controller. */
function ownerCauses(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const owners = draft.metadata.ownerReferences ?? [];
  for (const owner of owners) {
    for (const part of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (typeof owner[part] === 'string' && owner[part] !== '') continue;
      const detail = part === 'apiVersion' ? 'version must not be empty' : 'must not be empty';
      causes.push(invalidValue(`metadata.ownerReferences.${part}`, owner[part] ?? '', detail));
    }
  }
  const [first, second] = owners.filter((owner) => owner.controller === true);
  if (first && second) {
    const detail =
      'Only one reference can have Controller set to true. Found "true" in references for ' +
      `${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    causes.push(invalidValue('metadata.ownerReferences', owners, detail));
  }
  return causes;
}

function finalizerCauses(draft: Draft, custom: boolean): readonly Cause[] {
  const causes: Cause[] = [];
  (draft.metadata.finalizers ?? []).forEach((finalizer, i) => {
    const field = `metadata.finalizers[${i}]`;
    const problem = qualifiedNameProblem(finalizer);
    if (problem !== undefined) causes.push(invalidValue(field, finalizer, problem));
    else if (!custom && !finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer)) {
      causes.push(
        invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
      );
    }
  });
  return causes;
}

/**
 * What is wrong with the metadata of any object, its name apart. Custom resources may have finalizers without a domain, such
 * as `finalizer.flagger.app`; built-in kinds may not.
 */
export function metadataCauses(draft: Draft, custom: boolean): readonly Cause[] {
  const labels = labelCauses(draft.metadata.labels, 'metadata.labels');
  return [...labels, ...ownerCauses(draft), ...finalizerCauses(draft, custom)];
}
