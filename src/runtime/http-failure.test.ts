import { expect, test } from 'vitest';
import { HttpFailure } from './http.ts';
import { failureOf } from './http-failure.ts';

const coded = (code: string) => Object.assign(new Error('raw text with http://secret'), { code });

test.each([
  { name: 'a host that is not known', error: coded('ENOTFOUND'), message: 'the host name is not known', again: true },
  {
    name: 'a malformed answer',
    error: coded('HPE_INVALID_CONSTANT'),
    message: 'the answer is not valid HTTP (HPE_INVALID_CONSTANT)',
    again: true,
  },
  {
    name: 'an expired certificate',
    error: coded('CERT_HAS_EXPIRED'),
    message: 'the certificate has expired',
    again: false,
  },
  {
    name: 'a code that is new to us',
    error: coded('EWHATEVER'),
    message: 'the request failed (EWHATEVER)',
    again: true,
  },
  { name: 'an error without a code', error: new Error('http://secret'), message: 'the request failed', again: false },
  { name: 'something that is no error', error: 'http://secret', message: 'the request failed', again: false },
  {
    name: 'several addresses that all failed',
    error: new AggregateError([coded('ECONNREFUSED')]),
    message: 'connection refused',
    again: true,
  },
  {
    name: 'a wrapped error',
    error: new Error('x', { cause: coded('EHOSTUNREACH') }),
    message: 'the host is unreachable',
    again: true,
  },
])('$name is told without addresses', ({ error, message, again }) => {
  expect(failureOf(error)).toMatchObject({ message, retryable: again });
});

test('a failure that is told already stays as it is', () => {
  const failure = new HttpFailure('told', true);
  expect(failureOf(failure)).toBe(failure);
});
