import { expect, it } from 'vitest';
import { difference, kindOf } from './meter.ts';

it.each([
  { method: 'GET', url: '/apis/flagger.app/v1beta1/canaries?limit=500', expected: 'reads' },
  { method: 'GET', url: '/api/v1/services?watch=1&resourceVersion=3', expected: 'watches' },
  { method: 'GET', url: '/api/v1/services?allowWatchBookmarks=true&watch=true', expected: 'watches' },
  { method: 'PATCH', url: '/apis/flagger.app/v1beta1/namespaces/a/canaries/b/status', expected: 'writes' },
  { method: 'POST', url: '/api/v1/namespaces/a/events', expected: 'writes' },
  { method: 'GET', url: '/apis/coordination.k8s.io/v1/namespaces/a/leases/b', expected: 'leases' },
  { method: 'PUT', url: '/apis/coordination.k8s.io/v1/namespaces/a/leases/b', expected: 'leases' },
])('$method $url counts under $expected', ({ expected, ...request }) => {
  expect(kindOf(request)).toBe(expected);
});

it('a difference is taken field by field', () => {
  const earlier = { reads: 1, writes: 2, watches: 3, leases: 4, bytes: 5 };
  const later = { reads: 11, writes: 22, watches: 33, leases: 44, bytes: 55 };
  expect(difference(later, earlier)).toEqual({ reads: 10, writes: 20, watches: 30, leases: 40, bytes: 50 });
});
