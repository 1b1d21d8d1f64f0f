import { describe, expect, test } from 'vitest';
import { type Fields, itemsIn } from '../fields.ts';
import { deployment } from './client.ts';
import type { Connected } from './describe-api.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const APPS = '/apis/apps/v1/namespaces/NS';
const CORE = '/api/v1/namespaces/NS';
const SCALERS = '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers';
const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/NS/ingresses';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices';

interface Row {
  readonly what: string;
  readonly path: string;
  readonly object: Fields;
  readonly status?: Fields;
  /** `AGE` stands for any age. */
  readonly cells: readonly unknown[];
}

function workload(more: Fields = {}): Fields {
  const { metadata, spec } = deployment('x', more);
  return { metadata, spec };
}

function named(more: Fields): Fields {
  return { metadata: { name: 'x' }, ...more };
}

function pod(more: Fields = {}): Fields {
  return named({ spec: { containers: [{ name: 'a', image: 'b' }], ...more } });
}

function scaler(): Fields {
  return named({ spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, maxReplicas: 3 } });
}

function container(more: Fields): Fields {
  return { name: 'a', image: 'b', imageID: '', restartCount: 0, ready: false, ...more };
}

const event = {
  involvedObject: { kind: 'ConfigMap', name: 'c', namespace: 'NS' },
  reason: 'R',
  message: 'm ',
  type: 'Normal',
};
const address = (last: number) => ({ ip: `10.0.0.${last}` });
const backend = { service: { name: 's', port: { number: 80 } } };
const rule = (host: string) => ({ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } });

const ROWS: readonly Row[] = [
  {
    what: 'a deployment',
    path: `${APPS}/deployments`,
    object: workload({ replicas: 2 }),
    status: { replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
    cells: ['x', '1/2', 2, 1, 'AGE', 'main', 'podinfo:1.0', 'app=x'],
  },
  {
    what: 'a new deployment',
    path: `${APPS}/deployments`,
    object: workload(),
    cells: ['x', '0/1', 0, 0, 'AGE', 'main', 'podinfo:1.0', 'app=x'],
  },
  {
    what: 'a replica set',
    path: `${APPS}/replicasets`,
    object: workload(),
    status: { replicas: 1, readyReplicas: 1 },
    cells: ['x', 1, 1, 1, 'AGE', 'main', 'podinfo:1.0', 'app=x'],
  },
  {
    what: 'a stateful set',
    path: `${APPS}/statefulsets`,
    object: workload({ serviceName: 's' }),
    status: { replicas: 1, readyReplicas: 1 },
    cells: ['x', '1/1', 'AGE', 'main', 'podinfo:1.0'],
  },
  {
    what: 'a daemon set',
    path: `${APPS}/daemonsets`,
    object: workload(),
    status: {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 2,
      numberReady: 1,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
      numberMisscheduled: 0,
    },
    cells: ['x', 3, 2, 1, 2, 1, '<none>', 'AGE', 'main', 'podinfo:1.0', 'app=x'],
  },
  {
    what: 'a headless service',
    path: `${CORE}/services`,
    object: named({ spec: { clusterIP: 'None', selector: { b: '1', a: '2' }, ports: [{ port: 80 }] } }),
    cells: ['x', 'ClusterIP', 'None', '<none>', '80/TCP', 'AGE', 'a=2,b=1'],
  },
  {
    what: 'a service with external addresses',
    path: `${CORE}/services`,
    object: named({ spec: { clusterIP: 'None', externalIPs: ['1.2.3.4'], ports: [] } }),
    cells: ['x', 'ClusterIP', 'None', '1.2.3.4', '<none>', 'AGE', '<none>'],
  },
  {
    what: 'an external name',
    path: `${CORE}/services`,
    object: named({ spec: { type: 'ExternalName', externalName: 'a.b' } }),
    cells: ['x', 'ExternalName', '<none>', 'a.b', '<none>', 'AGE', '<none>'],
  },
  {
    what: 'endpoints',
    path: `${CORE}/endpoints`,
    object: named({ subsets: [{ addresses: [1, 2, 3, 4].map(address), ports: [{ port: 80 }] }] }),
    cells: ['x', '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...', 'AGE'],
  },
  {
    what: 'endpoints without ports',
    path: `${CORE}/endpoints`,
    object: named({ subsets: [{ addresses: [address(1)] }] }),
    cells: ['x', '10.0.0.1', 'AGE'],
  },
  { what: 'no endpoints', path: `${CORE}/endpoints`, object: named({}), cells: ['x', '<none>', 'AGE'] },
  {
    what: 'an endpoint slice',
    path: SLICES,
    object: named({
      addressType: 'IPv4',
      ports: [{ port: 80 }, { port: 81, name: 'b' }],
      endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }],
    }),
    cells: ['x', 'IPv4', '80,81', '10.0.0.1,10.0.0.2', 'AGE'],
  },
  {
    what: 'an empty endpoint slice',
    path: SLICES,
    object: named({ addressType: 'IPv4', endpoints: [] }),
    cells: ['x', 'IPv4', '<unset>', '<unset>', 'AGE'],
  },
  {
    what: 'a running pod',
    path: `${CORE}/pods`,
    object: pod({ nodeName: 'n' }),
    status: {
      phase: 'Running',
      podIP: '1.2.3.4',
      podIPs: [{ ip: '1.2.3.4' }],
      containerStatuses: [container({ ready: true, restartCount: 2, state: { running: {} } })],
    },
    cells: ['x', '1/1', 'Running', '2', 'AGE', '1.2.3.4', 'n', '<none>', '<none>'],
  },
  {
    what: 'a pod that waits for its image',
    path: `${CORE}/pods`,
    object: pod(),
    status: {
      phase: 'Pending',
      containerStatuses: [container({ state: { waiting: { reason: 'ImagePullBackOff' } } })],
    },
    cells: ['x', '0/1', 'ImagePullBackOff', '0', 'AGE', '<none>', '<none>', '<none>', '<none>'],
  },
  {
    what: 'a pod with gates',
    path: `${CORE}/pods`,
    object: pod({ readinessGates: [{ conditionType: 'a.b/c' }, { conditionType: 'a.b/d' }] }),
    status: { phase: 'Pending', conditions: [{ type: 'a.b/c', status: 'True' }] },
    cells: ['x', '0/1', 'Pending', '0', 'AGE', '<none>', '<none>', '<none>', '1/2'],
  },
  {
    what: 'an autoscaler',
    path: SCALERS,
    object: scaler(),
    status: {
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '100m' } } },
      ],
    },
    cells: ['x', 'Deployment/d', 'cpu: 50%/80%', '1', 3, 2, 'AGE'],
  },
  {
    what: 'a new autoscaler',
    path: SCALERS,
    object: scaler(),
    cells: ['x', 'Deployment/d', 'cpu: <unknown>/80%', '1', 3, 0, 'AGE'],
  },
  {
    what: 'an ingress',
    path: INGRESSES,
    object: named({
      spec: { ingressClassName: 'nginx', tls: [{ hosts: ['a.b'] }], rules: [rule('a.b'), rule('c.d')] },
    }),
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'x.y' }] } },
    cells: ['x', 'nginx', 'a.b,c.d', '1.2.3.4,x.y', '80, 443', 'AGE'],
  },
  {
    what: 'an ingress for everything',
    path: INGRESSES,
    object: named({ spec: { defaultBackend: backend } }),
    cells: ['x', '<none>', '*', '', '80', 'AGE'],
  },
  {
    what: 'a disruption budget',
    path: '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    object: named({ spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } } }),
    status: { disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 },
    cells: ['x', '1', 'N/A', 2, 'AGE'],
  },
  {
    what: 'a secret',
    path: `${CORE}/secrets`,
    object: named({ data: { a: 'YQ==', b: 'Yg==' } }),
    cells: ['x', 'Opaque', 2, 'AGE'],
  },
  { what: 'a service account', path: `${CORE}/serviceaccounts`, object: named({}), cells: ['x', 0, 'AGE'] },
  {
    what: 'a lease',
    path: '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
    object: named({ spec: { holderIdentity: 'me' } }),
    cells: ['x', 'me', 'AGE'],
  },
  {
    what: 'an event',
    path: `${CORE}/events`,
    object: named({ ...event, source: { component: 'c', host: 'h' }, count: 3 }),
    cells: ['<unknown>', 'Normal', 'R', 'configmap/c', '', 'c, h', 'm', '<unknown>', 3, 'x'],
  },
];

