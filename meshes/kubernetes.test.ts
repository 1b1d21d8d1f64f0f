import { expect, it } from 'vitest';
import { describeMesh } from './conformance.ts';
import { kubernetes } from './kubernetes.ts';
import { podinfo } from './testing/canaries.ts';
import { liveOf } from './testing/live.ts';

describeMesh('kubernetes', kubernetes(), [
  { name: 'Blue/Green', canary: podinfo('kubernetes'), traffics: [{ primary: 100, canary: 0, mirror: false }] },
]);

it('needs no objects and says that the primary has all traffic', () => {
  const canary = podinfo('kubernetes');
  expect(kubernetes().refs(canary)).toEqual([]);
  expect(kubernetes().read(canary, liveOf([]))).toEqual({ traffic: { primary: 100, canary: 0, mirror: false } });
});
