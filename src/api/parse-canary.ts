import type { KubeObject, ObjectRef } from '../kube/object.ts';
import type { AutoscalerRef, Canary, Parsed, Refusal, TargetRef } from './canary.ts';
import { checkAnalysisMatch, checkServiceMatch } from './match-rules.ts';
import { count, integerIn } from './numbers.ts';
import { noAnalysis, parseAnalysis, strategyOf } from './parse-analysis.ts';
import { parseService } from './parse-service.ts';
import { type CapabilitiesOf, checkProvider, type RuleContext } from './provider-rules.ts';
import { resolveProvider } from './providers.ts';
import { checkNamespaces, checkTarget, isKnative } from './reference-rules.ts';
import { refusal } from './refusals.ts';
import { type AnalysisInput, type CanarySpec, type LooseCanary, LooseCanarySchema } from './schema/canary.ts';
import { type Shape, shapeOf } from './shape.ts';
import { checkStrategy } from './strategy-rules.ts';

export interface ParseOptions {
  /** The provider of Canaries that name none. */
  readonly meshProvider: string;
  /** Refuse references to other namespaces. */
  readonly noCrossNamespaceRefs: boolean;
  /** Shorter intervals are raised to it; 10 s when absent. */
  readonly minIntervalMs?: number;
  readonly capabilities: CapabilitiesOf;
}

const MIN_INTERVAL_MS = 10_000;
const PROGRESS_DEADLINE_SECONDS = 600;

