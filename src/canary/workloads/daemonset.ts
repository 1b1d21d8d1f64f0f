import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { discoverPorts } from './container-ports.ts';
import type { PrimaryRequest, Workload, WorkloadOptions } from './contract.ts';
import { daemonSetReadiness } from './daemonset-readiness.ts';
import { mapField, objectOr, objectsOf } from './json.ts';
import { carriesPromotion } from './pod-template.ts';
import { renderPrimary } from './primary-object.ts';
import { templateRevision } from './revision.ts';
import { otherStrategy, primaryStrategy } from './rolling-update.ts';
import { SCALE_TO_ZERO, scheduled } from './scale-to-zero.ts';
import { selectorOf } from './selector.ts';

/** Fields of a DaemonSet's spec that the primary takes over besides the template. */
const follows = ['minReadySeconds', 'revisionHistoryLimit'];
/** Kept by the API server; a copy would lie. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** DaemonSets as targets. They have no number of replicas: a node selector that no node fulfils takes them to zero. */
export function createDaemonSets(options: WorkloadOptions): Workload {
  return {
    kind: 'DaemonSet',
    selector: (canary, target) => selectorOf(canary, target, options.selectorLabels),
    ports: discoverPorts,
    revision: (target) => templateRevision(awake(target)),
    primary: (request) => {
      const impossible = obstacle(request);
      if (impossible !== undefined) return { impossible };
      const target = awake(request.target);
      // Spreading rules are left alone here (Flagger compatibility)
      const rules = { follows, spreading: [], own: primaryStrategy(target, request.live) };
      return renderPrimary({ ...request, target }, options, rules);
    },
    promoted: carriesPromotion,
    readiness: daemonSetReadiness,
    atZero,
    toZero: (target) => (atZero(target) ? undefined : nodeSelector('true')),
    fromZero: wake,
    restore: wake,
  };
}

/** Why the target can't have a primary, as a sentence. It matters only before there is one. */
function obstacle({ target, canary, live }: PrimaryRequest): string | undefined {
  if (live) return undefined;
  const subject = `daemonset ${target.metadata.name}.${canary.namespace}`;
  const strategy = otherStrategy(target);
  if (strategy !== undefined) {
    return `createPrimaryDaemonSet failed: ${subject} must have RollingUpdate strategy but have ${strategy}`;
  }
  const port = hostPort(target);
  if (port === undefined) return undefined;
  return `${subject} uses port ${port} of its nodes, where a primary could not run beside it: remove hostPort and hostNetwork`;
}

function hostPort(target: KubeObject): unknown {
  const containers = objectsOf(dig(target, 'spec', 'template', 'spec', 'containers'));
  const ports = containers.flatMap((container) => objectsOf(container.ports));
  return ports.map((port) => port.hostPort).find((port) => typeof port === 'number' && port > 0);
}

function atZero(target: KubeObject): boolean {
  return dig(target, 'spec', 'template', 'spec', 'nodeSelector', SCALE_TO_ZERO) !== undefined;
}

function wake(target: KubeObject): JsonObject | undefined {
  return atZero(target) ? nodeSelector(null) : undefined;
}

function nodeSelector(value: string | null): JsonObject {
  return { spec: { template: { spec: { nodeSelector: { [SCALE_TO_ZERO]: value } } } } };
}

/** The target as it is when it isn't at zero. */
function awake(target: KubeObject): KubeObject {
  const { [TEMPLATE_GENERATION]: _, ...annotations } = target.metadata.annotations ?? {};
  const spec = mapField(objectOr(target.spec), 'template', (template) => mapField(template, 'spec', scheduled));
  return { ...target, metadata: { ...target.metadata, annotations }, spec };
}
