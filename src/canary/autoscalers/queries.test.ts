import { describe, expect, it, test } from 'vitest';
import { withPrimaryQueries } from './queries.ts';

const prometheus = (query: string, name?: string) => ({
  type: 'prometheus',
  ...(name === undefined ? {} : { name }),
  metadata: { query, threshold: '5' },
});

describe('without queries of its own, the primary is asked about by its name:', () => {
  it.each([
    ['the name of the target', 'up{app="podinfo"}', 'up{app="podinfo-primary"}'],
    ['the name of the canary', 'up{app="podinfo-canary"}', 'up{app="podinfo-primary"}'],
    ['both, more than once', 'podinfo podinfo-canary podinfo', 'podinfo-primary podinfo-primary podinfo-primary'],
    ['a part of a longer word', 'up{app="podinfos"}', 'up{app="podinfo-primarys"}'],
    ['the name of the primary, which is turned as well', 'podinfo-primary', 'podinfo-primary-primary'],
    ['other names only', 'up{app="web"}', 'up{app="web"}'],
  ])('%s', (_, query, expected) => {
    const spec = { triggers: [prometheus(query)] };
    expect(withPrimaryQueries(spec, {}, 'podinfo')).toEqual({ triggers: [prometheus(expected)] });
  });

  it.each([
    ['without a query', { type: 'cpu', metadata: { value: 'podinfo' } }],
    ['without metadata', { type: 'cpu' }],
    ['with a query that is no text', { type: 'x', metadata: { query: 5 } }],
  ])('a trigger %s stays', (_, trigger) => {
    expect(withPrimaryQueries({ triggers: [trigger] }, {}, 'podinfo')).toEqual({ triggers: [trigger] });
  });
});

describe('with queries of its own', () => {
  const queries = { a: 'for the primary', toString: 'not asked for' };

  it('a trigger with a name among them gets its query, all others stay', () => {
    const triggers = [prometheus('podinfo', 'a'), prometheus('podinfo', 'b'), prometheus('podinfo')];
    expect(withPrimaryQueries({ triggers }, queries, 'podinfo')).toEqual({
      triggers: [prometheus('for the primary', 'a'), prometheus('podinfo', 'b'), prometheus('podinfo')],
    });
  });

  it('a trigger without metadata gets its query as well', () => {
    const triggers = [{ type: 'prometheus', name: 'a' }];
    expect(withPrimaryQueries({ triggers }, queries, 'podinfo')).toEqual({
      triggers: [{ type: 'prometheus', name: 'a', metadata: { query: 'for the primary' } }],
    });
  });

  it('a name that every object has is no key', () => {
    const triggers = [prometheus('podinfo', 'valueOf')];
    expect(withPrimaryQueries({ triggers }, queries, 'podinfo')).toEqual({ triggers });
  });
});

test('a spec without triggers stays', () => {
  expect(withPrimaryQueries({ pollingInterval: 5 }, {}, 'podinfo')).toEqual({ pollingInterval: 5 });
});
