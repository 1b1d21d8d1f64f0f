import { describe, expect, test } from 'vitest';
import type { Metric } from '../../api/canary.ts';
import type { MetricForm } from '../question.ts';
import { type Judgement, judge, type Measured } from './judge.ts';

const canary = { name: 'podinfo', namespace: 'test', target: { name: 'podinfo-app' } };

function metric(more: Partial<Metric>): Metric {
  return {
    name: 'errors',
    interval: '1m',
    threshold: 0,
    range: undefined,
    query: undefined,
    templateRef: { name: 'errors', namespace: 'metrics' },
    templateVariables: {},
    noData: 'fail',
    minSamples: 0,
    critical: false,
    dryRun: false,
    limits: {},
    ...more,
  };
}

const rate = (more: Partial<Metric> = {}) => metric({ name: 'request-success-rate', ...more });
const duration = (more: Partial<Metric> = {}) => metric({ name: 'request-duration', ...more });

function verdict(form: MetricForm, subject: Metric, measured: Measured | number, factor?: number): Judgement {
  const given = typeof measured === 'number' ? { value: measured } : measured;
  const request = { canary, metric: subject, form, provider: 'istio', measured: given };
  return judge(factor === undefined ? request : { ...request, factor });
}

const infinity = Number.POSITIVE_INFINITY;

describe('the built-in success rate', () => {
  test.each([
    {
      name: 'passes at the minimum',
      metric: rate({ range: { min: 99 } }),
      value: 99,
      result: { verdict: 'pass', value: '99.00', bound: '>= 99', gauge: 99 },
    },
    {
      name: 'passes at the maximum',
      metric: rate({ range: { max: 100 } }),
      value: 100,
      result: { verdict: 'pass', value: '100.00', bound: '<= 100', gauge: 100 },
    },
    {
      name: 'fails below the minimum',
      metric: rate({ range: { min: 99 } }),
      value: 98.685,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement success rate 98.69% < 99%',
        value: '98.69',
        bound: '>= 99',
        gauge: 98.685,
      },
    },
    {
      name: 'fails above the maximum',
      metric: rate({ range: { min: 1, max: 99.5 } }),
      value: 100,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement success rate 100.00% > 99.5%',
        value: '100.00',
        bound: '1..99.5',
        gauge: 100,
      },
    },
    {
      name: 'takes the threshold for a minimum',
      metric: rate({ threshold: 99 }),
      value: 50,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement success rate 50.00% < 99%',
        value: '50.00',
        bound: '>= 99',
        gauge: 50,
      },
    },
    {
      name: 'never fails without a bound',
      metric: rate(),
      value: 0,
      result: { verdict: 'pass', value: '0.00', bound: '>= 0', gauge: 0 },
    },
    {
      name: 'never fails with an empty range',
      metric: rate({ range: {}, threshold: 99 }),
      value: 1,
      result: { verdict: 'pass', value: '1.00', bound: 'any', gauge: 1 },
    },
    {
      name: 'compares infinity like a number',
      metric: rate({ range: { min: 99 } }),
      value: infinity,
      result: { verdict: 'pass', value: '+Inf', bound: '>= 99' },
    },
  ])('$name', ({ metric: subject, value, result }) => {
    expect(verdict('builtin', subject, value)).toEqual(result);
  });

  test.each([{ noData: 'no values found' }, { value: Number.NaN }])('has no data with %j', (measured) => {
    expect(verdict('builtin', rate({ range: { min: 99 } }), measured)).toEqual({
      verdict: 'noData',
      message:
        'Halt advancement no values found for istio metric request-success-rate probably podinfo-app.test ' +
        'is not receiving traffic: running query failed: no values found',
      value: 'no data',
      bound: '>= 99',
    });
  });
});

