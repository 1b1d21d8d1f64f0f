import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dig, type JsonObject } from '../../../src/kube/object.ts';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { closeAll } from '../../cluster/close-all.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { whyNoRealNode } from '../../cluster/node-ability.ts';
import { ensureNodeTools, type NodeTools } from '../../cluster/node-tools.ts';
import { type RealNode, startRealNode, WEB_IMAGE } from '../../cluster/real-node.ts';
import { kubectlFor } from '../../lab/kubectl.ts';
import { Lab } from '../../lab/lab.ts';
import { iterations } from '../../lab/manifests.ts';
import { Traffic } from '../../lab/traffic.ts';

/** Only what a machine is can be a reason to leave this out; on one that could run it, whatever goes wrong is a failure. */
const why = await whyNoRealNode();
if (why) console.log(`real node: NOT RUN, ${why}`);

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  progressDeadlineSeconds: 15
  strategy: {rollingUpdate: {maxUnavailable: 0}}
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      dnsPolicy: Default
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 15
      containers:
      - name: app
        image: ${WEB_IMAGE}
        env: [{name: VERSION, value: "1"}]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 5}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
`;

const canary = `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  progressDeadlineSeconds: 15
  service: {port: 80, targetPort: http}
  analysis:
${iterations(3, { threshold: 5 }).replace(/^/gm, '    ')}
`;

describe.skipIf(why)(`real pods that are asked all the time${why ? `, NOT RUN: ${why}` : ''}`, () => {
  let tools: NodeTools;
  let plane: ControlPlane;
  let node: RealNode;
  let lab: Lab;
  let users: Traffic;
  let probes: Traffic;

  beforeAll(async () => {
    tools = await ensureNodeTools(console.log);
    const binaries = await ensureBinaries(console.log);
    plane = await startControlPlane({ binaries, controllers: 'all', nodes: false, scheduler: true });
    node = await startRealNode({ plane, binaries, tools });
    const kubectl = kubectlFor(binaries.path('kubectl'), plane.kubeconfig);
    kubectl('apply', '--server-side', '-k', 'deploy/kustomize/crds');
    lab = await Lab.open(plane);
    await lab.apply(workload);
    await lab.until('version 1 runs', () => available('shop') === 2);
    // Its address is served a moment after its pods are ready; from then on every request counts
    const first = ask('shop');
    await lab.until('its Service answers', () => (first.answers['1'] ?? 0) > 5);
    await first.stop();
    users = ask('shop');
    await lab.until('version 1 answers', () => answersOf('1') > 20);
  });
  afterAll(() =>
    closeAll(
      () => users?.stop(),
      () => probes?.stop(),
      () => lab?.close(),
      () => node?.stop(),
      () => plane?.stop(),
    ),
  );

  const available = (name: string) => dig(lab.cluster.get(lab.deployment(name)), 'status', 'availableReplicas');
  const answersOf = (version: string) => users.answers[version] ?? 0;

  /** Asks a Service by its address, from the node. */
  function ask(service: string): Traffic {
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: lab.namespace, name: service };
    const address = dig(lab.cluster.get(ref), 'spec', 'clusterIP');
    return new Traffic(node.spawn(tools.path('web'), ['load', `http://${address}/`]), () => {
      // What a Prometheus would have scraped
      const value = probes?.successRate(2_000);
      lab.receivers.metrics = [
        { match: /^vector\(1\)$/, value: 1 },
        { match: /./, value },
      ];
      lab.receivers.onRequest();
    });
  }

  function release(version: string, more: Record<string, string> = {}): Promise<unknown> {
    const env = Object.entries({ VERSION: version, ...more }).map(([name, value]) => ({ name, value }));
    const containers: JsonObject[] = [{ name: 'app', env }];
    const patch = { spec: { template: { spec: { containers } } } };
    return lab.cluster.patch(lab.deployment('shop'), patch, { type: 'strategic' });
  }

  test('are adopted without a failed request', async () => {
    lab.run();
    await lab.apply(canary);
    await lab.phase('shop', 'Initialized');
    probes = ask('shop-canary');
    await lab.until(
      'the target is gone',
      () => dig(lab.cluster.get(lab.deployment('shop')), 'status', 'replicas') === undefined,
    );
    const before = answersOf('1');
    await lab.until('the primary answers', () => answersOf('1') > before + 20);
    expect(users.failures).toEqual([]);
  });

  test('get a new version without a failed request', async () => {
    await release('2');
    await lab.phase('shop', 'Succeeded');
    await lab.until('version 2 answers', () => answersOf('2') > 20);
    expect(probes.answers['2'], 'it was probed before').toBeGreaterThan(5);
    expect(users.failures).toEqual([]);
  });

  test('are kept from a version that fails its checks', async () => {
    await release('3', { STATUS: '500' });
    await lab.phase('shop', 'Failed');
    expect(lab.version('shop-primary')).toBe('2');
    expect(lab.receivers.alerts.join()).toContain('Failed checks threshold reached 5');
    expect(users.failures).toEqual([]);
  });

  test('are kept from a version that can’t start', async () => {
    await release('4', { CRASH: 'yes' });
    await lab.phase('shop', 'Progressing');
    await lab.phase('shop', 'Failed');
    expect(lab.version('shop-primary')).toBe('2');
    const before = answersOf('2');
    await lab.until('version 2 answers still', () => answersOf('2') > before + 20);
    expect(users.failures).toEqual([]);
    expect(Object.keys(users.answers)).toEqual(['1', '2']);
  });
});
