import Type from 'typebox';
import { ServiceMatch, StrictStringMatch } from './http-match.ts';
import { GroupName, KindName, NamespaceName, ObjectName, PortNumber, SectionName } from './object-names.ts';
import { cel, Enum, IntOrString, StrList, StrMap } from './structural.ts';
import { TrafficPolicy } from './traffic-policy.ts';

/** `spec.service` of a Canary: the Services to make and how requests reach them. */

const optional = Type.Optional;
const text = (description: string) => optional(Type.String({ description }));
const flag = (description: string) => optional(Type.Boolean({ description }));

function Metadata(description: string) {
  const labels = optional(StrMap({ description: 'Labels to add.' }));
  const annotations = optional(StrMap({ description: 'Annotations to add.' }));
  return Type.Object({ labels, annotations }, { description });
}

function HeaderOperations(description: string) {
  return Type.Object(
    {
      add: optional(StrMap({ description: 'Headers to add, beside those of the same name.' })),
      set: optional(StrMap({ description: 'Headers to set, in place of those of the same name.' })),
      remove: optional(StrList({ description: 'Names of headers to take away.' })),
    },
    { description },
  );
}

const GatewayRef = Type.Object({
  group: optional(GroupName('gateway.networking.k8s.io', 'API group of the parent.')),
  kind: optional(KindName('Gateway', 'Kind of the parent.')),
  namespace: optional(NamespaceName('Namespace of the parent; that of the Canary when absent.')),
  name: ObjectName('Name of the parent.'),
  sectionName: optional(SectionName('Listener of the parent; all of them when absent.')),
  port: optional(PortNumber('Port of the parent; all of them when absent.')),
});

const MirrorTarget = Type.Object(
  {
    group: optional(GroupName('', 'API group of the destination.')),
    kind: optional(KindName('Service', 'Kind of the destination.')),
    namespace: optional(NamespaceName('Namespace of the destination; that of the Canary when absent.')),
    name: ObjectName('Name of the destination.'),
    port: optional(PortNumber('Port of the destination; a Service needs one.')),
  },
  {
    ...cel("size(self.group) > 0 || self.kind != 'Service' || has(self.port)", 'a Service needs a port'),
    description: 'Where the copy goes.',
  },
);

const CorsPolicy = Type.Object(
  {
    allowOrigin: optional(StrList({ description: 'Origins that may ask, as they are.' })),
    allowOrigins: optional(Type.Array(StrictStringMatch, { description: 'Istio: origins that may ask, by patterns.' })),
    allowMethods: optional(StrList({ description: 'Methods that may be used.' })),
    allowHeaders: optional(StrList({ description: 'Request headers that may be sent.' })),
    exposeHeaders: optional(StrList({ description: 'Response headers that scripts may read.' })),
    maxAge: text('How long a browser may remember this.'),
    allowCredentials: flag('Whether cookies may be sent; false when absent.'),
  },
  { description: 'Which other origins browsers may call from.' },
);

const fields = {
  name: text('Name of the public Service; the name of the target when absent.'),
  portName: text('Name of the port; http when absent.'),
  targetPort: optional(IntOrString({ description: 'Number or name of the container port; the port when absent.' })),
  appProtocol: text('Protocol behind the port, as in a Service; with Istio, tcp makes TCP routes.'),
  trafficDistribution: optional(
    Enum(['PreferClose', 'PreferSameZone', 'PreferSameNode'], { description: 'Which pods the Services prefer.' }),
  ),
  portDiscovery: flag('Add the other container ports of the target to the Services; false when absent.'),
  headless: flag('Make Services without a cluster IP; false when absent.'),
  timeout: text('Time limit of a request.'),
  backendTimeout: text('Gateway API: time limit of one attempt.'),
  meshName: text('App Mesh: name of the mesh.'),
  backends: optional(StrList({ description: 'App Mesh: virtual services that the target calls.' })),
  gateways: optional(StrList({ description: 'Istio: gateways of the VirtualService; the mesh itself when absent.' })),
  gatewayRefs: optional(
    Type.Array(GatewayRef, { maxItems: 32, description: 'Gateway API: parents of the HTTPRoute.' }),
  ),
  hosts: optional(
    StrList({ description: 'Host names that the route is for; with Istio, the apex is one of them in any case.' }),
  ),
  delegation: flag('Istio: make a VirtualService without hosts and gateways, to be delegated to; false when absent.'),
  trafficPolicy: optional(TrafficPolicy),
  match: optional(
    Type.Array(ServiceMatch, { description: 'Requests that the route is for; all of them when absent.' }),
  ),
  rewrite: optional(
    Type.Object(
      {
        uri: text('What replaces the path.'),
        authority: text('What replaces the host.'),
        type: text('Gateway API: ReplacePrefixMatch to replace the matched prefix alone; ReplaceFullPath when absent.'),
      },
      { description: 'How requests change on their way to the target.' },
    ),
  ),
  retries: optional(
    Type.Object(
      {
        attempts: optional(Type.Integer({ format: 'int32', description: 'Attempts after the first one.' })),
        perTryTimeout: text('Time limit of one attempt.'),
        retryOn: text('Which failures are tried again, as Envoy names them.'),
      },
      { description: 'Istio: requests that are tried again.' },
    ),
  ),
  headers: optional(
    Type.Object(
      {
        request: optional(HeaderOperations('Headers of requests.')),
        response: optional(HeaderOperations('Headers of responses.')),
      },
      { description: 'Headers that change on their way.' },
    ),
  ),
  mirror: optional(
    Type.Array(Type.Object({ backendRef: optional(MirrorTarget) }), {
      description: 'Gateway API: further destinations of a copy of every request.',
    }),
  ),
  corsPolicy: optional(CorsPolicy),
  apex: optional(Metadata('Metadata of the public Service and of the routes.')),
  primary: optional(Metadata('Metadata of the Service of the primary.')),
  canary: optional(Metadata('Metadata of the Service of the canary.')),
  unmanagedMetadata: optional(
    Type.Object(
      {
        annotations: optional(StrList({ description: 'Keys of annotations.' })),
        labels: optional(StrList({ description: 'Keys of labels.' })),
      },
      { description: 'Keys that others own on the Services and that are left as they are.' },
    ),
  ),
};

const port = Type.Number({ description: 'Port of the Services.' });

/** As the API server takes it. */
export const ServiceSpec = Type.Object(
  { ...fields, port },
  { description: 'The Services to make, and how requests reach them.' },
);
/** As `parseCanary` takes it: a missing port gets a reason of its own. */
export const LooseServiceSpec = Type.Object({ ...fields, port: optional(port) });
