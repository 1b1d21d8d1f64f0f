import { expect, test } from 'vitest';
import { afterHandover, writesIn } from './audit.ts';

const line = (username: string, from: string, to: string, code = 200) =>
  JSON.stringify({
    stage: 'ResponseComplete',
    verb: 'patch',
    user: { username },
    objectRef: { resource: 'canaries', subresource: 'status', name: 'shop' },
    responseStatus: { code },
    requestReceivedTimestamp: `2026-01-01T00:00:${from}Z`,
    stageTimestamp: `2026-01-01T00:00:${to}Z`,
  });

const before = [line('old', '01.000000', '01.100000'), line('new', '03.000000', '03.200000')];

test('a refused write of the old leader is no second writer', () => {
  const writes = writesIn([...before, line('old', '04.000000', '04.100000', 409), '{"torn'].join('\n'));
  expect(afterHandover(writes, 'old', 'new')).toEqual([]);
});

test('a write of the old leader that succeeds after the first one of the new is told', () => {
  const writes = writesIn([...before, line('old', '02.900000', '03.100000')].join('\n'));
  expect(afterHandover(writes, 'old', 'new')).toMatchObject([{ user: 'old', what: 'canaries/status shop' }]);
});

test('a successor that never wrote proves nothing', () => {
  expect(() => afterHandover(writesIn(before[0] ?? ''), 'old', 'new')).toThrow(/never wrote/);
});
