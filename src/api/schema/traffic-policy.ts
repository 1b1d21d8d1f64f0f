import Type from 'typebox';
import { Enum, has, MapOf, StrList } from './structural.ts';

/** The part of Istio's TrafficPolicy that a Canary can carry into its DestinationRules. */

const optional = Type.Optional;
const text = optional(Type.String());
const int = optional(Type.Integer());
const int32 = optional(Type.Integer({ format: 'int32' }));

const ConnectionPool = Type.Object({
  http: optional(
    Type.Object({
      h2UpgradePolicy: optional(Enum(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'])),
      http1MaxPendingRequests: int32,
      http2MaxRequests: int32,
      idleTimeout: text,
      maxRequestsPerConnection: int32,
      maxRetries: int32,
    }),
  ),
});

const ConsistentHash = Type.Object({
  httpCookie: optional(Type.Object({ name: text, path: text, ttl: text })),
  httpHeaderName: text,
  httpQueryParameterName: text,
  minimumRingSize: int,
  useSourceIp: optional(Type.Boolean()),
});
const oneHashKey = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'].map((key) => has(key));

const LocalityLbSetting = Type.Object({
  enabled: optional(Type.Boolean()),
  distribute: optional(Type.Array(Type.Object({ from: text, to: optional(MapOf<number>({ type: 'integer' })) }))),
  failover: optional(Type.Array(Type.Object({ from: text, to: text }))),
});

const LoadBalancer = Type.Object(
  {
    simple: optional(Enum(['ROUND_ROBIN', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'LEAST_REQUEST'])),
    consistentHash: optional(ConsistentHash),
    localityLbSetting: optional(LocalityLbSetting),
    warmupDurationSecs: text,
  },
  {
    oneOf: [has('simple'), { ...has('consistentHash'), properties: { consistentHash: { oneOf: oneHashKey } } }],
  },
);

const OutlierDetection = Type.Object({
  baseEjectionTime: text,
  consecutive5xxErrors: int,
  consecutiveErrors: int32,
  consecutiveGatewayErrors: int32,
  consecutiveLocalOriginFailures: int32,
  interval: text,
  maxEjectionPercent: int32,
  minHealthPercent: int32,
  splitExternalLocalOriginErrors: optional(Type.Boolean()),
});

const Tls = Type.Object({
  mode: optional(Enum(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'])),
  caCertificates: text,
  clientCertificate: text,
  privateKey: text,
  sni: text,
  subjectAltNames: optional(StrList()),
});

export const TrafficPolicy = Type.Object(
  {
    connectionPool: optional(ConnectionPool),
    loadBalancer: optional(LoadBalancer),
    outlierDetection: optional(OutlierDetection),
    tls: optional(Tls),
  },
  { description: 'Istio: traffic policy of both DestinationRules.' },
);
