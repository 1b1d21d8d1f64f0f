import type { Canary } from '../api/canary.ts';
import type { Alert } from '../notify/contract.ts';

/** What an alert tells about its Canary besides the text, in the order of the reference. */
export function alertFields(canary: Canary, clusterName: string, withDetails: boolean): Alert['fields'] {
  const cluster = clusterName === '' ? [] : [{ name: 'Cluster', value: clusterName }];
  if (!withDetails) return cluster;
  const { target, namespace, analysis, progressDeadlineMs } = canary;
  return [
    ...cluster,
    { name: 'Target', value: `${target.kind}/${target.name}.${namespace}` },
    { name: 'Failed checks threshold', value: String(analysis.threshold) },
    { name: 'Progress deadline', value: `${progressDeadlineMs / 1000}s` },
    { name: 'Traffic routing', value: routing(canary) },
  ];
}

function routing({ strategy, analysis }: Canary): string {
  switch (strategy) {
    case 'ab-testing':
      return 'A/B Testing';
    case 'blue-green':
      return 'Blue/Green';
    case 'canary':
      if (analysis.stepWeights.length > 0) {
        const { stepWeights } = analysis;
        return `Weight steps: ${stepWeights.join(',')} max: ${Math.min(100, stepWeights.at(-1) ?? 100)}`;
      }
      return `Weight step: ${analysis.stepWeight} max: ${analysis.maxWeight}`;
  }
}
