import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { Written } from './written.ts';

function service(spec: Record<string, unknown>, resourceVersion?: string): KubeObject {
  const metadata = { name: 'web', namespace: 'test', ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

const wanted = service({ port: 80 });
const defaulted = (version: string) => service({ port: 80, type: 'ClusterIP' }, version);

test.each<readonly [string, KubeObject | undefined, boolean]>([
  ['an object that isn’t there must be written', undefined, false],
  ['one that equals the wanted one needs no write', service({ port: 80 }, '7'), true],
  ['one that differs must be written', service({ port: 81 }, '7'), false],
  ['one with defaults that nobody remembers must be written', defaulted('7'), false],
])('%s', (_, live, stands) => {
  expect(new Written().stands(wanted, live)).toBe(stands);
});

describe('after a write that the server filled up with defaults', () => {
  function remembering(): Written {
    const written = new Written();
    written.remember(wanted, defaulted('7'));
    return written;
  }

  test('the answered version stands', () => {
    expect(remembering().stands(wanted, defaulted('7'))).toBe(true);
  });

  test('a later version is written once more', () => {
    expect(remembering().stands(wanted, defaulted('8'))).toBe(false);
  });

  test('another wish must be written', () => {
    expect(remembering().stands(service({ port: 90 }), defaulted('7'))).toBe(false);
  });

  test('a deleted object must be written', () => {
    expect(remembering().stands(wanted, undefined)).toBe(false);
  });

  test('a wish that differs only in fields of the server stands', () => {
    expect(remembering().stands(service({ port: 80 }, '3'), defaulted('7'))).toBe(true);
  });

  test('an object that is missing is forgotten, which costs one write', () => {
    const written = remembering();
    written.stands(wanted, undefined);
    expect(written.stands(wanted, defaulted('7'))).toBe(false);
  });
});
