import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../../runtime/http.ts';
import { memoryHttp, type Reply } from '../../runtime/testing/memory-http.ts';
import { settle, VirtualClock } from '../../runtime/virtual-clock.ts';
import { createScraper, MAX_PAGE_BYTES, type ScrapeTarget } from './scraper.ts';
import { createSeriesStore } from './store.ts';
import { ask, START_MS } from './testing/series-of.ts';

const WEB: ScrapeTarget = { url: 'http://10.0.0.1/metrics', labels: { pod: 'web-1' } };
const API: ScrapeTarget = { url: 'http://10.0.0.2/metrics', labels: { pod: 'api-1' } };

function setUp(reply: (url: string, round: number) => Reply | Promise<Reply>, options: { intervalMs?: number } = {}) {
  const clock = new VirtualClock(START_MS);
  const store = createSeriesStore();
  const rounds = new Map<string, number>();
  const http = memoryHttp(({ url }) => {
    const round = (rounds.get(url) ?? 0) + 1;
    rounds.set(url, round);
    return reply(url, round);
  });
  const targets: ScrapeTarget[] = [WEB];
  const scraper = createScraper({ clock, http, store, targets: () => targets, ...options });
  const now = (query: string) => ask(store, query, (clock.now() - START_MS) / 1000);
  return { clock, store, http, targets, scraper, now };
}

describe('a round', () => {
  test('begins at once and then each second', async () => {
    const { clock, scraper, now } = setUp((_, round) => `requests ${round}`);
    scraper.start();
    scraper.start();
    await settle();
    expect(now('requests')).toEqual({ 'requests{pod="web-1"}': 1 });
    await clock.advance(3000);
    expect(now('requests[1h]')).toEqual({ 'requests{pod="web-1"}': [1, 2, 3, 4] });
    scraper.stop();
  });

  test('asks for the text format, within the interval', async () => {
    const { http, scraper } = setUp(() => '', { intervalMs: 5000 });
    scraper.start();
    await settle();
    expect(http.only()).toMatchObject({
      method: 'GET',
      url: WEB.url,
      timeoutMs: 5000,
      headers: { accept: 'text/plain;version=0.0.4' },
    });
    scraper.stop();
  });

  test('stamps the samples with its beginning, unless the page says a time', async () => {
    const { clock, scraper, now } = setUp(() => `own 1 ${START_MS - 60_000}\nnone 1\nfar 1 ${START_MS + 11 * 60_000}`);
    scraper.start();
    await clock.advance(500);
    expect(now('timestamp(none) - time()')).toEqual({ '{pod="web-1"}': -0.5 });
    expect(now('timestamp(own) - time()')).toEqual({ '{pod="web-1"}': -60.5 });
    expect(now('far offset -15m')).toEqual({});
    scraper.stop();
  });

  test('that a slow target misses is left out for that target alone', async () => {
    let answer = (_: string) => {};
    const { clock, targets, http, scraper, now } = setUp((url) => {
      return url === WEB.url ? new Promise<string>((resolve) => (answer = resolve)) : 'x 1';
    });
    targets.push(API);
    scraper.start();
    await clock.advance(2000);
    expect(http.requests.filter(({ url }) => url === WEB.url)).toHaveLength(1);
    expect(http.requests.filter(({ url }) => url === API.url)).toHaveLength(3);
    answer('x 2');
    await settle();
    expect(now('timestamp(x{pod="web-1"}) - time()')).toEqual({ '{pod="web-1"}': -2 });
    scraper.stop();
  });
});

describe('labels of the target', () => {
  test('move labels of the page aside', async () => {
    const { targets, scraper, now } = setUp(() => 'x{pod="own",exported_zone="e",zone="z"} 1');
    targets[0] = { url: WEB.url, labels: { pod: 'web-1', zone: 'here' } };
    scraper.start();
    await settle();
    expect(now('x')).toEqual({
      'x{exported_exported_zone="z",exported_pod="own",exported_zone="e",pod="web-1",zone="here"}': 1,
    });
    scraper.stop();
  });
});

describe('up', () => {
  test.each<{ name: string; reply: Reply; up: number }>([
    { name: 'a page', reply: 'x 1', up: 1 },
    { name: 'an empty page', reply: '', up: 1 },
    { name: 'an error status', reply: 503, up: 0 },
    { name: 'a page that is unreadable', reply: 'x 1\n<html>', up: 0 },
    { name: 'a page that may be cut', reply: `x 1\n${'#'.repeat(MAX_PAGE_BYTES)}`, up: 0 },
    { name: 'no answer', reply: new HttpFailure('connection refused', true), up: 0 },
  ])('is $up after $name', async ({ reply, up }) => {
    const { scraper, now } = setUp(() => reply);
    scraper.start();
    await settle();
    expect(now('up')).toEqual({ 'up{pod="web-1"}': up });
    expect(now('count(x) or vector(0)')).toEqual({ '{}': reply === 'x 1' ? 1 : 0 });
    scraper.stop();
  });
});

describe('a series becomes stale', () => {
  test('when the page has it no longer', async () => {
    const { clock, scraper, now } = setUp((_, round) => (round === 1 ? 'x 1\ny 1' : 'y 2'));
    scraper.start();
    await clock.advance(900);
    expect(now('x')).toEqual({ 'x{pod="web-1"}': 1 });
    await clock.advance(100);
    expect(now('x')).toEqual({});
    expect(now('y')).toEqual({ 'y{pod="web-1"}': 2 });
    scraper.stop();
  });

  test('when its target fails, and comes back with it', async () => {
    const { clock, scraper, now } = setUp((_, round) => (round === 2 ? 500 : `x ${round}`));
    scraper.start();
    await clock.advance(1500);
    expect(now('x')).toEqual({});
    expect(now('up')).toEqual({ 'up{pod="web-1"}': 0 });
    await clock.advance(500);
    expect(now('x')).toEqual({ 'x{pod="web-1"}': 3 });
    scraper.stop();
  });

  test('with up when its target went away', async () => {
    const { clock, targets, scraper, now } = setUp(() => 'x 1');
    targets.push(API);
    scraper.start();
    await settle();
    targets.shift();
    await clock.advance(1001);
    expect(now('x')).toEqual({ 'x{pod="api-1"}': 1 });
    expect(now('up')).toEqual({ 'up{pod="api-1"}': 1 });
    scraper.stop();
  });

  test('when scraping stops, and no later answer brings it back', async () => {
    let answer = (_: string) => {};
    const { clock, scraper, http, now } = setUp((_, round) =>
      round === 1 ? 'x 1' : new Promise<string>((resolve) => (answer = resolve)),
    );
    scraper.start();
    await clock.advance(1500);
    scraper.stop();
    answer('x 2');
    await clock.advance(5000);
    expect(now('x')).toEqual({});
    expect(now('up')).toEqual({});
    expect(http.requests).toHaveLength(2);
  });

  test('but not when the page gave it a time of its own', async () => {
    const { clock, scraper, now } = setUp((_, round) => (round === 1 ? `x 1 ${START_MS}` : ''));
    scraper.start();
    await clock.advance(1500);
    expect(now('x')).toEqual({ 'x{pod="web-1"}': 1 });
    scraper.stop();
  });
});

test('scraping can start again after it was stopped', async () => {
  const { clock, scraper, now } = setUp((_, round) => `x ${round}`);
  scraper.start();
  await clock.advance(100);
  scraper.stop();
  await clock.advance(100);
  scraper.start();
  await settle();
  expect(now('x')).toEqual({ 'x{pod="web-1"}': 2 });
  scraper.stop();
});
