import type { CanaryStatus } from '../../../api/status.ts';
import { dig, type KubeObject, type ObjectRef } from '../../../kube/object.ts';
import { imageIn, podsWanted } from './inspector.ts';
import type { MemoryApi } from './memory-api.ts';
import { shareOf } from './shares.ts';
import type { Story } from './story.ts';
import { NAMESPACE } from './story-objects.ts';

/** How a story ended. */
export interface Ending {
  /** The Canary's phase; `gone` when it was deleted. */
  readonly phase: string;
  /** What is wrong with the end. */
  readonly faults: readonly string[];
  /** Everything that is left, without times and versions. */
  readonly world: () => Readonly<Record<string, unknown>>;
}

/** Judges the end of a story and keeps what two plays of it must have in common. */
export function endingOf(
  story: Story,
  { api, rested, deeds }: { api: MemoryApi; rested: boolean; deeds: number },
): Ending {
  const ref = (apiVersion: string, kind: string, name: string): ObjectRef => ({
    apiVersion,
    kind,
    namespace: NAMESPACE,
    name,
  });
  const canary = api.get(ref('flagger.app/v1beta1', 'Canary', 'shop'));
  const target = api.get(ref('apps/v1', story.target, 'web'));
  const primary = api.get(ref('apps/v1', story.target, 'web-primary'));
  const status = canary?.['status'] as CanaryStatus | undefined;
  const share = Math.max(0, ...api.all().flatMap((object) => shareOf(object)?.percent ?? []));
  // By whoever scales it, or applies it anew with the replicas of its manifest
  const scaledByHand = story.scenes.some(
    ({ deed }) => (deed.kind === 'scale' && deed.side === 'canary') || deed.kind === 'reapply',
  );
  const made = [
    ref('apps/v1', story.target, 'web-primary'),
    ...['web', 'web-primary', 'web-canary'].map((name) => ref('v1', 'Service', name)),
    ...routesBy(providerOf(canary, status)).map(([apiVersion, kind, name]) => ref(apiVersion, kind, name)),
  ];
  const missing = made.filter((each) => !api.get(each)).map(({ kind, name }) => `${kind} ${name}`);
  const faults = judge({ missing, status, canary, target, primary, share, rested, scaledByHand });
  // Without `revertOnDeletion` the target stays as it was caught
  const left = api.all().filter((object) => canary !== undefined || story.revertOnDeletion || object !== target);
  const world = () => worldOf(left, deeds);
  return { phase: canary ? (status?.phase ?? 'none') : 'gone', faults, world };
}

function worldOf(left: readonly KubeObject[], deeds: number): Readonly<Record<string, unknown>> {
  const objects = left.map((object) => [`${object.kind}/${object.metadata.name}`, essence(object)] as const);
  return Object.fromEntries([['deeds', deeds], ...objects.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whose routes carry the traffic: those of a release that is stranded stay until the next one, whatever the spec says. */
function providerOf(canary: KubeObject | undefined, status: CanaryStatus | undefined): unknown {
  return status?.run?.stage === 'stranded' ? status.run.routes?.provider : dig(canary, 'spec', 'provider');
}

/** Routing objects by provider, as API version, kind and name. */
function routesBy(provider: unknown): readonly (readonly [string, string, string])[] {
  switch (provider) {
    case 'istio':
      return [['networking.istio.io/v1beta1', 'VirtualService', 'web']];
    case 'gatewayapi:v1':
      return [['gateway.networking.k8s.io/v1', 'HTTPRoute', 'web']];
    case 'nginx':
      return [['networking.k8s.io/v1', 'Ingress', 'web-canary']];
    default:
      return [];
  }
}

interface Left {
  /** What a Canary at rest has and this one hasn't. */
  readonly missing: readonly string[];
  readonly status: CanaryStatus | undefined;
  readonly canary: KubeObject | undefined;
  readonly target: KubeObject | undefined;
  readonly primary: KubeObject | undefined;
  readonly share: number;
  readonly rested: boolean;
  readonly scaledByHand: boolean;
}

const quiet = new Set(['Initialized', 'Succeeded', 'Failed']);

function judge({ missing, status, canary, target, primary, share, rested, scaledByHand }: Left): string[] {
  if (!canary) return [];
  const { phase = 'none', run } = status ?? {};
  const at = `${phase} (${run?.stage}): ${status?.next?.why}`;
  // A primary that is down for good keeps every run from beginning, and a broken target from being given back
  const between = !answers(primary) && (run?.stage === 'idle' || run?.stage === 'asking');
  // Also one in the midst of a rollout that a new Canary finds, and that never ends
  const waits = between || (phase === 'Initializing' && !rolledOut(primary));
  const stuck = phase === 'Terminating' && !rolledOut(target);
  if (waits || stuck) return [];
  if (!quiet.has(phase)) return [`never ended: ${at}`];
  if (!rested) return [`never came to rest: ${at}`];
  const faults = missing.map((each) => `ended as ${phase} without ${each}`);
  if (run?.stage === 'stranded') {
    return podsWanted(target) > 0 ? faults : [...faults, `stranded at ${share} % with a target at zero`];
  }
  if (share > 0) faults.push(`ended as ${phase} with ${share} % on the canary`);
  if (podsWanted(target) > 0 && !scaledByHand) faults.push(`ended as ${phase} with a target that runs`);
  if (phase !== 'Failed' && imageIn(target) !== imageIn(primary)) {
    faults.push(`ended as ${phase} with ${imageIn(target)} not released over ${imageIn(primary)}`);
  }
  return faults;
}

function answers(workload: KubeObject | undefined): boolean {
  return Number(dig(workload, 'status', 'availableReplicas') ?? dig(workload, 'status', 'numberAvailable') ?? 0) > 0;
}

function rolledOut(workload: KubeObject | undefined): boolean {
  const fields = [
    ['replicas', 'updatedReplicas', 'availableReplicas'],
    ['desiredNumberScheduled', 'updatedNumberScheduled', 'numberAvailable'],
  ];
  return fields.some((names) => {
    const [all, updated, available] = names.map((name) => dig(workload, 'status', name));
    return all !== undefined && all === updated && all === available;
  });
}

const varying =
  /"(?:flagger-id|last(?:Transition|Update)Time|deletionTimestamp|silentSince|since|time|at|notBefore)":"[^"]*",?/g;

/** The object without what differs from play to play. */
function essence(object: KubeObject): unknown {
  const { metadata, status, ...content } = object;
  const { name: _, uid: __, resourceVersion: ___, generation: ____, creationTimestamp: _____, ...meta } = metadata;
  const kept = object.kind === 'Canary' ? statusEssence(status) : undefined;
  const text = JSON.stringify({ ...content, meta, status: kept });
  return JSON.parse(
    text
      .replace(varying, '')
      .replaceAll(',}', '}')
      .replaceAll(/uid-[\w-]+-\d+/g, 'uid'),
  );
}

/** Without how it came about, and what was still being said. */
function statusEssence(status: unknown): unknown {
  const { evidence: _, run, ...rest } = status as CanaryStatus;
  const { telling: __, ...left } = run ?? {};
  return { ...rest, run: left };
}
