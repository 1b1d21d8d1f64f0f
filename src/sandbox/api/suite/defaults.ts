import { describe, expect, test } from 'vitest';
import { type Fields, fieldItemsIn, fieldsIn, textIn, valueIn } from '../fields.ts';
import { deployment } from './client.ts';
import type { Connected } from './describe-api.ts';

function workload(kind: string, spec: Fields = {}): Fields {
  return { ...deployment('w', spec), kind };
}

function service(spec: Fields): Fields {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }], ...spec } };
}

/** What the server fills into built-in kinds, and what it refuses in them. */
export function describeDefaults(connected: Connected): void {
  describe('built-in kinds', () => {
    test('a deployment is completed', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const volumes = [{ name: 'c', configMap: { name: 'c' } }, { name: 'e' }];
      const container = {
        ports: [{ containerPort: 80 }],
        readinessProbe: { httpGet: { port: 80 } },
        env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      };
      const body = deployment('d', {}, container);
      Object.assign(fieldsIn(body, 'spec', 'template', 'spec') ?? {}, { volumes });
      const { body: made } = await client.post(path, body);
      expect(made['spec']).toMatchObject({
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {
          spec: {
            dnsPolicy: 'ClusterFirst',
            restartPolicy: 'Always',
            schedulerName: 'default-scheduler',
            securityContext: {},
            terminationGracePeriodSeconds: 30,
            volumes: [
              { name: 'c', configMap: { name: 'c', defaultMode: 420 } },
              { name: 'e', emptyDir: {} },
            ],
          },
        },
      });
      expect(fieldItemsIn(made, 'spec', 'template', 'spec', 'containers')[0]).toEqual({
        name: 'main',
        image: 'podinfo:1.0',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        env: [{ name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
        readinessProbe: {
          httpGet: { port: 80, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      });
    });

    test.each([
      { image: 'podinfo', policy: 'Always' },
      { image: 'podinfo:latest', policy: 'Always' },
      { image: 'registry:5000/podinfo', policy: 'Always' },
      { image: 'registry:5000/podinfo:1', policy: 'IfNotPresent' },
      { image: `podinfo@sha256:${'a'.repeat(64)}`, policy: 'IfNotPresent' },
    ])('$image is pulled $policy', async ({ image, policy }) => {
      const { client, namespace } = await connected();
      const reply = await client.post(
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
        deployment('d', {}, { image }),
      );
      expect(fieldItemsIn(reply.body, 'spec', 'template', 'spec', 'containers')[0]?.['imagePullPolicy']).toBe(policy);
    });

    test.each([
      {
        kind: 'DaemonSet',
        plural: 'daemonsets',
        spec: {
          revisionHistoryLimit: 10,
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        },
      },
      { kind: 'ReplicaSet', plural: 'replicasets', spec: { replicas: 1 } },
      {
        kind: 'StatefulSet',
        plural: 'statefulsets',
        spec: {
          replicas: 1,
          podManagementPolicy: 'OrderedReady',
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        },
      },
    ])('a $kind is completed', async ({ kind, plural, spec }) => {
      const { client, namespace } = await connected();
      const given = kind === 'StatefulSet' ? { serviceName: 'w' } : {};
      const reply = await client.post(`/apis/apps/v1/namespaces/${namespace}/${plural}`, workload(kind, given));
      expect(reply.status).toBe(201);
      expect(reply.body['spec']).toMatchObject(spec);
    });

    test('template changes of a DaemonSet are counted in an annotation', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
      const counted = (reply: { body: unknown }) =>
        valueIn(reply.body, 'metadata', 'annotations', 'deprecated.daemonset.template.generation');
      expect(counted(await client.post(path, workload('DaemonSet')))).toBe('1');
      expect(counted(await client.patch(`${path}/w`, { spec: { revisionHistoryLimit: 3 } }))).toBe('1');
      const labels = { spec: { template: { metadata: { labels: { more: 'x' } } } } };
      expect(counted(await client.patch(`${path}/w`, labels))).toBe('2');
    });

    test('a service gets an address and keeps it', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/services`;
      const made = await client.post(path, service({ selector: { app: 'a' } }));
      const clusterIP = textIn(made.body, 'spec', 'clusterIP');
      expect(clusterIP).toMatch(/^10\./);
      expect(made.body['spec']).toEqual({
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'None',
        selector: { app: 'a' },
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      });
      expect(made.body['status']).toEqual({ loadBalancer: {} });
      const updated = await client.put(`${path}/s`, service({ selector: { app: 'b' } }));
      expect(textIn(updated.body, 'spec', 'clusterIP')).toBe(clusterIP);
      const moved = await client.patch(`${path}/s`, {
        spec: { clusterIP: '10.96.200.1', clusterIPs: ['10.96.200.1'] },
      });
      expect(moved.status).toBe(422);
      expect(moved.body['message']).toContain('may not change once set');
    });

    test.each([
      {
        what: 'a headless service',
        spec: { clusterIP: 'None' },
        expected: { clusterIP: 'None', clusterIPs: ['None'] },
      },
      {
        what: 'an external name',
        spec: { type: 'ExternalName', externalName: 'a.test' },
        expected: { type: 'ExternalName', externalName: 'a.test' },
      },
      {
        what: 'a node port',
        spec: { type: 'NodePort' },
        expected: { externalTrafficPolicy: 'Cluster', internalTrafficPolicy: 'Cluster' },
      },
      {
        what: 'affinity by client',
        spec: { sessionAffinity: 'ClientIP' },
        expected: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } },
      },
    ])('$what is completed', async ({ spec, expected }) => {
      const { client, namespace } = await connected();
      const reply = await client.post(`/api/v1/namespaces/${namespace}/services`, service(spec));
      expect(reply.status).toBe(201);
      expect(reply.body['spec']).toMatchObject(expected);
      if (spec.type === 'ExternalName') expect(valueIn(reply.body, 'spec', 'clusterIP')).toBeUndefined();
      if (spec.type === 'NodePort')
        expect(fieldItemsIn(reply.body, 'spec', 'ports')[0]?.['nodePort']).toBeGreaterThanOrEqual(30000);
    });

    test('plain text of a secret is folded into its data', async () => {
      const { client, namespace } = await connected();
      const body = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        data: { a: 'YQ==' },
        stringData: { b: 'b' },
      };
      const reply = await client.post(`/api/v1/namespaces/${namespace}/secrets`, body);
      expect(reply.body).toMatchObject({ type: 'Opaque', data: { a: 'YQ==', b: 'Yg==' } });
      expect(reply.body['stringData']).toBeUndefined();
    });

    test('a namespace is labelled with its name and active', async () => {
      const { client, namespace } = await connected();
      const { body } = await client.get(`/api/v1/namespaces/${namespace}`);
      expect(body).toMatchObject({
        metadata: { labels: { 'kubernetes.io/metadata.name': namespace } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      });
    });

    test('an autoscaler is completed', async () => {
      const { client, namespace } = await connected();
      const spec = {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        maxReplicas: 3,
        behavior: { scaleUp: { stabilizationWindowSeconds: 5 } },
      };
      const body = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec };
      const reply = await client.post(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, body);
      expect(reply.body['spec']).toMatchObject({
        minReplicas: 1,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
        ],
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 5, selectPolicy: 'Max' },
          scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
        },
      });
    });

    test('events can be read in both groups', async () => {
      const { client, namespace } = await connected();
      const involvedObject = { kind: 'ConfigMap', namespace, name: 'a' };
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e' },
        involvedObject,
        reason: 'R',
        message: 'm',
        type: 'Normal',
      };
      await client.post(`/api/v1/namespaces/${namespace}/events`, event);
      const other = await client.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events/e`);
      expect(other.body).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        regarding: involvedObject,
        note: 'm',
        reason: 'R',
      });
      const found = await client.get(
        `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3Da,reason%3DR`,
      );
      expect(fieldItemsIn(found.body, 'items')).toHaveLength(1);
    });

    test('built-in kinds keep only what their type has, without empty fields, in canonical form', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const container = {
        command: [],
        stdin: false,
        env: [{ name: 'EMPTY', value: '' }],
        resources: { limits: { memory: '0.5Gi' }, requests: { cpu: 0.5 } },
      };
      const body = deployment('d', { paused: false, unknown: 1, minReadySeconds: 0, replicas: 0 }, container);
      Object.assign(fieldsIn(body, 'spec', 'template', 'spec') ?? {}, {
        nodeSelector: {},
        terminationGracePeriodSeconds: 0,
      });
      const reply = await client.post(path, body);
      expect(reply.headers['warning']).toContain('unknown field \\"spec.unknown\\"');
      const spec = fieldsIn(reply.body, 'spec') ?? {};
      expect(spec['replicas']).toBe(0);
      expect(Object.keys(spec)).not.toEqual(expect.arrayContaining(['paused', 'minReadySeconds', 'unknown']));
      expect(fieldsIn(spec, 'template', 'spec')).toMatchObject({ terminationGracePeriodSeconds: 0 });
      expect(fieldsIn(spec, 'template', 'spec')?.['nodeSelector']).toBeUndefined();
      const [made] = fieldItemsIn(spec, 'template', 'spec', 'containers');
      expect(made).toMatchObject({
        env: [{ name: 'EMPTY' }],
        resources: { limits: { memory: '512Mi' }, requests: { cpu: '500m' } },
      });
      expect(Object.keys(made ?? {})).not.toEqual(expect.arrayContaining(['command', 'stdin']));
      const strict = await client.post(`${path}?fieldValidation=Strict`, deployment('e', { unknown: 1 }));
      expect(strict.status).toBe(400);
      expect(strict.body['message']).toContain('strict decoding error: unknown field "spec.unknown"');
    });

    test('a service that changes its type loses what belonged to the old one', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/services`;
      await client.post(path, service({ type: 'NodePort' }));
      const plain = await client.patch(`${path}/s`, { spec: { type: 'ClusterIP' } });
      expect(fieldItemsIn(plain.body, 'spec', 'ports')).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
      expect(valueIn(plain.body, 'spec', 'externalTrafficPolicy')).toBeUndefined();
      const external = await client.patch(`${path}/s`, { spec: { type: 'ExternalName', externalName: 'a.test' } });
      expect(Object.keys(fieldsIn(external.body, 'spec') ?? {}).sort()).toEqual([
        'externalName',
        'ports',
        'sessionAffinity',
        'type',
      ]);
    });
  });
}