describe('the built-in duration', () => {
  test.each([
    {
      name: 'passes at the maximum',
      metric: duration({ range: { max: 500 } }),
      value: 500,
      result: { verdict: 'pass', value: '500ms', bound: '<= 500ms', gauge: 0.5 },
    },
    {
      name: 'loses what is below a millisecond',
      metric: duration({ range: { max: 500.9 } }),
      value: 500.9,
      result: { verdict: 'pass', value: '500ms', bound: '<= 500ms', gauge: 0.5 },
    },
    {
      name: 'fails above the maximum',
      metric: duration({ range: { max: 500 } }),
      value: 1515.4,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration 1.515s > 500ms',
        value: '1.515s',
        bound: '<= 500ms',
        gauge: 1.5150000000000001,
      },
    },
    {
      name: 'fails below the minimum',
      metric: duration({ range: { min: 1000, max: 60_000 } }),
      value: 0.9,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration 0s < 1s',
        value: '0s',
        bound: '1s..1m0s',
        gauge: 0,
      },
    },
    {
      name: 'takes the threshold for a maximum',
      metric: duration({ threshold: 500 }),
      value: 501,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration 501ms > 500ms',
        value: '501ms',
        bound: '<= 500ms',
        gauge: 0.501,
      },
    },
    {
      name: 'fails from one millisecond on without a bound',
      metric: duration(),
      value: 1,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration 1ms > 0s',
        value: '1ms',
        bound: '<= 0s',
        gauge: 0.001,
      },
    },
    {
      name: 'knows no negative zero',
      metric: duration({ range: { max: 1 } }),
      value: -0.5,
      result: { verdict: 'pass', value: '0s', bound: '<= 1ms', gauge: 0 },
    },
    {
      name: 'fails when it is infinite',
      metric: duration({ range: { max: 500 } }),
      value: infinity,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration +Inf > 500ms',
        value: '+Inf',
        bound: '<= 500ms',
      },
    },
    {
      name: 'fails when it is infinite even without a maximum',
      metric: duration({ range: { min: 1 } }),
      value: infinity,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request duration +Inf is not finite',
        value: '+Inf',
        bound: '>= 1ms',
      },
    },
  ])('$name', ({ metric: subject, value, result }) => {
    expect(verdict('builtin', subject, value)).toEqual(result);
  });

  test('turns seconds into milliseconds first', () => {
    expect(verdict('builtin', duration({ range: { max: 500 } }), 0.5009, 1000)).toMatchObject({
      verdict: 'pass',
      value: '500ms',
    });
  });

  test('has no data in the words of the reference, which leave out the reason', () => {
    expect(verdict('builtin', duration(), { noData: 'no values found' }).message).toBe(
      'Halt advancement no values found for istio metric request-duration probably podinfo-app.test is not receiving traffic',
    );
  });
});

describe.each(['inline', 'template'] as const)('an %s query', (form) => {
  const range = { min: 1, max: 5 };
  test.each([
    {
      name: 'passes within the range',
      metric: metric({ range }),
      value: 5,
      result: { verdict: 'pass', value: '5', bound: '1..5', gauge: 5 },
    },
    {
      name: 'fails above the maximum',
      metric: metric({ range }),
      value: 5.5,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement errors 5.50 > 5',
        value: '5.5',
        bound: '1..5',
        gauge: 5.5,
      },
    },
    {
      name: 'fails below the minimum',
      metric: metric({ range }),
      value: 0.25,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement errors 0.25 < 1',
        value: '0.25',
        bound: '1..5',
        gauge: 0.25,
      },
    },
    {
      name: 'takes the threshold for a maximum',
      metric: metric({ threshold: 1e-5 }),
      value: 0.1 + 0.2,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement errors 0.30 > 1e-05',
        value: '0.3',
        bound: '<= 1e-05',
        gauge: 0.1 + 0.2,
      },
    },
    {
      name: 'passes at zero without a bound',
      metric: metric({}),
      value: 0,
      result: { verdict: 'pass', value: '0', bound: '<= 0', gauge: 0 },
    },
    {
      name: 'compares infinity like a number',
      metric: metric({ range: { max: 5 } }),
      value: infinity,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement errors +Inf > 5',
        value: '+Inf',
        bound: '<= 5',
      },
    },
    {
      name: 'is compared in its own unit whatever its name',
      metric: duration({ range: { max: 0.5 } }),
      value: 0.7,
      result: {
        verdict: 'fail',
        message: 'Halt podinfo.test advancement request-duration 0.70 > 0.5',
        value: '0.7',
        bound: '<= 0.5',
        gauge: 0.7,
      },
    },
  ])('$name', ({ metric: subject, value, result }) => {
    expect(verdict(form, subject, value)).toEqual(result);
  });

  test.each([{ noData: 'no values found' }, { value: Number.NaN }])('has no data with %j', (measured) => {
    const text = {
      inline: 'Halt advancement no values found for metric: errors',
      template: 'Halt advancement no values found for custom metric: errors: no values found',
    };
    expect(verdict(form, metric({}), measured)).toMatchObject({ verdict: 'noData', message: text[form] });
  });
});

