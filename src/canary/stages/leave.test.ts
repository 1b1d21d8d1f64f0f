import { describe, expect, test } from 'vitest';
import { outcome, statusIn } from '../testing/scene.ts';

describe('a Canary that is deleted with revertOnDeletion', () => {
  const setup = {
    spec: { revertOnDeletion: true },
    metadata: { deletionTimestamp: '2026-05-04T10:00:00Z' },
    status: statusIn('leaving'),
  };

  test('waits until its target is up again', () => {
    expect(outcome({ ...setup, target: { replicas: 0 } })).toMatchObject({
      say: [],
      next: { why: 'giving the target, its routes and Services back' },
    });
  });

  test('says when all was given back', () => {
    expect(outcome(setup).say).toEqual(['Terminated canary shop.test']);
  });
});
