import { parseManifests } from '../../src/api/manifest.ts';
import type { KubeObject, ObjectRef } from '../../src/kube/object.ts';

export const NAMESPACE = 'shop';
export const HOST = 'shop.example.com';
export const target: ObjectRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: 'shop' };
export const primary: ObjectRef = { ...target, name: 'shop-primary' };
export const canary: ObjectRef = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  namespace: NAMESPACE,
  name: 'shop',
};

/** A shop as it runs before anyone thinks of canaries: a Deployment, its Service, and the route to it. */
export function runningShop(): KubeObject[] {
  return parseManifests(`
apiVersion: v1
kind: Namespace
metadata: {name: ${NAMESPACE}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: ${NAMESPACE}, labels: {app: shop}}
spec:
  replicas: 2
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
      - name: shop
        image: shop:1.0.0
        ports:
        - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: ${NAMESPACE}}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80, targetPort: http}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: ${NAMESPACE}}
spec:
  parentRefs:
  - {name: gateway}
  hostnames: [${HOST}]
  rules:
  - backendRefs:
    - {name: shop, port: 80}
`);
}

/** The Canary that takes the shop over, and gives it back when it is deleted. */
export function shopCanary(): KubeObject[] {
  return parseManifests(`
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: ${NAMESPACE}}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  revertOnDeletion: true
  service:
    port: 80
    targetPort: http
    gatewayRefs:
    - {name: gateway}
    hosts: [${HOST}]
  analysis:
    interval: 1s
    threshold: 3
    maxWeight: 50
    stepWeight: 25
    metrics:
    - name: request-success-rate
      interval: 3s
      thresholdRange: {min: 99}
`);
}

/** Strategic merge patch that deploys a version; some of its answers are errors. */
export function release(image: string, errorRate: number) {
  const env = [{ name: 'FAULT_ERROR_RATE', value: String(errorRate) }];
  return { spec: { template: { spec: { containers: [{ name: 'shop', image, env }] } } } };
}
