import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dig } from '../../kube/object.ts';
import { parseExposition } from '../prometheus/exposition.ts';
import { MAX_BODY_BYTES } from './forwarder.ts';
import { backendRef, canaryIngress, httpRoute, ingress } from './testing/objects.ts';
import { town } from './testing/town.ts';

const towns: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const open of towns.splice(0)) await open.close();
});

async function open(...options: Parameters<typeof town>) {
  const made = await town(...options);
  towns.push(made);
  return made;
}

const says = (text: string) => (_: unknown, response: { end(text: string): void }) => response.end(text);
const web = (...refs: object[]) => httpRoute('web', [{ backendRefs: refs }]);

/** Resolves when `holds` does; real sockets need real time. */
const until = (holds: () => boolean) =>
  vi.waitFor(
    () => {
      if (!holds()) throw new Error('not yet');
    },
    { timeout: 10_000, interval: 2 },
  );

describe('the gateway', () => {
  it('sends requests on and answers back, with the headers of a proxy', async () => {
    const { house, service, cluster, get } = await open();
    const inner = await house((_, response) => {
      response.writeHead(201, { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'], connection: 'keep-alive' }).end('made');
    });
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    const answer = await get('/path?q=1', { method: 'POST', body: 'hello', headers: { 'x-in': 'yes' } });
    expect(answer).toMatchObject({
      status: 201,
      body: 'made',
      headers: { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] },
    });
    expect(inner.seen).toMatchObject([{ method: 'POST', url: '/path?q=1', body: 'hello' }]);
    expect(inner.seen[0]?.headers).toMatchObject({
      host: 'www.example.com',
      'x-in': 'yes',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'www.example.com',
      'x-forwarded-proto': 'http',
    });
  });

  it('applies filters on the way in and out', async () => {
    const { house, service, cluster, get } = await open();
    const inner = await house(says('ok'));
    await service('web', [inner.port]);
    const filters = [
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'X-Set', value: 'in' }] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: 'id=1' }] } },
      {
        type: 'URLRewrite',
        urlRewrite: { hostname: 'inner', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } },
      },
    ];
    const matches = [{ path: { type: 'PathPrefix', value: '/api' } }];
    await cluster.create(httpRoute('web', [{ matches, filters, backendRefs: [backendRef('web')] }]));
    expect((await get('/api/x')).headers['set-cookie']).toBe('id=1');
    expect(inner.seen).toMatchObject([{ url: '/v2/x', headers: { host: 'inner', 'x-set': 'in' } }]);
  });

  it('mirrors requests with their body and doesn’t mind what becomes of the copy', async () => {
    const { house, service, cluster, get } = await open();
    const [main, copy] = [await house(says('main')), await house((_, response) => response.destroy())];
    await service('web', [main.port]);
    await service('web-canary', [copy.port]);
    await service('nobody', []);
    const mirror = (name: string) => ({ type: 'RequestMirror', requestMirror: { backendRef: backendRef(name) } });
    await cluster.create(
      httpRoute('web', [{ filters: [mirror('web-canary'), mirror('nobody')], backendRefs: [backendRef('web')] }]),
    );
    expect(await get('/', { method: 'PUT', body: 'data' })).toMatchObject({ status: 200, body: 'main' });
    await until(() => copy.seen.length > 0);
    expect(copy.seen[0]).toMatchObject({ method: 'PUT', body: 'data' });
  });

  it('redirects by itself', async () => {
    const { cluster, get } = await open();
    const filters = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }];
    await cluster.create(httpRoute('web', [{ filters }]));
    expect(await get('/a')).toMatchObject({ status: 301, headers: { location: 'https://www.example.com/a' } });
  });

  it('takes ready endpoints in turn and no others', async () => {
    const { house, service, cluster, get } = await open();
    const [a, b, unready] = [await house(says('a')), await house(says('b')), await house(says('unready'))];
    await service('web', [a.port, b.port], [unready.port]);
    await cluster.create(web(backendRef('web')));
    const bodies = [];
    for (let i = 0; i < 6; i++) bodies.push((await get()).body);
    expect(bodies.toSorted()).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
    expect(unready.seen).toEqual([]);
  });

  it('keeps its connections to endpoints', async () => {
    const { house, service, cluster, get } = await open();
    const inner = await house(says('ok'));
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    for (let i = 0; i < 5; i++) await get();
    expect(inner.seen).toHaveLength(5);
    expect(inner.sockets.size).toBe(1);
  });

  it.each([
    { name: 'no rule takes the request', refs: undefined, ports: [], status: 404 },
    { name: 'no endpoint is ready', refs: [backendRef('web')], ports: [], status: 503 },
    { name: 'the Service doesn’t exist', refs: [backendRef('nothing')], ports: [], status: 500 },
    { name: 'the Service has no such port', refs: [backendRef('web', 1, { port: 81 })], ports: [], status: 500 },
    { name: 'all weights are 0', refs: [backendRef('web', 0)], ports: [], status: 500 },
    { name: 'nobody listens', refs: [backendRef('web')], ports: [1], status: 502 },
  ])('answers $status when $name', async ({ refs, ports, status }) => {
    const { service, cluster, get } = await open();
    await service('web', ports);
    if (refs) await cluster.create(web(...refs));
    expect((await get()).status).toBe(status);
  });

  it('tries another endpoint when one refuses the connection, whatever the method', async () => {
    const { house, service, cluster, get } = await open();
    const [gone, alive] = [await house(says('gone')), await house(says('alive'))];
    await service('web', [gone.port, alive.port]);
    await cluster.create(web(backendRef('web')));
    await gone.close();
    for (let i = 0; i < 4; i++) expect((await get('/', { method: 'POST', body: 'x' })).body).toBe('alive');
  });

  it('tries once more when a connection is cut before an answer, but only what may be done twice', async () => {
    const { house, service, cluster, get } = await open();
    const [bad, good] = [await house((request) => request.socket.destroy()), await house(says('good'))];
    await service('web', [bad.port, good.port]);
    await cluster.create(web(backendRef('web')));
    const statuses = async (method: string) => {
      const seen = [await get('/', { method }), await get('/', { method })];
      return seen.map(({ status }) => status).toSorted();
    };
    expect(await statuses('GET')).toEqual([200, 200]);
    expect(await statuses('POST')).toEqual([200, 502]);
  });

  it('cuts an answer off that its endpoint didn’t finish', async () => {
    const { house, service, cluster, get } = await open();
    const inner = await house((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('part', () => response.destroy());
    });
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    await expect(get()).rejects.toThrow(/terminated|closed/);
  });

  it.each(['request', 'backendRequest'])('answers 504 when timeouts.%s is over', async (field) => {
    const { house, service, cluster, get } = await open();
    const inner = await house(() => {});
    await service('web', [inner.port]);
    await cluster.create(httpRoute('web', [{ backendRefs: [backendRef('web')], timeouts: { [field]: '30ms' } }]));
    expect((await get()).status).toBe(504);
  });

  it('answers 413 to a body that is too large, and goes on', async () => {
    const { cluster, service, house, get } = await open();
    const inner = await house(says('ok'));
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    const answer = await get('/', { method: 'POST', body: 'x'.repeat(MAX_BODY_BYTES + 1) }).catch(
      (error: unknown) => error,
    );
    // the connection may be cut before the client has read the answer
    expect(answer instanceof Error || (answer as { status: number }).status === 413).toBe(true);
    expect(inner.seen).toEqual([]);
    expect((await get()).status).toBe(200);
  });

  it('gives up the request of a client that went away', async () => {
    const { cluster, service, house, gateway } = await open();
    let cut = false;
    const inner = await house((request) => {
      request.socket.once('close', () => {
        cut = true;
      });
    });
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: www.example.com\r\n\r\n');
    await until(() => inner.seen.length > 0);
    socket.destroy();
    await until(() => cut);
    await vi.waitFor(async () => expect(await gateway.metrics()).toContain('status="499"'), { interval: 2 });
    const half = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    half.write('POST / HTTP/1.1\r\nhost: www.example.com\r\ncontent-length: 10\r\n\r\nhalf', () => half.destroy());
    await new Promise((resolve) => half.once('close', resolve));
    expect(inner.seen).toHaveLength(1);
  });
});

