import { expect, it } from 'vitest';
import { requestsIn } from './server-requests.ts';

const page = `# TYPE apiserver_request_total counter
apiserver_request_total{code="200",group="flagger.app",resource="canaries",subresource="status",verb="PATCH"} 12
apiserver_request_total{code="200",group="flagger.app",resource="canaries",subresource="",verb="WATCH"} 100
apiserver_request_total{code="201",group="",resource="events",subresource="",verb="POST"} 1.5e+02
apiserver_request_total{code="200",group="coordination.k8s.io",resource="leases",subresource="",verb="PUT"} 1000
`;

it('only requests about canaries are counted, and no watches', () => {
  expect(requestsIn(page)).toBe(162);
});