const shapeOfCanary = shapeOf(LooseCanarySchema, {
  skipOneOf: /^spec\.(?:(?:analysis|canaryAnalysis)(?:\.match\[.*)?|service\.match\[.*)$/,
  reasons: [
    [/^spec\.targetRef\.kind$/, 'TargetKindUnknown'],
    [/^spec\.targetRef(?:\.|$)/, 'TargetRefIncomplete'],
    [/\.alerts\[\d+\]\.providerRef(?:\.|$)/, 'AlertProviderMissing'],
  ],
});

/**
 * Reads a Canary as the reference would, or says everything that is wrong with it. Never throws, whatever the object
 * holds: the API server need not have checked it.
 */
export function parseCanary(object: KubeObject, options: ParseOptions): Parsed<Canary> {
  const shape = shapeOfCanary(object);
  if (!shape.intact('metadata') || !shape.intact('spec', 'itself')) return { ok: false, refusals: shape.refusals };

  const found: Refusal[] = [];
  const context: ReadContext = {
    shape,
    options,
    spec: shape.value.spec,
    ...locateAnalysis(shape.value.spec),
    refuse: (...fault) => found.push(refusal(...fault)),
  };
  const canary = readCanary(context);
  checkCanary(canary, context);
  const refusals = [...shape.refusals, ...found.filter(({ field }) => shape.intact(field, 'itself'))];
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, value: canary };
}

interface ReadContext extends RuleContext {
  readonly shape: Shape<LooseCanary>;
  readonly options: ParseOptions;
  readonly spec: CanarySpec;
  readonly rawAnalysis: AnalysisInput | undefined;
}

/** `canaryAnalysis` is the old name, used when `analysis` is absent (Flagger compatibility). */
function locateAnalysis(spec: CanarySpec): Pick<ReadContext, 'analysisField' | 'rawAnalysis'> {
  return spec.analysis === undefined && spec.canaryAnalysis !== undefined
    ? { analysisField: 'spec.canaryAnalysis', rawAnalysis: spec.canaryAnalysis }
    : { analysisField: 'spec.analysis', rawAnalysis: spec.analysis };
}

/** The Canary as far as it can be read; complete when nothing is refused. */
function readCanary(context: ReadContext): Canary {
  const { shape, options, spec, rawAnalysis } = context;
  const { metadata } = shape.value;
  const namespace = metadata.namespace || 'default';
  const target = shape.intact('spec.targetRef') ? spec.targetRef : unknownTarget;
  const analysis = readAnalysis(context, namespace);
  return {
    name: metadata.name,
    namespace,
    uid: metadata.uid ?? '',
    generation: metadata.generation ?? 0,
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
    ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
    target,
    primaryName: `${target.name}-primary`,
    provider: resolveProvider(shape.intact('spec.provider') ? spec.provider : undefined, options.meshProvider),
    metricsServer: spec.metricsServer || undefined,
    autoscalerRef: shape.intact('spec.autoscalerRef') ? readAutoscaler(spec.autoscalerRef) : undefined,
    ...readRefs(spec, shape, namespace),
    service: readService(context, target),
    strategy: strategyOf(analysis),
    analysis,
    progressDeadlineMs: 1000 * readDeadline(context),
    skipAnalysis: spec.skipAnalysis === true || rawAnalysis === undefined,
    revertOnDeletion: spec.revertOnDeletion ?? false,
    suspend: spec.suspend ?? false,
  };
}

/** Looks for combinations that can't work. A part of the wrong type is left out: it was refused already. */
function checkCanary(canary: Canary, context: ReadContext): void {
  const { shape, options, spec, analysisField, rawAnalysis, refuse } = context;
  if (shape.intact('spec.targetRef')) checkTarget(canary, spec.provider, context);
  if (rawAnalysis && shape.intact(analysisField, 'fields')) {
    const { provider, skipAnalysis } = canary;
    checkStrategy(rawAnalysis, { field: analysisField, provider, skipAnalysis, refuse });
  }
  checkServiceMatch(canary.service.match, 'spec.service.match', refuse);
  checkAnalysisMatch(canary.analysis.match, `${analysisField}.match`, refuse);
  if (options.noCrossNamespaceRefs) checkNamespaces(canary, context);
  checkProvider(canary, options.capabilities, context);
}

/** Stands in for a target that was refused, so that the rest can be looked at as well. */
const unknownTarget: TargetRef = { apiVersion: '', kind: 'Deployment', name: '' };

function readAnalysis(context: ReadContext, namespace: string): Canary['analysis'] {
  const { shape, options, analysisField, rawAnalysis, refuse } = context;
  const minIntervalMs = options.minIntervalMs ?? MIN_INTERVAL_MS;
  if (!rawAnalysis || !shape.intact(analysisField, 'itself')) {
    return { ...noAnalysis, intervalMs: Math.max(noAnalysis.intervalMs, minIntervalMs) };
  }
  return parseAnalysis(rawAnalysis, { shape, field: analysisField, namespace, minIntervalMs, refuse });
}

function readService({ shape, spec, refuse }: ReadContext, target: TargetRef): Canary['service'] {
  const portNeeded = shape.intact('spec.targetRef') && !isKnative(target);
  const raw = shape.intact('spec.service', 'fields') ? (spec.service ?? {}) : {};
  const service = parseService(raw, target.name, portNeeded && shape.intact('spec.service', 'fields'), refuse);
  return shape.intact('spec.service.match') ? service : { ...service, match: [] };
}

function readDeadline({ shape, spec, refuse }: ReadContext): number {
  const field = 'spec.progressDeadlineSeconds';
  const seconds = shape.intact(field) ? spec.progressDeadlineSeconds : undefined;
  return integerIn(refuse, field, seconds, PROGRESS_DEADLINE_SECONDS, count);
}

function readAutoscaler(raw: CanarySpec['autoscalerRef']): AutoscalerRef | undefined {
  return (
    raw && {
      apiVersion: raw.apiVersion,
      kind: raw.kind,
      name: raw.name,
      primaryScalerQueries: raw.primaryScalerQueries ?? {},
      primaryMinReplicas: raw.primaryScalerReplicas?.minReplicas,
      primaryMaxReplicas: raw.primaryScalerReplicas?.maxReplicas,
    }
  );
}

type Refs = Pick<Canary, 'ingressRef' | 'routeRef' | 'upstreamRef'>;

function readRefs(spec: CanarySpec, shape: Shape<LooseCanary>, own: string): Refs {
  const read = (name: keyof Refs, namespace?: string): ObjectRef | undefined => {
    const raw = shape.intact(`spec.${name}`) ? spec[name] : undefined;
    return raw && { apiVersion: raw.apiVersion, kind: raw.kind, namespace: namespace || own, name: raw.name };
  };
  const upstreamRef = read('upstreamRef', spec.upstreamRef?.namespace);
  return { ingressRef: read('ingressRef'), routeRef: read('routeRef'), ...(upstreamRef ? { upstreamRef } : {}) };
}
