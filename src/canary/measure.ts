import { builtinQuery, isBuiltinMetric, requestsQuery } from '../../metrics/builtin.ts';
import { type MetricProvider, ProviderError, type QueryModel, type Sample } from '../../metrics/contract.ts';
import { familyFor } from '../../metrics/family.ts';
import { metricProvider, metricsServer } from '../../metrics/registry.ts';
import { renderQuery } from '../../metrics/templates.ts';
import type { Canary, Metric } from '../api/canary.ts';
import { parseDuration } from '../api/durations.ts';
import { latestRevision } from '../api/knative.ts';
import { type MetricTemplate, parseMetricTemplate } from '../api/parse-metric-template.ts';
import type { Cluster } from '../kube/cluster.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { secretValues } from '../kube/secret.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Http } from '../runtime/http.ts';
import { judge, type Measured } from './analysis/judge.ts';
import type { Scene } from './observation.ts';
import type { AnswerOf, MetricForm, Question } from './question.ts';

export interface MeasureParts {
  readonly cluster: Pick<Cluster, 'get' | 'read'>;
  readonly http: Http;
  readonly clock: Clock;
  /** The metrics server of Canaries that name none. */
  readonly metricsServer: string;
  /** The provider of Canaries that name none. */
  readonly meshProvider: string;
  /** Something odd that doesn't change a verdict. */
  readonly onWarning: (canary: Canary, warning: string) => void;
}

const ONE_MINUTE_MS = 60_000;

const undefinedMetric: AnswerOf<'metric'> = {
  kind: 'metric',
  verdict: 'error',
  message: 'Metric query failed for no usable metrics template and query were configured',
  value: 'error',
  bound: 'any',
};

/** Measures the metrics of Canaries: finds the provider, renders the query, asks, and judges. */
export class Measure {
  readonly #parts: MeasureParts;

  constructor(parts: MeasureParts) {
    this.#parts = parts;
  }

  /** Never rejects for what a provider does: that is part of the answer. */
  async metric(
    { canary, object, target, deferred }: Pick<Scene, 'canary' | 'object' | 'target' | 'deferred'>,
    question: Extract<Question, { readonly kind: 'metric' }>,
    signal: AbortSignal,
  ): Promise<AnswerOf<'metric'>> {
    const { metric, form } = question;
    if (form === 'template' && !metric.templateRef) return undefinedMetric;
    const model = modelOf(canary, metric, latestRevision(target));
    const { family, label } = familyFor({
      // Of a run whose traffic is still in the routes of another one, that other one is measured
      provider: deferred === undefined ? String(dig(object, 'spec', 'provider') ?? '') : canary.provider,
      globalProvider: this.#parts.meshProvider,
      targetKind: canary.target.kind,
      targetApiVersion: canary.target.apiVersion,
    });
    let factor = 1;
    let measured: Measured;
    if (form === 'template') {
      measured = await this.#template(metric, model, signal);
    } else if (form === 'builtin' && isBuiltinMetric(metric.name)) {
      const builtin = builtinQuery(family, metric.name, model);
      factor = builtin.factor;
      measured = await this.#server(canary, builtin.query, signal);
      if (metric.minSamples > 0) measured = await this.#counted(canary, measured, requestsQuery(family, model), signal);
    } else {
      const rendered = renderQuery(metric.query ?? '', model);
      measured = rendered.ok
        ? await this.#server(canary, rendered.query, signal)
        : { error: rendered.error, stage: 'render' };
    }
    const { warning, ...judgement } = judge({ canary, metric, form, provider: label, measured, factor });
    if (warning) this.#parts.onWarning(canary, warning);
    return { kind: 'metric', ...judgement };
  }

  /** Whether what a metric needs is there and answers; the error is worded for the event. */
  async probe(canary: Canary, metric: Metric, form: MetricForm, signal: AbortSignal): Promise<string | undefined> {
    if (form !== 'template') {
      const provider = this.#serverProvider(canary);
      if ('error' in provider) return `prometheus not available: ${provider.error}`;
      return failure(provider.check(signal), (error) => `prometheus not available: ${error}`);
    }
    if (!metric.templateRef) return undefined;
    const name = `metric template ${metric.templateRef.name}.${metric.templateRef.namespace}`;
    const found = await this.#templateProvider(metric, signal);
    if ('error' in found) {
      if (found.stage === 'secret') return `${name} secret ${found.secret} error: ${found.error}`;
      if (found.stage === 'provider') return `${name} provider ${found.type} error: ${found.error}`;
      return `${name} error: ${found.error}`;
    }
    const { type } = found.template.provider;
    return failure(found.provider.check(signal), (error) => `${type} in ${name} not available: ${error}`);
  }

