import { describe, expect, test } from 'vitest';
import { nextHop } from './http-redirect.ts';

const headers = {
  Accept: 'application/json',
  'CONTENT-TYPE': 'application/json',
  'User-Agent': 'mine',
  Authorization: 'Bearer s3cret',
  Cookie: 's3cret',
  'DD-API-KEY': 's3cret',
  'DD-APPLICATION-KEY': 's3cret',
  'X-Scope-Token': ['s3cret'],
};
const request = { method: 'POST', url: 'https://api.test/a', timeoutMs: 1000, headers, body: 'b' } as const;

describe('a redirect', () => {
  test.each([
    ['another host', 'https://evil.test/a'],
    ['another port', 'https://api.test:8443/a'],
    ['the same host without TLS', 'http://api.test/a'],
    ['a host below', 'https://sub.api.test/a'],
    ['another host by the same scheme', '//evil.test/a'],
  ])('to %s takes no header along that may be a key', (_, location) => {
    const hop = nextHop(request, 307, location);
    expect(hop?.headers).toEqual({
      Accept: 'application/json',
      'CONTENT-TYPE': 'application/json',
      'User-Agent': 'mine',
    });
    expect(JSON.stringify(hop)).not.toContain('s3cret');
  });

  test.each(['/b', 'https://api.test/b', 'https://api.test:443/b'])('to %s takes all headers along', (location) => {
    expect(nextHop(request, 308, location)?.headers).toEqual(headers);
  });

  test('back to the first origin brings back nothing that was left out', () => {
    const away = nextHop(request, 307, 'https://evil.test/a');
    if (!away) throw new Error('expected a hop');
    expect(JSON.stringify(nextHop(away, 307, 'https://api.test/b'))).not.toContain('s3cret');
  });

  test('that drops the body drops what is said about it', () => {
    const hop = nextHop(request, 302, 'https://evil.test/a');
    expect(hop).toMatchObject({ method: 'GET', headers: { Accept: 'application/json', 'User-Agent': 'mine' } });
    expect(hop?.headers).not.toHaveProperty('CONTENT-TYPE');
    expect(hop).not.toHaveProperty('body');
  });
});
