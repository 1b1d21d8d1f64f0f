import { expect, test } from 'vitest';
import { maskPassword, withoutCredentials } from './url-credentials.ts';

test.each([
  { text: 'http://a:b@host:9090/x?q=1', url: 'http://host:9090/x?q=1', authorization: 'Basic YTpi' },
  { text: 'https://a@host/', url: 'https://host/', authorization: 'Basic YTo=' },
  { text: 'http://a:%@host/', url: 'http://host/', authorization: 'Basic YTol' },
  { text: 'http://host', url: 'http://host/', authorization: undefined },
])('the user part of $text becomes a header', ({ text, url, authorization }) => {
  const plain = withoutCredentials(text);
  expect(plain?.url).toBe(url);
  expect(plain?.authorization).toBe(authorization);
});

test.each(['', ':::', 'prometheus:9090', 'ftp://host', '/path'])('%j is no HTTP URL', (text) => {
  expect(withoutCredentials(text)).toBeUndefined();
});

test.each([
  { url: 'http://ann:secret@host/x', masked: 'http://ann:xxxxx@host/x' },
  { url: 'http://ann:a@b@host/x', masked: 'http://ann:xxxxx@host/x' },
  { url: 'http://ann@host/x', masked: 'http://ann@host/x' },
  { url: 'http://host:80/x:y@z', masked: 'http://host:80/x:y@z' },
])('$url is shown as $masked', ({ url, masked }) => {
  expect(maskPassword(url)).toBe(masked);
});
