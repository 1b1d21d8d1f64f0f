import { expect, test } from 'vitest';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { openDefinitions } from '../routing-crds.ts';
import { isStream } from './exchange.ts';
import { createApiServer } from './server.ts';

test('watches of a kind end when its definition is gone, and no others', async () => {
  const clock = new VirtualClock();
  const group = 'example.com';
  const seed = openDefinitions([
    { group, kind: 'Gone', plural: 'gones', versions: ['v1'] },
    { group, kind: 'Kept', plural: 'kepts', versions: ['v1'] },
  ]);
  const api = createApiServer({ clock, seed });
  await clock.advance(100);
  const ended: string[] = [];
  for (const plural of ['gones', 'kepts']) {
    const answer = api.handle({ method: 'GET', path: `/apis/${group}/v1/${plural}?watch=1`, headers: {} });
    if (!isStream(answer)) throw new Error(answer.body);
    answer.subscribe(
      () => {},
      () => ended.push(plural),
    );
  }
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gones.${group}`;
  api.handle({ method: 'DELETE', path, headers: {} });
  await clock.advance(100);
  expect(ended).toEqual(['gones']);
  expect(api.handle({ method: 'GET', path: `/apis/${group}/v1/gones?watch=1`, headers: {} }).status).toBe(404);
});
