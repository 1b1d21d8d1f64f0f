import { describe, expect, test } from 'vitest';
import { type Fields, valueIn } from '../fields.ts';
import { configMap, deployment, STRATEGIC } from './client.ts';
import type { Connected } from './describe-api.ts';

function service(spec: Fields): Fields {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }], ...spec } };
}

/** What the server refuses in built-in kinds. */
export function describeRefusals(connected: Connected): void {
  describe('built-in kinds that are refused', () => {
    const invalid: readonly { what: string; path: string; body: Fields; message: string }[] = [
      {
        what: 'a selector that does not fit the template',
        path: 'apis/apps/v1/namespaces/NS/deployments',
        body: deployment('d', { selector: { matchLabels: { app: 'other' } } }),
        message: '`selector` does not match template `labels`',
      },
      {
        what: 'a deployment without selector',
        path: 'apis/apps/v1/namespaces/NS/deployments',
        body: deployment('d', { selector: undefined }),
        message: 'spec.selector: Required value',
      },
      {
        what: 'a container without image',
        path: 'apis/apps/v1/namespaces/NS/deployments',
        body: deployment('d', {}, { image: '' }),
        message: 'spec.template.spec.containers[0].image: Required value',
      },
      {
        what: 'a mount without volume',
        path: 'apis/apps/v1/namespaces/NS/deployments',
        body: deployment('d', {}, { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
        message: 'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
      },
      {
        what: 'a service without ports',
        path: 'api/v1/namespaces/NS/services',
        body: service({ ports: [] }),
        message: 'spec.ports: Required value',
      },
      {
        what: 'a service with unnamed ports',
        path: 'api/v1/namespaces/NS/services',
        body: service({ ports: [{ port: 1 }, { port: 2 }] }),
        message: 'spec.ports[0].name: Required value',
      },
      {
        what: 'an ingress path without type',
        path: 'apis/networking.k8s.io/v1/namespaces/NS/ingresses',
        body: {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'i' },
          spec: {
            rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 's', port: { number: 80 } } } }] } }],
          },
        },
        message: 'pathType: Required value: pathType must be specified',
      },
      {
        what: 'a bad label',
        path: 'api/v1/namespaces/NS/configmaps',
        body: configMap('c', {}, { labels: { a: 'b c' } }),
        message: 'metadata.labels: Invalid value: "b c": a valid label must be',
      },
      {
        what: 'a bad key',
        path: 'api/v1/namespaces/NS/configmaps',
        body: configMap('c', { 'a b': '1' }),
        message: 'data[a b]: Invalid value',
      },
      {
        what: 'an owner without uid',
        path: 'api/v1/namespaces/NS/configmaps',
        body: configMap('c', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '' }] }),
        message: 'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      },
      {
        what: 'an autoscaler without limit',
        path: 'apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
        body: {
          apiVersion: 'autoscaling/v2',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'h' },
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' } },
        },
        message: 'spec.maxReplicas',
      },
    ];
    test.each(invalid)('$what is refused', async ({ path, body, message }) => {
      const { client, namespace } = await connected();
      const reply = await client.post(`/${path.replace('NS', namespace)}`, body);
      expect(reply.status).toBe(422);
      expect(reply.body['reason']).toBe('Invalid');
      expect(reply.body['message']).toContain(message);
    });

    test('numbers where text belongs are a bad request', async () => {
      const { client, namespace } = await connected();
      const reply = await client.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap('c', { a: 1 }));
      expect(reply.status).toBe(400);
      expect(reply.body['message']).toContain(
        'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      );
      const labels = await client.post(
        `/api/v1/namespaces/${namespace}/configmaps`,
        configMap('c', {}, { labels: { a: true } }),
      );
      expect(labels.status).toBe(400);
    });

    test.each([
      {
        what: 'text for a number',
        spec: { replicas: 'two' },
        message: 'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      },
      {
        what: 'a number for text',
        spec: { template: { spec: { containers: [{ name: 1 }] } } },
        message:
          'cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string',
      },
    ])('$what is a bad request', async ({ spec, message }) => {
      const { client, namespace } = await connected();
      const reply = await client.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment('d', spec));
      expect(reply.status).toBe(400);
      expect(reply.body['message']).toBe(
        `Deployment in version "v1" cannot be handled as a Deployment: json: ${message}`,
      );
    });

    test('a status that counts more ready pods than pods is refused', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      const reply = await client.patch(`${path}/d/status`, { status: { replicas: 1, readyReplicas: 2 } });
      expect(reply.status).toBe(422);
      expect(reply.body['message']).toContain(
        'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      );
    });

    test('lease times have exactly six digits of a second', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
      const lease = (renewTime: string) => ({ metadata: { name: 'l' }, spec: { holderIdentity: 'a', renewTime } });
      const short = await client.post(path, lease('2026-01-01T00:00:00.5Z'));
      expect(short.status).toBe(400);
      expect(short.body['message']).toContain('parsing time "2026-01-01T00:00:00.5Z"');
      const made = await client.post(path, lease('2026-01-01T02:00:00.500000+02:00'));
      expect(valueIn(made.body, 'spec', 'renewTime')).toBe('2026-01-01T00:00:00.500000Z');
    });

    test('the selector of a deployment stays', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      await client.post(path, deployment('d'));
      const labels = { app: 'd', more: 'x' };
      const patch = { spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } } };
      const reply = await client.patch(`${path}/d`, patch, STRATEGIC);
      expect(reply.status).toBe(422);
      expect(reply.body['message']).toContain('field is immutable');
    });
  });
}
