import Type from 'typebox';
import { ServiceMatch, StrictStringMatch } from './http-match.ts';
import { GroupName, KindName, NamespaceName, ObjectName, PortNumber, SectionName } from './object-names.ts';
import { cel, Enum, IntOrString, StrList, StrMap } from './structural.ts';
import { TrafficPolicy } from './traffic-policy.ts';

/** `spec.service` of a Canary: the Services to make and how requests reach them. */

const optional = Type.Optional;
const text = (description?: string) => optional(Type.String(description ? { description } : {}));
const flag = (description: string) => optional(Type.Boolean({ description }));

const Metadata = Type.Object({ labels: optional(StrMap()), annotations: optional(StrMap()) });

const HeaderOperations = Type.Object({
  add: optional(StrMap()),
  set: optional(StrMap()),
  remove: optional(StrList()),
});

const GatewayRef = Type.Object({
  group: optional(GroupName('gateway.networking.k8s.io')),
  kind: optional(KindName('Gateway')),
  namespace: optional(NamespaceName),
  name: ObjectName,
  sectionName: optional(SectionName),
  port: optional(PortNumber),
});

const MirrorTarget = Type.Object(
  {
    group: optional(GroupName('')),
    kind: optional(KindName('Service')),
    namespace: optional(NamespaceName),
    name: ObjectName,
    port: optional(PortNumber),
  },
  cel("size(self.group) > 0 || self.kind != 'Service' || has(self.port)", 'a Service needs a port'),
);

const CorsPolicy = Type.Object({
  allowOrigin: optional(StrList()),
  allowOrigins: optional(Type.Array(StrictStringMatch)),
  allowMethods: optional(StrList()),
  allowHeaders: optional(StrList()),
  exposeHeaders: optional(StrList()),
  maxAge: text(),
  allowCredentials: optional(Type.Boolean()),
});

const fields = {
  name: text('Name of the public Service; the name of the target when absent.'),
  portName: text('Name of the port; http when absent.'),
  targetPort: optional(IntOrString({ description: 'Number or name of the container port; the port when absent.' })),
  appProtocol: text(),
  trafficDistribution: optional(Enum(['PreferClose', 'PreferSameZone', 'PreferSameNode'])),
  portDiscovery: flag('Add the other container ports of the target to the Services.'),
  headless: flag('Make Services without a cluster IP.'),
  timeout: text('Time limit of a request.'),
  backendTimeout: text('Gateway API: time limit of one attempt.'),
  meshName: text('App Mesh: name of the mesh.'),
  backends: optional(StrList({ description: 'App Mesh: virtual services that the target calls.' })),
  gateways: optional(StrList({ description: 'Istio: gateways of the VirtualService; mesh when empty.' })),
  gatewayRefs: optional(
    Type.Array(GatewayRef, { maxItems: 32, description: 'Gateway API: parents of the HTTPRoute.' }),
  ),
  hosts: optional(StrList({ description: 'Host names of the route.' })),
  delegation: flag('Istio: make a VirtualService without hosts and gateways, to be delegated to.'),
  trafficPolicy: optional(TrafficPolicy),
  match: optional(Type.Array(ServiceMatch, { description: 'Requests that the route is for; all when empty.' })),
  rewrite: optional(Type.Object({ uri: text(), authority: text(), type: text() })),
  retries: optional(
    Type.Object({
      attempts: optional(Type.Integer({ format: 'int32' })),
      perTryTimeout: text(),
      retryOn: text(),
    }),
  ),
  headers: optional(Type.Object({ request: optional(HeaderOperations), response: optional(HeaderOperations) })),
  mirror: optional(
    Type.Array(Type.Object({ backendRef: optional(MirrorTarget) }), {
      description: 'Gateway API: further destinations of a copy of every request.',
    }),
  ),
  corsPolicy: optional(CorsPolicy),
  apex: optional(Metadata),
  primary: optional(Metadata),
  canary: optional(Metadata),
  unmanagedMetadata: optional(
    Type.Object(
      { annotations: optional(StrList()), labels: optional(StrList()) },
      { description: 'Keys that others own on the Services and that are left as they are.' },
    ),
  ),
};

const port = Type.Number({ description: 'Port of the Services.' });

/** As the API server takes it. */
export const ServiceSpec = Type.Object({ ...fields, port });
/** As `parseCanary` takes it: a missing port gets a reason of its own. */
export const LooseServiceSpec = Type.Object({ ...fields, port: optional(port) });
