import Type from 'typebox';
import { Enum, has, MapOf, StrList } from './structural.ts';

/** The part of Istio's TrafficPolicy that a Canary can carry into its DestinationRules. */

const optional = Type.Optional;
const text = (description: string) => optional(Type.String({ description }));
const flag = (description: string) => optional(Type.Boolean({ description }));
const int = (description: string) => optional(Type.Integer({ description }));
const int32 = (description: string) => optional(Type.Integer({ format: 'int32', description }));

const HttpPool = Type.Object(
  {
    h2UpgradePolicy: optional(
      Enum(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'], { description: 'Whether connections become HTTP/2.' }),
    ),
    http1MaxPendingRequests: int32('Most requests that wait for a connection.'),
    http2MaxRequests: int32('Most requests at once.'),
    idleTimeout: text('How long a connection may do nothing.'),
    maxRequestsPerConnection: int32('Most requests of one connection.'),
    maxRetries: int32('Most retries at once.'),
  },
  { description: 'Limits of HTTP.' },
);
const ConnectionPool = Type.Object({ http: optional(HttpPool) }, { description: 'Limits of connections.' });

const HttpCookie = Type.Object(
  { name: text('Name of the cookie.'), path: text('Path of the cookie.'), ttl: text('How long the cookie lasts.') },
  { description: 'By a cookie, which is made where there is none.' },
);
const ConsistentHash = Type.Object(
  {
    httpCookie: optional(HttpCookie),
    httpHeaderName: text('By the header of this name.'),
    httpQueryParameterName: text('By the query parameter of this name.'),
    minimumRingSize: int('Least number of places on the ring.'),
    useSourceIp: flag('By the address of the caller.'),
  },
  { description: 'Sends like requests to the same pod.' },
);
const oneHashKey = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'].map((key) => has(key));

const Distribution = Type.Object({
  from: text('Where requests come from, as region/zone/subzone.'),
  to: optional(MapOf<number>({ type: 'integer' }, { description: 'Where they go: percent by place.' })),
});
const Failover = Type.Object({
  from: text('The region whose pods are gone.'),
  to: text('The region that stands in for it.'),
});
const LocalityLbSetting = Type.Object(
  {
    enabled: flag('Whether it is on.'),
    distribute: optional(Type.Array(Distribution, { description: 'How requests spread over places.' })),
    failover: optional(Type.Array(Failover, { description: 'Which region stands in for another.' })),
  },
  { description: 'Prefers pods that are near.' },
);

const LoadBalancer = Type.Object(
  {
    simple: optional(
      Enum(['ROUND_ROBIN', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'LEAST_REQUEST'], {
        description: 'How a pod is chosen.',
      }),
    ),
    consistentHash: optional(ConsistentHash),
    localityLbSetting: optional(LocalityLbSetting),
    warmupDurationSecs: text('How long a new pod gets less than its share.'),
  },
  {
    description: 'How requests spread over pods.',
    oneOf: [has('simple'), { ...has('consistentHash'), properties: { consistentHash: { oneOf: oneHashKey } } }],
  },
);

const OutlierDetection = Type.Object(
  {
    baseEjectionTime: text('How long a pod is left out at least.'),
    consecutive5xxErrors: int('Answers of 5xx in a row until a pod is left out.'),
    consecutiveErrors: int32('Old name of consecutive5xxErrors.'),
    consecutiveGatewayErrors: int32('Answers of 502, 503 and 504 in a row until a pod is left out.'),
    consecutiveLocalOriginFailures: int32('Failures to connect in a row until a pod is left out.'),
    interval: text('Time between two looks.'),
    maxEjectionPercent: int32('Most percent of pods that are left out.'),
    minHealthPercent: int32('Percent of healthy pods below which none is left out.'),
    splitExternalLocalOriginErrors: flag('Count failures to connect apart from answers.'),
  },
  { description: 'Leaves out pods that fail.' },
);

const Tls = Type.Object(
  {
    mode: optional(
      Enum(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'], { description: 'Whether and how TLS is used.' }),
    ),
    caCertificates: text('File with the authorities that are trusted.'),
    clientCertificate: text('File with the certificate of the caller.'),
    privateKey: text('File with its key.'),
    sni: text('Name to ask for.'),
    subjectAltNames: optional(StrList({ description: 'Names of which the certificate must hold one.' })),
  },
  { description: 'How connections to pods are encrypted.' },
);

export const TrafficPolicy = Type.Object(
  {
    connectionPool: optional(ConnectionPool),
    loadBalancer: optional(LoadBalancer),
    outlierDetection: optional(OutlierDetection),
    tls: optional(Tls),
  },
  { description: 'Istio: traffic policy of both DestinationRules.' },
);
