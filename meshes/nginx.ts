import { type Canary, markerAnnotations } from '../src/api/canary.ts';
import { dig, type KubeObject, type ObjectRef, type StringMap } from '../src/kube/object.ts';
import { assemble } from './assemble.ts';
import type { Live, Mesh, MeshOptions, Rendered, RouteRequest } from './contract.ts';
import { canaryAnnotations, copiedAnnotations, readAnnotations } from './nginx-annotations.ts';
import { nginxAudience } from './nginx-audience.ts';
import { claimedByAnother, notFound } from './ownership.ts';
import { listOf } from './present.ts';

/** ingress-nginx: a second Ingress next to the user's, which leads to the canary as far as its annotations say. */
export function nginx({ ingressAnnotationsPrefix: prefix }: Pick<MeshOptions, 'ingressAnnotationsPrefix'>): Mesh {
  return {
    providers: ['nginx'],
    can: { weights: true, match: true, mirror: 'never', affinity: false, leavesOut },
    refs(canary) {
      const user = userIngressRef(canary);
      return user ? [user, canaryIngressRef(user)] : [];
    },
    render: (request, live) => render(request, live, prefix),
    read(canary, live) {
      const user = userIngressRef(canary);
      if (!user) return { unreadable: noSelector };
      const ref = canaryIngressRef(user);
      const ingress = live(ref);
      return ingress ? readAnnotations(ingress, canary, prefix) : { unreadable: notFound(ref, plural) };
    },
    // The user's Ingress was never touched, and the other one goes with the Canary.
    release: () => ({ objects: [] }),
    settled: () => ({ settled: true }),
  };
}

function leavesOut(canary: Canary): readonly string[] {
  const audience = nginxAudience(canary);
  return 'impossible' in audience ? [] : audience.shortfalls;
}

const plural = 'ingresses.networking.k8s.io';
const noSelector = 'ingress selector is empty';

function userIngressRef({ ingressRef, namespace }: Canary): ObjectRef | undefined {
  if (!ingressRef?.name) return undefined;
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name: ingressRef.name };
}

function canaryIngressRef(user: ObjectRef): ObjectRef {
  return { ...user, name: `${user.name}-canary` };
}

function render(request: RouteRequest, live: Live, prefix: string): Rendered {
  const { canary } = request;
  const userRef = userIngressRef(canary);
  if (!userRef) return { impossible: noSelector };
  const user = live(userRef);
  if (!user) return { impossible: notFound(userRef, plural) };
  const ref = canaryIngressRef(userRef);
  const claimed = claimedByAnother(live(ref), canary);
  if (claimed) return { impossible: claimed };
  const spec = redirected(user, canary);
  if (!spec) return { impossible: `backend ${canary.service.apexName} not found in ingress ${userRef.name}` };
  const own = canaryAnnotations(request, prefix);
  if ('impossible' in own) return own;
  const annotations = { ...copiedAnnotations(user, prefix), ...markerAnnotations, ...own.annotations };
  const wanted = { ref, labels: user.metadata.labels ?? {}, annotations, spec };
  return { objects: [assemble(wanted, withoutSettings(live(ref), prefix), request)] };
}

/** nginx settings follow the user's Ingress to the letter; annotations of other tools stay. */
function withoutSettings(live: KubeObject | undefined, prefix: string): KubeObject | undefined {
  if (!live) return undefined;
  const others = Object.entries(live.metadata.annotations ?? {}).filter(([key]) => !key.startsWith(`${prefix}/`));
  const annotations: StringMap = Object.fromEntries(others);
  return { ...live, metadata: { ...live.metadata, annotations } };
}

/** The user's spec with every path to the apex leading to the canary; `undefined` when none does. */
function redirected(user: KubeObject, { service }: Canary): unknown {
  let found = false;
  const redirect = (path: unknown): unknown => {
    if (dig(path, 'backend', 'service', 'name') !== service.apexName) return path;
    found = true;
    return withField(path, ['backend', 'service', 'name'], service.canaryName);
  };
  const rules = listOf(dig(user, 'spec', 'rules')).map((rule) => {
    const paths = dig(rule, 'http', 'paths');
    return Array.isArray(paths) ? withField(rule, ['http', 'paths'], paths.map(redirect)) : rule;
  });
  return found ? withField(user.spec, ['rules'], rules) : undefined;
}

/** A copy of raw JSON in which one field has another value. */
function withField(value: unknown, [field, ...rest]: readonly string[], to: unknown): unknown {
  if (field === undefined) return to;
  const fields = typeof value === 'object' && value !== null ? value : {};
  return { ...fields, [field]: withField(dig(value, field), rest, to) };
}
