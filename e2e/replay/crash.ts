import { ApiError } from '../../src/kube/errors.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import type { ApiRequest, Transport } from '../../src/kube/transport.ts';
import { inProcessTransport } from '../../src/sandbox/api/in-process.ts';
import type { ApiServer } from '../../src/sandbox/api/server.ts';
import { clean, cleanStatus, Names } from './normalise.ts';
import type { Recording, Scenario } from './scenario.ts';
import { cookieNames, Stage } from './stage.ts';

/** Where a controller dies: at its n-th write, before or after the API server has it. */
export interface CrashPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
}

export interface Outcome {
  readonly recording: Recording;
  /** Writes of the controller, Events left out. */
  readonly writes: number;
  /** What everything looked like at the end. */
  readonly end: unknown;
  /** Moments at which the canary was sent traffic while it wasn't ready. */
  readonly unsafe: readonly string[];
  /** Controllers that were started. */
  readonly lives: number;
}

const RESTART_MS = 2_000;

/** Plays a scenario; the controller dies once at the given point, and a new one starts two seconds later. */
export async function playWithCrash(scenario: Scenario, point: CrashPoint | undefined): Promise<Outcome> {
  let writes = 0;
  let crashed = false;
  let lives = 0;
  const transport = (server: ApiServer): Transport => {
    const inner = inProcessTransport(server);
    let dead = false;
    lives += 1;
    const die = () => {
      dead = true;
      crashed = true;
      void inner.close();
      stage.clock.after(RESTART_MS, () => void stage.replace());
      return new ApiError('the controller died', { code: 0, reason: 'NoAnswer' });
    };
    return {
      async send(request) {
        // A dead process asks nothing and hears nothing any more
        if (dead) return new Promise(() => {});
        if (!isWrite(request)) return inner.send(request);
        writes += 1;
        const here = !crashed && point?.write === writes;
        if (here && point.when === 'before') throw die();
        const answer = await inner.send(request);
        if (here) throw die();
        return answer;
      },
      stream: (request, onLine) =>
        inner.stream(request, (line) => {
          if (!dead) onLine(line);
        }),
      close: () => inner.close(),
    };
  };
  const stage = new Stage(scenario, { transport });
  try {
    const recording = await stage.run();
    return { recording, writes, end: endOf(stage, scenario), unsafe: unsafeMoments(stage.versions), lives };
  } finally {
    await stage.close();
  }
}

function isWrite({ method, path }: ApiRequest): boolean {
  return method !== 'GET' && !path.includes('/events');
}

/** The last version of everything that is left, without what differs from run to run. */
function endOf(stage: Stage, scenario: Scenario): unknown {
  const last = new Map<string, unknown>();
  const names = new Names([[scenario.id, 'ns']], cookieNames(scenario.manifests));
  for (const { type, object } of stage.versions) {
    const key = `${object.kind}/${object.metadata.name}`;
    if (type === 'deleted') last.delete(key);
    else last.set(key, object.kind === 'Canary' ? cleanStatus((object['status'] ?? {}) as never) : clean(object));
  }
  const sorted = [...last].sort(([a], [b]) => (a < b ? -1 : 1));
  // Ids of promotions count runs, and a run that had to start over counts twice
  return JSON.parse(
    JSON.stringify(names.walk(Object.fromEntries(sorted))).replace(/"flagger-id":"[^"]*"/g, '"flagger-id":""'),
  );
}

function unsafeMoments(versions: readonly { readonly type: string; readonly object: KubeObject }[]): string[] {
  const unsafe: string[] = [];
  let ready = false;
  for (const { object } of versions) {
    if (object.kind === 'Deployment' && !object.metadata.name.endsWith('-primary')) {
      ready = Number(dig(object, 'status', 'availableReplicas') ?? 0) > 0;
    }
    const weight = canaryWeight(object);
    if (weight > 0 && !ready) unsafe.push(`${object.kind} sends ${weight} % to a canary that isn't ready`);
  }
  return unsafe;
}

function canaryWeight(object: KubeObject): number {
  if (object.kind === 'VirtualService') return Number(dig(object, 'spec', 'http', 0, 'route', 1, 'weight') ?? 0);
  if (object.kind === 'HTTPRoute') return Number(dig(object, 'spec', 'rules', 0, 'backendRefs', 1, 'weight') ?? 0);
  return Number(object.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'] ?? 0);
}