describe('draining', () => {
  it('an endpoint that isn’t ready any more finishes its requests and gets no new ones', async () => {
    const { house, service, cluster, get } = await open();
    const held: (() => void)[] = [];
    const old = await house((_, response) => void held.push(() => response.end('old')));
    const fresh = await house(says('new'));
    await service('web', [old.port]);
    await cluster.create(web(backendRef('web')));
    const inHand = get();
    await until(() => held.length === 1);
    await service('web', [fresh.port], [old.port]);
    await until(() =>
      JSON.stringify(cluster.list({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' })).includes(
        `pod-${fresh.port}`,
      ),
    );
    for (let i = 0; i < 4; i++) expect((await get()).body).toBe('new');
    for (const finish of held) finish();
    expect(await inHand).toMatchObject({ status: 200, body: 'old' });
    expect(old.seen).toHaveLength(1);
  });

  it('the gateway itself answers what it has in hand before it is closed', async () => {
    const { house, service, cluster, get, gateway } = await open();
    const held: (() => void)[] = [];
    const inner = await house((_, response) => void held.push(() => response.end('late')));
    await service('web', [inner.port]);
    await cluster.create(web(backendRef('web')));
    const inHand = get();
    await until(() => held.length === 1);
    const closed = gateway.close();
    for (const finish of held) finish();
    expect(await inHand).toMatchObject({ status: 200, body: 'late' });
    await closed;
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('changes of routing objects', () => {
  it('take effect with the next request once they are in the cache', async () => {
    const { house, service, cluster, get } = await open();
    const [primary, canary] = [await house(says('primary')), await house(says('canary'))];
    await service('web-primary', [primary.port]);
    await service('web-canary', [canary.port]);
    const route = (weight: number) => web(backendRef('web-primary', 100 - weight), backendRef('web-canary', weight));
    await cluster.create(route(0));
    for (const weight of [100, 0, 100]) {
      const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'test', name: 'web' };
      await cluster.patch(ref, { spec: route(weight)['spec'] as never });
      expect((await get()).body).toBe(weight === 0 ? 'primary' : 'canary');
    }
  });

  it('get the status of an HTTPRoute written for their generation, and nothing else', async () => {
    const { service, cluster, server, errors } = await open();
    const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'test', name: 'web' };
    const condition = (i: number) => dig(cluster.get(ref), 'status', 'parents', 0, 'conditions', i);
    await cluster.create(web(backendRef('web')));
    await until(() => dig(condition(1), 'reason') === 'BackendNotFound');
    expect(dig(cluster.get(ref), 'status', 'parents', 0, 'controllerName')).toBe('sluice.dev/sandbox-gateway');
    expect(condition(0)).toMatchObject({ type: 'Accepted', status: 'True', observedGeneration: 1 });
    await service('web', []);
    await until(() => dig(condition(1), 'status') === 'True');
    await cluster.patch(ref, { spec: { hostnames: ['a.com'] } });
    await until(() => dig(condition(0), 'observedGeneration') === 2);
    const revision = server.revision();
    await cluster.read(ref);
    expect(server.revision()).toBe(revision);
    expect(errors).toEqual([]);
  });
});

it('HTTPRoutes of v1beta1 are served where there is no v1', async () => {
  const { house, service, cluster, get } = await open({}, 'v1beta1');
  const inner = await house(says('ok'));
  await service('web', [inner.port]);
  const ref = { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'HTTPRoute', namespace: 'test', name: 'web' };
  await cluster.create({ ...web(backendRef('web')), apiVersion: ref.apiVersion });
  expect((await get()).body).toBe('ok');
  await until(() => dig(cluster.get(ref), 'status', 'parents', 0, 'conditions', 0, 'status') === 'True');
});

describe('Ingresses', () => {
  async function canary(weight: string, ready: boolean) {
    const made = await open({ random: () => 0.5 });
    const [main, other] = [await made.house(says('main')), await made.house(says('canary'))];
    await made.service('web', [main.port]);
    await made.service('web-canary', ready ? [other.port] : []);
    await made.cluster.create(ingress());
    await made.cluster.create(canaryIngress({ 'canary-weight': weight }));
    return made;
  }

  it('are split by their canary', async () => {
    expect((await (await canary('60', true)).get()).body).toBe('canary');
    expect((await (await canary('40', true)).get()).body).toBe('main');
  });

  it('send all to the main backend while the canary has no endpoint', async () => {
    expect((await (await canary('100', false)).get()).body).toBe('main');
  });

  it('are counted as ingress-nginx counts them, by the name of the main one', async () => {
    const { get, gateway, cluster } = await canary('60', true);
    await get();
    await get('/', { headers: { host: 'nobody.com' } });
    await cluster.patch(
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'test', name: 'web-canary' },
      { metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': '0' } } },
    );
    await get();
    const page = parseExposition(await (await fetch(gateway.metricsUrl)).text());
    if (!('samples' in page)) throw new Error(page.problem);
    const find = (name: string) =>
      page.samples
        .filter(({ labels }) => labels.get('__name__') === name)
        .map(({ labels, value }) => ({ ...Object.fromEntries(labels.entries()), value }));
    const common = {
      namespace: 'test',
      ingress: 'web',
      host: 'www.example.com',
      path: '/',
      method: 'GET',
      status: '200',
      value: 1,
    };
    const expected = [
      { ...common, service: 'web', canary: 'test-web-canary-80' },
      { ...common, service: 'web', canary: '' },
    ];
    const stripped = (list: readonly object[]) => list.map((item) => ({ canary: '', ...item, __name__: undefined }));
    expect(stripped(find('nginx_ingress_controller_requests'))).toEqual(stripped(expected));
    expect(stripped(find('nginx_ingress_controller_response_duration_seconds_count'))).toEqual(stripped(expected));
    expect(find('nginx_ingress_controller_response_duration_seconds_sum')).toHaveLength(2);
    expect(find('sandbox_gateway_requests_total')).toMatchObject([
      { namespace: 'test', route: 'web', backend: 'web-canary', status: '200', value: 1 },
      { status: '404', value: 1 },
      { namespace: 'test', route: 'web', backend: 'web', status: '200', value: 1 },
    ]);
  });
});
