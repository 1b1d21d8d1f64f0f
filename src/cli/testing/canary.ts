import type { CanaryStatus } from '../../api/status.ts';
import type { KubeObject } from '../../kube/object.ts';

/** The instant that tests take for now. */
export const now = Date.parse('2026-03-01T12:00:00Z');

/** A Canary of podinfo, with a status as the controller writes it. */
export function canaryWith(
  status: Partial<CanaryStatus> | undefined,
  spec: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', creationTimestamp: '2026-03-01T09:00:00Z' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      analysis: { threshold: 5, interval: '30s' },
      ...spec,
    },
    ...(status ? { status: { canaryWeight: 0, failedChecks: 0, iterations: 0, ...status } } : {}),
  };
}

/** Half way through a run, after a halt. */
export const progressing: Partial<CanaryStatus> = {
  phase: 'Progressing',
  canaryWeight: 30,
  failedChecks: 1,
  lastTransitionTime: '2026-03-01T11:59:48Z',
  run: {
    stage: 'analysing',
    since: '2026-03-01T11:58:00Z',
    number: 2,
    step: 3,
    steps: 10,
    traffic: { canary: 30, mirror: false },
  },
  evidence: [
    { time: '2026-03-01T11:59:18Z', decision: 'advance: 30 % to the canary' },
    {
      time: '2026-03-01T11:59:48Z',
      decision: 'halt: request-success-rate is below 99',
      checks: [
        { name: 'request-success-rate', value: '98.69', bound: '>= 99', verdict: 'fail' },
        { name: 'request-duration', value: '120ms', bound: '<= 500ms', verdict: 'pass' },
        { name: 'errors', value: 'no data', bound: '<= 1', verdict: 'noData' },
      ],
    },
  ],
  next: { at: '2026-03-01T12:00:18Z', why: 'checks again; 1 of 5 failed so far' },
};
