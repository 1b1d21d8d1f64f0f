import type { Settled } from '../../../meshes/contract.ts';
import { meshFor } from '../../../meshes/registry.ts';
import type { Canary } from '../../api/canary.ts';
import { parseCanary } from '../../api/parse-canary.ts';
import type { CanaryStatus, Phase, Run, Stage } from '../../api/status.ts';
import type { KubeObject } from '../../kube/object.ts';
import { decide } from '../decide.ts';
import { promotionId } from '../desired.ts';
import type { Notice } from '../notice.ts';
import type { ConfigSight, Scene } from '../observation.ts';
import { compilePlan } from '../plan.ts';
import type { Answer, Answers, Question } from '../question.ts';
import { sidesOfPods } from '../sides/pods.ts';
import { type Decision, type Turn, turnOf, type Verdict } from '../turn.ts';
import type { RenderOptions } from '../wanted.ts';
import { createWorkloads } from '../workloads/registry.ts';

export const AT = Date.parse('2026-05-04T10:00:00Z');
export const renderOptions: RenderOptions = { ownsRoutes: true, includeLabelPrefix: [] };
export const INTERVAL_MS = 60_000;

const meshOptions = { ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io', ingressClass: '' };
const workloads = createWorkloads({ selectorLabels: ['app'], includeLabelPrefix: [] });

/** A Canary object on the Gateway API: weight 10, 20, 30, threshold 3. Fields of `spec` replace those it has. */
export function canaryObject(spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'shop', namespace: 'test', uid: 'uid-shop', generation: 1, ...metadata },
    spec: {
      provider: 'gatewayapi:v1',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      service: { port: 80, gatewayRefs: [{ name: 'gateway', namespace: 'infra' }] },
      analysis: steps(),
      ...spec,
    },
  };
}

/** `spec.analysis`: weights 10, 20, 30, one minute apart, three failed checks at most. */
export function steps(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { interval: '1m', threshold: 3, stepWeight: 10, maxWeight: 30, ...more };
}

/** The parsed form of `canaryObject`. @throws Error when the parser refuses it: the test is wrong. */
export function canaryOf(spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): Canary {
  return parsed(canaryObject(spec, metadata));
}

function parsed(object: KubeObject): Canary {
  const capabilities = (provider: string) => meshFor(provider, meshOptions)?.can;
  const result = parseCanary(object, { meshProvider: 'gatewayapi:v1', noCrossNamespaceRefs: false, capabilities });
  if (!result.ok) throw new Error(result.refusals.map(({ message }) => message).join('; '));
  return result.value;
}

export interface DeploymentLook {
  readonly image?: string;
  readonly replicas?: number;
  /** Available replicas; all of them when absent. */
  readonly available?: number;
  /** The Deployment gave up: its progress deadline passed. */
  readonly gaveUp?: boolean;
  /** Id of the promotion that made its pods. */
  readonly promotion?: string;
}

/** A Deployment that rolled out, unless told otherwise. */
export function deployment(name: string, look: DeploymentLook = {}): KubeObject {
  const { image = 'web:2', replicas = 1, available = replicas, gaveUp = false, promotion } = look;
  const annotations = promotion === undefined ? {} : { 'flagger-id': promotion };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'test', uid: `uid-${name}`, generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: 'web', image }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: available,
      conditions: gaveUp ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] : [],
    },
  };
}

/** Revision of the target with an image. */
export function revisionOf(image: string): string {
  return deploymentWorkload().revision(deployment('web', { image }));
}

function deploymentWorkload() {
  const workload = workloads('Deployment');
  if (!workload) throw new Error('Deployments are not known as a workload');
  return workload;
}

/** The phase that goes with a stage on the usual way. */
export const phaseIn: Readonly<Record<Stage, Phase>> = {
  creating: 'Initializing',
  takingOver: 'Initializing',
  idle: 'Initialized',
  asking: 'Waiting',
  starting: 'Progressing',
  analysing: 'Progressing',
  holding: 'WaitingPromotion',
  promoting: 'Promoting',
  returning: 'Promoting',
  draining: 'Finalising',
  skipping: 'Progressing',
  rollingBack: 'Progressing',
  stranded: 'Failed',
  leaving: 'Terminating',
};

/** Status of a Canary whose image `web:1` is promoted and whose `web:2` is applied. */
export function statusIn(stage: Stage, more: Partial<CanaryStatus> = {}, run: Partial<Run> = {}): CanaryStatus {
  return {
    phase: phaseIn[stage],
    canaryWeight: 0,
    failedChecks: 0,
    iterations: 0,
    lastAppliedSpec: revisionOf('web:2'),
    lastPromotedSpec: revisionOf('web:1'),
    ...more,
    run: {
      stage,
      since: new Date(AT - INTERVAL_MS).toISOString(),
      number: 1,
      step: 0,
      steps: 4,
      traffic: { canary: 0, mirror: false },
      ...run,
    },
  };
}

