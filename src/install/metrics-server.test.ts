import { expect, test } from 'vitest';
import { type Http, HttpFailure } from '../runtime/http.ts';
import { metricsServer } from './metrics-server.ts';
import { testCluster } from './testing/cluster.ts';
import { namespaceOf } from './testing/objects.ts';

const seed = [
  namespaceOf('monitoring'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'prometheus', namespace: 'monitoring' },
    spec: { ports: [{ port: 9090 }] },
  },
];

/** Answers with a status, or not at all. */
function http(status: number | undefined): Http {
  return {
    async request() {
      if (status === undefined) throw new HttpFailure('refused', true);
      return { status, headers: {}, body: '' };
    },
  };
}

test.each([
  {
    url: 'http://prometheus.monitoring:9090',
    status: undefined,
    state: 'ok',
    detail: 'Service monitoring/prometheus is there',
  },
  {
    url: 'http://prometheus.monitoring.svc.cluster.local',
    status: undefined,
    state: 'ok',
    detail: 'monitoring/prometheus',
  },
  {
    url: 'http://prometheus:9090',
    status: 200,
    state: 'missing',
    detail: 'there is no Service sluice-system/prometheus',
  },
  { url: 'prometheus', status: 200, state: 'missing', detail: 'is no address' },
  { url: 'http://prometheus.lan:9090', status: 200, state: 'ok', detail: 'prometheus.lan:9090 answers here' },
  { url: 'https://mimir.example', status: undefined, state: 'unknown', detail: 'mimir.example does not answer here' },
  {
    url: 'http://thanos.monitoring:9090',
    status: 200,
    state: 'missing',
    detail: 'there is no Service monitoring/thanos',
  },
  {
    url: 'http://prometheus.lan.svc:9090',
    status: 200,
    state: 'missing',
    detail: 'there is no Service lan/prometheus',
  },
  {
    url: 'https://metrics.example.com/prometheus',
    status: 200,
    state: 'ok',
    detail: 'metrics.example.com answers here',
  },
  { url: 'https://metrics.example.com', status: 401, state: 'unknown', detail: 'answers 401 here' },
  { url: 'http://10.0.0.1:9090', status: undefined, state: 'unknown', detail: '10.0.0.1:9090 does not answer here' },
  { url: 'http://localhost:9090', status: 200, state: 'ok', detail: 'localhost:9090 answers here' },
])('$url, which answers $status, is $state', async ({ url, status, state, detail }) => {
  const { client } = testCluster({ seed });
  expect(await metricsServer(client, http(status), url, 'sluice-system')).toMatchObject({
    state,
    detail: expect.stringContaining(detail),
  });
});

test.each([
  'http://ann:s3cret@prometheus:9090',
  'http://ann:s3cret@thanos.monitoring',
  'http://ann:s3cret@prometheus.lan',
  'http://ann:s3cret@10.0.0.1:9090',
  'ann:s3cret@prometheus',
  'http://ann:s3cret@prometheus:port',
])('the password of %s is not told', async (url) => {
  for (const status of [200, 401, undefined]) {
    const finding = await metricsServer(testCluster({ seed }).client, http(status), url, 'sluice-system');
    expect(JSON.stringify(finding)).not.toContain('s3cret');
  }
});

test('the query is asked below the path of the address', async () => {
  const urls: string[] = [];
  const { client } = testCluster();
  const noting: Http = {
    async request({ url }) {
      urls.push(url);
      return { status: 200, headers: {}, body: '' };
    },
  };
  await metricsServer(client, noting, 'https://metrics.example.com/prometheus/', 'a');
  expect(urls).toEqual(['https://metrics.example.com/prometheus/api/v1/query?query=vector(1)']);
});