describe('an error', () => {
  const error = 'boom';
  const rows: { form: MetricForm; trouble: Measured; message: string }[] = [
    {
      form: 'builtin',
      trouble: { stage: 'query', error },
      message: 'Prometheus query failed: running query failed: boom',
    },
    {
      form: 'builtin',
      trouble: { stage: 'client', address: ':::', error },
      message: 'Error building Prometheus client for ::: boom',
    },
    { form: 'inline', trouble: { stage: 'query', error }, message: 'Prometheus query failed for errors: boom' },
    { form: 'inline', trouble: { stage: 'render', error }, message: 'Prometheus query failed for errors: boom' },
    { form: 'template', trouble: { stage: 'template', error }, message: 'Metric template errors.metrics error: boom' },
    {
      form: 'template',
      trouble: { stage: 'secret', secret: 's', error },
      message: 'Metric template errors.metrics secret s error: boom',
    },
    {
      form: 'template',
      trouble: { stage: 'provider', type: 'datadog', error },
      message: 'Metric template errors.metrics provider datadog error: boom',
    },
    {
      form: 'template',
      trouble: { stage: 'render', error },
      message: 'Metric template errors.metrics query render error: boom',
    },
    { form: 'template', trouble: { stage: 'query', error }, message: 'Metric query failed for errors: boom' },
  ];
  test.each(rows)('of $form is told as: $message', ({ form, trouble, message }) => {
    const subject = form === 'builtin' ? rate({ range: { min: 99 } }) : metric({ range: { min: 99 } });
    expect(verdict(form, subject, trouble)).toEqual({ verdict: 'error', message, value: 'error', bound: '>= 99' });
  });
});

test('a warning about the sample is passed on', () => {
  expect(verdict('template', metric({ threshold: 5 }), { value: 1, warning: 'two series' })).toMatchObject({
    verdict: 'pass',
    warning: 'two series',
  });
});

describe('samples', () => {
  const asking = metric({ minSamples: 10, range: { max: 1 } });

  test('that are too few are no data, whatever the value', () => {
    expect(verdict('template', asking, { value: 7, samples: 9 })).toEqual({
      verdict: 'noData',
      message: 'Halt podinfo.test advancement metric errors rests on 9 samples, fewer than 10',
      value: 'no data',
      bound: '<= 1',
      samples: 9,
    });
  });

  test('that suffice let the value count', () => {
    expect(verdict('template', asking, { value: 7, samples: 10 })).toMatchObject({ verdict: 'fail', samples: 10 });
  });

  test('that can not be counted let the value count', () => {
    expect(verdict('template', asking, { value: 1 })).toEqual({ verdict: 'pass', value: '1', bound: '<= 1', gauge: 1 });
  });

  test('are no matter to a metric that asks for none', () => {
    const counted = verdict('template', metric({ range: { max: 1 } }), { value: 1, samples: 0 });
    expect(counted).toEqual({ verdict: 'pass', value: '1', bound: '<= 1', gauge: 1 });
  });
});