export interface SceneSetup {
  readonly spec?: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
  readonly status?: CanaryStatus;
  readonly target?: DeploymentLook;
  /** `undefined` as a value: there is none. */
  readonly primary?: DeploymentLook | undefined;
  /** Whether every wanted object is as wanted. */
  readonly stands?: boolean;
  readonly settled?: Settled;
  /** Why no route can be made. */
  readonly impossible?: string;
  readonly live?: Scene['live'];
  readonly configs?: readonly ConfigSight[];
  readonly tracksConfigs?: boolean;
  readonly at?: number;
  readonly scalers?: Scene['scalers'];
  readonly promotedTemplate?: Scene['promotedTemplate'];
}

/** A Canary in a world where all is well: `web:2` runs ready, the primary too, every object stands. */
export function sceneOf(setup: SceneSetup = {}): Scene {
  const object = canaryObject(setup.spec, setup.metadata);
  const canary = parsed(object);
  const mesh = meshFor(canary.provider, meshOptions);
  if (!mesh) throw new Error(`no mesh for ${canary.provider}`);
  const workload = deploymentWorkload();
  const live = setup.live ?? (() => undefined);
  const selector = { label: 'app', value: 'web' };
  const target = deployment('web', setup.target);
  const primary = 'primary' in setup && !setup.primary ? undefined : deployment('web-primary', setup.primary);
  return {
    at: setup.at ?? AT,
    object,
    status: setup.status ?? statusIn('analysing'),
    live,
    stands: () => setup.stands ?? true,
    canary,
    mesh: {
      ...mesh,
      settled: () => setup.settled ?? { settled: true },
      render: setup.impossible === undefined ? mesh.render : () => ({ impossible: setup.impossible ?? '' }),
    },
    target,
    primary,
    sides: sidesOfPods({ canary, workload, target, primary, selector, scalers: setup.scalers, live }),
    selector,
    revision: workload.revision(target),
    configs: setup.configs ?? [],
    tracksConfigs: setup.tracksConfigs ?? false,
    plan: compilePlan(canary, mesh.can),
    scalers: setup.scalers,
    ...(setup.promotedTemplate === undefined ? {} : { promotedTemplate: setup.promotedTemplate }),
  };
}

/** One turn on a scene, with answers by the readable part of question ids. */
export function turnOn(setup: SceneSetup = {}, answers: Readonly<Record<string, Answer>> = {}): Turn {
  const scene = sceneOf(setup);
  return turnOf(scene, scene.canary, answersOf(answers));
}

export function answersOf(answers: Readonly<Record<string, Answer>>): Answers {
  return new ReadableAnswers(Object.entries(answers));
}

/** Tells questions apart by the readable part of their ids, as tests name them. */
class ReadableAnswers extends Map<string, Answer> {
  override get(id: string): Answer | undefined {
    return super.get(readable(id));
  }

  override has(id: string): boolean {
    return super.has(readable(id));
  }
}

/** A question's id without the digest of what is asked. */
export function readable(id: string): string {
  return id.replace(/\/[0-9a-f]{16}$/, '');
}

export function decideOn(setup: SceneSetup, answers: Readonly<Record<string, Answer>> = {}): Verdict {
  return decide({ kind: 'scene', scene: sceneOf(setup) }, answersOf(answers), renderOptions);
}

/** The decision of a verdict. @throws Error when it asks instead. */
export function decisionOf(verdict: Verdict): Decision {
  if ('act' in verdict) return verdict.act;
  throw new Error(`asks ${verdict.ask.map(({ id }) => id).join(', ')} instead of deciding`);
}

/** Readable ids of what is asked; empty when it is decided. */
export function asked(
  from: Verdict | { readonly kind: string; readonly ask?: readonly Question[] },
): readonly string[] {
  return 'ask' in from && from.ask ? from.ask.map(({ id }) => readable(id)) : [];
}

/** Texts of the events among notices. */
export function eventTexts(say: readonly Notice[]): readonly string[] {
  return say.flatMap((notice) => (notice.kind === 'event' ? [notice.message] : []));
}

/** Texts of the alerts among notices. */
export function alertTexts(say: readonly Notice[]): readonly string[] {
  return say.flatMap((notice) => (notice.kind === 'alert' ? [notice.text] : []));
}

/** Where a decision leads, and what it says. */
export function outcome(setup: SceneSetup, answers: Readonly<Record<string, Answer>> = {}) {
  const { status, say, next } = decisionOf(decideOn(setup, answers));
  return { stage: status.run?.stage, phase: status.phase, status, say: eventTexts(say), alerts: alertTexts(say), next };
}

/** A scene whose primary already runs the promotion of the run in `status`. */
export function copied(status: CanaryStatus, more: SceneSetup = {}): SceneSetup {
  const id = promotionId(canaryOf(), status.lastAppliedSpec ?? '', status.run?.number ?? 0, status.trackedConfigs);
  return { ...more, status, primary: { ...more.primary, promotion: id } };
}
