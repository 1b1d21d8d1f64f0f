import { describe, expect, test } from 'vitest';
import { ask, refusal, seriesOf } from '../testing/series-of.ts';

const store = seriesOf({ 'x{pod="web-6f-a1",zone="eu"}': [1] });

describe('label_replace', () => {
  test.each<[string, string]>([
    ['label_replace(x, "app", "$1", "pod", "(.*)-.*-.*")', 'x{app="web",pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "app", "\u0024{1}_$$", "pod", "(.*)-.*-.*")', 'x{app="web_$",pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "app", "\u0024{name}", "pod", "(?P<name>web).*")', 'x{app="web",pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "app", "a$9b$none", "pod", ".*")', 'x{app="a",pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "app", "$1", "pod", "web")', 'x{pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "app", "none", "nope", "")', 'x{app="none",pod="web-6f-a1",zone="eu"}'],
    ['label_replace(x, "zone", "", "pod", ".*")', 'x{pod="web-6f-a1"}'],
    ['label_replace(x, "__name__", "y", "", "")', 'y{pod="web-6f-a1",zone="eu"}'],
  ])('%s', (query, series) => {
    expect(ask(store, query, 0)).toEqual({ [series]: 1 });
  });
});

describe('label_join', () => {
  test.each<[string, string]>([
    ['label_join(x, "all", "/", "zone", "pod")', 'x{all="eu/web-6f-a1",pod="web-6f-a1",zone="eu"}'],
    ['label_join(x, "all", "/", "zone", "nope", "zone")', 'x{all="eu//eu",pod="web-6f-a1",zone="eu"}'],
    ['label_join(x, "zone", "/")', 'x{pod="web-6f-a1"}'],
  ])('%s', (query, series) => {
    expect(ask(store, query, 0)).toEqual({ [series]: 1 });
  });
});

test.each<[string, string]>([
  ['label_replace(x, "0", "", "pod", "")', 'invalid destination label name in label_replace(): 0'],
  ['label_replace(x, "a", "", "pod", "(")', 'invalid regular expression in label_replace(): ('],
  ['label_join(x, "a b", "")', 'invalid destination label name in label_join(): a b'],
  ['label_join(x, "a", "", "b c")', 'invalid source label name in label_join(): b c'],
])('%s has no answer', (query, message) => {
  expect(refusal(store, query)).toMatchObject({ errorType: 'execution', message });
});

test('two series may not become the same', () => {
  const two = seriesOf({ 'x{a="1"}': [1], 'x{a="2"}': [2] });
  expect(refusal(two, 'label_replace(x, "a", "", "", "")').message).toBe(
    'vector cannot contain metrics with the same labelset',
  );
});
