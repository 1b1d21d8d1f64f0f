import type { KubeObject, ObjectRef } from '../kube/object.ts';
import type { AutoscalerRef, Canary, Parsed, Refusal, TargetRef } from './canary.ts';
import { readDisruptionBudget } from './disruption-budget.ts';
import { checkAnalysisMatch, checkServiceMatch } from './match-rules.ts';
import { count, integerIn } from './numbers.ts';
import { parseAnalysis, strategyOf } from './parse-analysis.ts';
import { parseService } from './parse-service.ts';
import { type CapabilitiesOf, checkProvider, type RuleContext } from './provider-rules.ts';
import { resolveProvider } from './providers.ts';
import { checkNamespaces, checkTarget, isKnative } from './reference-rules.ts';
import { refusal } from './refusals.ts';
import { type CanarySpec, type LooseCanary, LooseCanarySchema } from './schema/canary.ts';
import { intactFields, type Shape, shapeOf } from './shape.ts';
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
  const spec = soundSpec(shape);
  const analysisField = analysisFieldOf(spec);
  const context: ReadContext = { spec, analysisField, options, refuse: (...fault) => found.push(refusal(...fault)) };
  const canary = readCanary(shape.value.metadata, context);
  checkCanary(canary, context);
  // What a rule says about a part that was left out for its type would only confuse.
  const founded = found.filter(({ field }) => shape.intact(field, field === analysisField ? 'fields' : 'whole'));
  const refusals = [...shape.refusals, ...founded];
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, value: canary };
}

interface ReadContext extends RuleContext {
  readonly spec: CanarySpec;
  readonly options: ParseOptions;
}

/** Stands in for a target that was refused, so that the rest can be looked at as well. */
const unknownTarget: TargetRef = { apiVersion: '', kind: 'Deployment', name: '' };

/** The spec without the parts that are of the wrong type: those were refused already. */
function soundSpec(shape: Shape<LooseCanary>): CanarySpec {
  const { spec } = shape.value;
  const { service, analysis, canaryAnalysis } = spec;
  return {
    ...intactFields(shape, 'spec', spec),
    targetRef: shape.intact('spec.targetRef') ? spec.targetRef : unknownTarget,
    ...(service ? { service: intactFields(shape, 'spec.service', service) } : {}),
    ...(analysis ? { analysis: intactFields(shape, 'spec.analysis', analysis) } : {}),
    ...(canaryAnalysis ? { canaryAnalysis: intactFields(shape, 'spec.canaryAnalysis', canaryAnalysis) } : {}),
  };
}

/** `canaryAnalysis` is the old name, used when `analysis` is absent (Flagger compatibility). */
function analysisFieldOf({ analysis, canaryAnalysis }: CanarySpec): string {
  return analysis === undefined && canaryAnalysis !== undefined ? 'spec.canaryAnalysis' : 'spec.analysis';
}

/** The Canary as far as it can be read; complete when nothing is refused. */
function readCanary(metadata: LooseCanary['metadata'], { spec, analysisField, options, refuse }: ReadContext): Canary {
  const namespace = metadata.namespace || 'default';
  const target = spec.targetRef;
  const rawAnalysis = spec.analysis ?? spec.canaryAnalysis;
  const minIntervalMs = options.minIntervalMs ?? MIN_INTERVAL_MS;
  const analysis = parseAnalysis(rawAnalysis ?? {}, { field: analysisField, namespace, minIntervalMs, refuse });
  const deadline = spec.progressDeadlineSeconds;
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
    provider: resolveProvider(spec.provider, options.meshProvider),
    metricsServer: spec.metricsServer || undefined,
    autoscalerRef: readAutoscaler(spec.autoscalerRef),
    primaryDisruptionBudget: readDisruptionBudget(spec.primaryDisruptionBudget, target, refuse),
    ...readRefs(spec, namespace),
    service: parseService(spec.service ?? {}, target.name, !isKnative(target), refuse),
    strategy: strategyOf(analysis),
    analysis,
    progressDeadlineMs:
      1000 * integerIn(refuse, 'spec.progressDeadlineSeconds', deadline, PROGRESS_DEADLINE_SECONDS, count),
    skipAnalysis: spec.skipAnalysis === true || rawAnalysis === undefined,
    revertOnDeletion: spec.revertOnDeletion ?? false,
    suspend: spec.suspend ?? false,
  };
}

/** Looks for combinations that can't work. */
function checkCanary(canary: Canary, context: ReadContext): void {
  const { options, spec, analysisField, refuse } = context;
  const { provider, skipAnalysis } = canary;
  const rawAnalysis = spec.analysis ?? spec.canaryAnalysis;
  if (spec.targetRef !== unknownTarget) checkTarget(canary, spec.provider, context);
  if (rawAnalysis) checkStrategy(rawAnalysis, { field: analysisField, provider, skipAnalysis, refuse });
  checkServiceMatch(canary.service.match, 'spec.service.match', refuse);
  checkAnalysisMatch(canary.analysis.match, `${analysisField}.match`, refuse);
  if (options.noCrossNamespaceRefs) checkNamespaces(canary, context);
  checkProvider(canary, options.capabilities, context);
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

function readRefs({ ingressRef, routeRef, upstreamRef }: CanarySpec, own: string): Refs {
  const read = (raw: ObjectRef): ObjectRef => ({
    apiVersion: raw.apiVersion,
    kind: raw.kind,
    namespace: raw.namespace || own,
    name: raw.name,
  });
  return {
    ingressRef: ingressRef && read({ ...ingressRef, namespace: own }),
    routeRef: routeRef && read({ ...routeRef, namespace: own }),
    ...(upstreamRef ? { upstreamRef: read(upstreamRef) } : {}),
  };
}
