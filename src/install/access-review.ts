import type { Client } from '../kube/client.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { type Feature, rulesOf } from './permissions.ts';

/** One thing that somebody may do or not. */
export interface Action {
  readonly group: string;
  /** With its subresource, such as `canaries/status`. */
  readonly resource: string;
  readonly verb: string;
  readonly name?: string | undefined;
  /** Absent: in every namespace. */
  readonly namespace?: string | undefined;
}

/** A ServiceAccount, or whoever asks. */
export type Subject = { readonly account: string; readonly namespace: string } | 'self';

/** Asks the API server whether the subject may do this. Rejects with an `ApiError` when it doesn't say so to us. */
export async function isAllowed(client: Pick<Client, 'create'>, subject: Subject, action: Action): Promise<boolean> {
  const review = await client.create(reviewOf(subject, action));
  return dig(review, 'status', 'allowed') === true;
}

function reviewOf(subject: Subject, { group, resource, verb, name, namespace }: Action): KubeObject {
  const [plural, subresource] = resource.split('/', 2);
  const resourceAttributes = { group, resource: plural, subresource, verb, name, namespace };
  const apiVersion = 'authorization.k8s.io/v1';
  const metadata = { name: '' };
  if (subject === 'self') {
    return { apiVersion, kind: 'SelfSubjectAccessReview', metadata, spec: { resourceAttributes } };
  }
  const user = `system:serviceaccount:${subject.namespace}:${subject.account}`;
  const accounts = 'system:serviceaccounts';
  const groups = [accounts, `${accounts}:${subject.namespace}`, 'system:authenticated'];
  return { apiVersion, kind: 'SubjectAccessReview', metadata, spec: { user, groups, resourceAttributes } };
}

/** All that a feature needs, in a namespace or everywhere. */
export function actionsOf(feature: Feature, namespace: string | undefined): Action[] {
  return rulesOf(feature).flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => ({ group, resource, verb, name, namespace }))),
      ),
    ),
  );
}

/** `update httproutes.gateway.networking.k8s.io` */
export function actionInWords({ group, resource, verb }: Action): string {
  return `${verb} ${group === '' ? resource : `${resource}.${group}`}`;
}
