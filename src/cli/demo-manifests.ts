import { parseManifests } from '../api/manifest.ts';
import type { KubeObject } from '../kube/object.ts';

/** Everything that a team would apply: a Deployment, and the Canary that releases it. */
const text = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: demo
  labels: {app: shop}
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
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: shop
  namespace: demo
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service:
    port: 80
    targetPort: http
    gatewayRefs:
    - {name: gateway}
    hosts: [shop.example.com]
  analysis:
    interval: 2s
    threshold: 2
    maxWeight: 50
    stepWeight: 10
    metrics:
    - name: request-success-rate
      interval: 5s
      thresholdRange: {min: 99}
    - name: request-duration
      interval: 5s
      thresholdRange: {max: 500}
`;

export const demoHost = 'shop.example.com';

export function demoManifests(): KubeObject[] {
  return parseManifests(text);
}
