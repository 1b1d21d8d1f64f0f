import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { type Answer, isStream } from './exchange.ts';
import { type Fields, fieldItemsIn, fieldsIn, textIn } from './fields.ts';
import { createApiServer } from './server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const SELECTOR = 'labelSelector=on%3Dyes';

const NAMES = ['a', 'b', 'c'] as const;
const step = fc.record({
  act: fc.constantFrom('create', 'edit', 'label', 'unlabel', 'delete'),
  name: fc.constantFrom(...NAMES),
});
type Step = { readonly act: string; readonly name: string };

function server() {
  const api = createApiServer({ clock: new VirtualClock() });
  const ask = (method: string, path: string, body?: object): Answer => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = api.handle({
      method,
      path,
      headers: { 'content-type': type },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (isStream(answer)) throw new Error('an answer was expected, not a stream');
    return answer;
  };
  return { api, ask };
}

function perform(ask: ReturnType<typeof server>['ask'], { act, name }: Step, i: number): void {
  const at = `${PATH}/${name}`;
  if (act === 'create') ask('POST', PATH, { metadata: { name, labels: { on: 'yes' } } });
  else if (act === 'edit') ask('PATCH', at, { data: { i: String(i) } });
  else if (act === 'label') ask('PATCH', at, { metadata: { labels: { on: 'yes' } } });
  else if (act === 'unlabel') ask('PATCH', at, { metadata: { labels: null } });
  else ask('DELETE', at);
}

/** Applies one event of a watch to what is known so far. */
function follow(known: Map<string, Fields>, line: string): void {
  const event: Fields = JSON.parse(line);
  const { kind: _kind, apiVersion: _version, ...object } = fieldsIn(event, 'object') ?? {};
  const name = textIn(object, 'metadata', 'name') ?? '';
  if (event['type'] === 'DELETED') expect(known.delete(name)).toBe(true);
  else {
    expect(known.has(name)).toBe(event['type'] === 'MODIFIED');
    known.set(name, object);
  }
}

function listed(ask: ReturnType<typeof server>['ask'], query: string): Map<string, Fields> {
  const list: Fields = JSON.parse(ask('GET', `${PATH}?${query}`).body);
  return new Map(fieldItemsIn(list, 'items').map((item) => [textIn(item, 'metadata', 'name') ?? '', item]));
}

test('replaying a watch gives the list at every revision, with a selector too', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 25 }),
      fc.constantFrom('', SELECTOR),
      fc.nat(25),
      (steps, selector, startAfter) => {
        const { api, ask } = server();
        const known = new Map<string, Fields>();
        let started = false;
        const start = () => {
          started = true;
          const { metadata }: { metadata: { resourceVersion: string } } = JSON.parse(
            ask('GET', `${PATH}?${selector}`).body,
          );
          for (const [name, item] of listed(ask, selector)) known.set(name, item);
          const answer = api.handle({
            method: 'GET',
            path: `${PATH}?watch=1&resourceVersion=${metadata.resourceVersion}&${selector}`,
            headers: {},
          });
          if (isStream(answer))
            answer.subscribe(
              (line) => follow(known, line),
              () => {},
            );
        };
        steps.forEach((one, i) => {
          if (!started && i >= startAfter) start();
          perform(ask, one, i);
          if (started) expect(known).toEqual(listed(ask, selector));
        });
      },
    ),
    { numRuns: 150 },
  );
});

test('the past can be listed at each revision as it was then', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { api, ask } = server();
      const history: { revision: number; state: Map<string, Fields> }[] = [];
      steps.forEach((one, i) => {
        perform(ask, one, i);
        history.push({ revision: api.revision(), state: listed(ask, '') });
      });
      for (const { revision, state } of history) {
        expect(listed(ask, `resourceVersion=${revision}&resourceVersionMatch=Exact`)).toEqual(state);
      }
    }),
    { numRuns: 60 },
  );
});