  async #template(metric: Metric, model: QueryModel, signal: AbortSignal): Promise<Measured> {
    const found = await this.#templateProvider(metric, signal);
    if ('error' in found) return found;
    const rendered = renderQuery(found.template.query, model);
    if (!rendered.ok) return { error: rendered.error, stage: 'render' };
    return ask(found.provider, rendered.query, signal);
  }

  async #templateProvider(
    metric: Metric,
    signal: AbortSignal,
  ): Promise<{ provider: MetricProvider; template: MetricTemplate } | Extract<Measured, { error: string }>> {
    const { name, namespace } = metric.templateRef ?? { name: '', namespace: '' };
    const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate', namespace, name };
    const object = this.#parts.cluster.get(ref);
    if (!object) return { error: `metrictemplate.flagger.app "${name}" not found`, stage: 'template' };
    const parsed = parseMetricTemplate(object);
    if (!parsed.ok) return { error: parsed.refusals.map((each) => each.message).join('; '), stage: 'template' };
    const template = parsed.value;
    const { secretName, ...provider } = template.provider;
    let secret: KubeObject | undefined;
    if (secretName !== undefined) {
      secret = await this.#parts.cluster.read(
        { apiVersion: 'v1', kind: 'Secret', namespace, name: secretName },
        signal,
      );
      if (!secret) return { error: `secrets "${secretName}" not found`, stage: 'secret', secret: secretName };
    }
    const intervalMs = parseDuration(metric.interval) ?? ONE_MINUTE_MS;
    try {
      const spec = { ...provider, secret: secret && secretValues(secret), intervalMs };
      return { template, provider: metricProvider(spec, this.#parts) };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { error: error.message, stage: 'provider', type: provider.type };
    }
  }

  #serverProvider(canary: Canary): MetricProvider | { error: string; address: string } {
    const address = canary.metricsServer ?? this.#parts.metricsServer;
    try {
      return metricProvider(metricsServer(address), this.#parts);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { error: error.message, address };
    }
  }

  async #server(canary: Canary, query: string, signal: AbortSignal): Promise<Measured> {
    const provider = this.#serverProvider(canary);
    if ('error' in provider) return { ...provider, stage: 'client' };
    return ask(provider, query, signal);
  }

  /** Says how many requests a value rests on. A count that fails leaves the value as unusable as one of its own would. */
  async #counted(canary: Canary, measured: Measured, query: string, signal: AbortSignal): Promise<Measured> {
    if (!('value' in measured)) return measured;
    const requests = await this.#server(canary, query, signal);
    if ('error' in requests) return requests;
    return { ...measured, samples: 'value' in requests ? Math.round(requests.value) : 0 };
  }
}

async function ask(provider: MetricProvider, query: string, signal: AbortSignal): Promise<Sample | Measured> {
  try {
    return await provider.query(query, signal);
  } catch (error) {
    if (error instanceof ProviderError) return { error: error.message, stage: 'query' };
    throw error;
  }
}

async function failure(check: Promise<void>, word: (error: string) => string): Promise<string | undefined> {
  try {
    await check;
    return undefined;
  } catch (error) {
    if (error instanceof ProviderError) return word(error.message);
    throw error;
  }
}

/** Knative routes to the canary by the name of its revision. */
function modelOf(canary: Canary, metric: Metric, revision: string | undefined): QueryModel {
  return {
    name: canary.name,
    namespace: canary.namespace,
    target: canary.target.name,
    service: canary.service.apexName,
    ingress: canary.ingressRef?.name ?? canary.target.name,
    route: canary.routeRef?.name ?? revision ?? canary.target.name,
    interval: metric.interval,
    variables: metric.templateVariables,
  };
}
