import { expect, test } from 'vitest';
import { hideCredentials, maskPassword, withoutCredentials } from './url-credentials.ts';

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
  { url: 'http://token@host/x', masked: 'http://xxxxx@host/x' },
  { url: 'http://token:@host/x', masked: 'http://xxxxx@host/x' },
  { url: 'http:ann:secret@host/x', masked: 'xxxxx@host/x' },
  { url: ' http://ann:secret@host/x', masked: 'xxxxx@host/x' },
  { url: 'http://ann:12/34@host/x', masked: 'http://xxxxx@host/x' },
  { url: 'http://host:80/x?y#z', masked: 'http://host:80/x?y#z' },
])('$url is shown as $masked with the name of its user', ({ url, masked }) => {
  expect(maskPassword(url)).toBe(masked);
});

test.each([
  { address: 'http://admin:s3cret@prometheus:port', hidden: 'http://xxxxx@prometheus:port' },
  { address: 'admin:s3cret@prometheus:9090', hidden: 'xxxxx@prometheus:9090' },
  { address: 'http://user:pa/ss@host', hidden: 'http://xxxxx@host' },
  { address: 'http://user:p@ss@host/x', hidden: 'http://xxxxx@host/x' },
  { address: 'http://user:pa?s#s@host', hidden: 'http://xxxxx@host' },
  { address: 'http:user:s3cret@host', hidden: 'xxxxx@host' },
  { address: 'http:\\\\user:s3cret@host', hidden: 'xxxxx@host' },
  { address: 'user:two\nlines@host', hidden: 'xxxxx@host' },
  { address: 'wss://token@host', hidden: 'wss://xxxxx@host' },
  { address: 'http://host:9090/x', hidden: 'http://host:9090/x' },
  { address: ':::', hidden: ':::' },
  { address: '', hidden: '' },
])('$address is shown as $hidden, valid or not', ({ address, hidden }) => {
  expect(hideCredentials(address)).toBe(hidden);
});
