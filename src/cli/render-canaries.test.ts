import { expect, test } from 'vitest';
import { renderCanaries } from './render-canaries.ts';
import { canaryWith, now, progressing } from './testing/canary.ts';

const narrow = { wide: false, namespaces: false };

test('a line tells where a canary stands and what comes next', () => {
  expect(renderCanaries([canaryWith(progressing)], now, 'plain', narrow)).toBe(
    `NAME      STATUS        WEIGHT   FAILED   STEP   NEXT                                         AGE
podinfo   Progressing   30       1        3/10   in 18s: checks again; 1 of 5 failed so far   3h
`,
  );
});

test('a canary without a status has a line too', () => {
  const [, line] = renderCanaries([canaryWith(undefined)], now, 'plain', narrow).split('\n');
  expect(line).toBe('podinfo   -        0        0        -      -      3h');
});

test('all namespaces are told apart by a column', () => {
  const text = renderCanaries([canaryWith(progressing)], now, 'plain', { ...narrow, namespaces: true });
  expect(text).toMatch(/^NAMESPACE {3}NAME .*\ntest {8}podinfo /);
});

test('wide adds the target and the last decision', () => {
  const text = renderCanaries([canaryWith(progressing)], now, 'plain', { ...narrow, wide: true });
  expect(text).toContain('TARGET');
  expect(text).toContain('Deployment/podinfo   halt: request-success-rate is below 99\n');
});

test('a refused canary says why, shortened unless wide', () => {
  const message = `spec.analysis ${'is not right '.repeat(8)}`;
  const refused = canaryWith({ conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidSpec', message }] });
  const text = renderCanaries([refused], now, 'plain', narrow);
  expect(text).toContain('Refused');
  expect(text).toContain(`${message.slice(0, 59)}…`);
  expect(renderCanaries([refused], now, 'plain', { ...narrow, wide: true })).toContain(message);
});

test('a moment that has passed is due', () => {
  const next = { at: '2026-03-01T11:59:00Z', why: 'first checks' };
  expect(renderCanaries([canaryWith({ ...progressing, next })], now, 'plain', narrow)).toContain('due: first checks');
});
