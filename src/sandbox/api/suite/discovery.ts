import { describe, expect, test } from 'vitest';
import { fieldItemsIn, fieldsIn, textIn, valueIn } from '../fields.ts';
import type { Connected } from './describe-api.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** How clients find out what is served. */
export function describeDiscovery(connected: Connected): void {
  describe('discovery', () => {
    test.each(['/healthz', '/readyz', '/livez'])('%s is ok', async (path) => {
      const { client } = await connected();
      const reply = await client.get(path, '*/*');
      expect([reply.status, reply.text]).toEqual([200, 'ok']);
    });

    test('the version is told', async () => {
      const { client } = await connected();
      expect(textIn((await client.get('/version')).body, 'gitVersion')).toMatch(/^v1\.\d+/);
    });

    test('groups, versions and resources are listed one by one', async () => {
      const { client } = await connected();
      expect((await client.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
      const groups = fieldItemsIn((await client.get('/apis')).body, 'groups').map((group) => group['name']);
      expect(groups).toEqual(
        expect.arrayContaining(['apps', 'autoscaling', 'networking.k8s.io', 'coordination.k8s.io']),
      );
      expect((await client.get('/apis/apps')).body).toMatchObject({
        kind: 'APIGroup',
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      });
      const resources = fieldItemsIn((await client.get('/apis/apps/v1')).body, 'resources');
      const find = (name: string) => resources.find((resource) => resource['name'] === name);
      expect(find('deployments')).toMatchObject({
        kind: 'Deployment',
        namespaced: true,
        shortNames: ['deploy'],
        singularName: 'deployment',
      });
      expect(find('deployments/status')).toBeDefined();
      expect(find('deployments/scale')).toMatchObject({ group: 'autoscaling', version: 'v1', kind: 'Scale' });
      expect((await client.get('/apis/nowhere.test')).status).toBe(404);
      expect((await client.get('/apis/apps/v9')).status).toBe(404);
    });

    test.each(['/api', '/apis'])('%s is also told in one document', async (path) => {
      const { client } = await connected();
      const reply = await client.get(path, AGGREGATED);
      expect(reply.body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
      expect(reply.headers['content-type']).toContain('as=APIGroupDiscoveryList');
      const group = path === '/api' ? '' : 'apps';
      const plural = path === '/api' ? 'configmaps' : 'deployments';
      const found = fieldItemsIn(reply.body, 'items').find(
        (item) => (textIn(item, 'metadata', 'name') ?? '') === group,
      );
      const [version] = fieldItemsIn(found, 'versions');
      const resource = fieldItemsIn(version, 'resources').find((item) => item['resource'] === plural);
      expect(resource).toMatchObject({ scope: 'Namespaced', verbs: expect.arrayContaining(['watch']) });
    });

    test('OpenAPI says that patches can be validated', async () => {
      const { client } = await connected();
      const index = await client.get('/openapi/v3');
      const url = textIn(fieldsIn(index.body, 'paths', 'apis/apps/v1'), 'serverRelativeURL') ?? '';
      const { body } = await client.get(url);
      const patch = fieldsIn(body, 'paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'patch');
      expect(valueIn(patch, 'x-kubernetes-group-version-kind')).toEqual({
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
      });
      expect(fieldItemsIn(patch, 'parameters').map((parameter) => parameter['name'])).toContain('fieldValidation');
      expect((await client.get('/openapi/v3/apis/nowhere.test/v1')).status).toBe(404);
    });

    test('one may ask what one may do', async () => {
      const { client } = await connected();
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
      };
      const reply = await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body);
      expect(reply.status).toBe(201);
      expect(valueIn(reply.body, 'status', 'allowed')).toBe(true);
    });
  });
}