/** The columns of built-in kinds. */
export function describeTables(connected: Connected): void {
  describe('tables', () => {
    test.each(ROWS)('$what shows $cells', async ({ path, object, status, cells }) => {
      const { client, namespace } = await connected();
      const within = (text: string) => text.replaceAll('NS', namespace);
      const made = await client.call('POST', within(path), within(JSON.stringify(object)));
      expect(made.status).toBe(201);
      if (status) await client.patch(`${within(path)}/x/status`, { status });
      const table = await client.get(`${within(path)}/x?includeObject=None`, TABLE);
      const [row] = itemsIn(table.body, 'rows');
      const shown = itemsIn(row, 'cells').map((cell) =>
        typeof cell === 'string' && /^\d+s$/.test(cell) ? 'AGE' : cell,
      );
      expect(shown).toEqual(cells);
    });

    test('events show the same in both groups', async () => {
      const { client, namespace } = await connected();
      const path = `${CORE}/events`.replace('NS', namespace);
      await client.call('POST', path, JSON.stringify(named(event)).replaceAll('NS', namespace));
      const other = await client.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`, TABLE);
      const core = await client.get(path, TABLE);
      expect(itemsIn(itemsIn(other.body, 'rows')[0], 'cells')).toEqual(itemsIn(itemsIn(core.body, 'rows')[0], 'cells'));
    });

    test('a namespace shows its phase', async () => {
      const { client, namespace } = await connected();
      const table = await client.get(`/api/v1/namespaces/${namespace}`, TABLE);
      expect(itemsIn(itemsIn(table.body, 'rows')[0], 'cells').slice(0, 2)).toEqual([namespace, 'Active']);
    });
  });
}
