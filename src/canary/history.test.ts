import { describe, expect, test } from 'vitest';
import type { Where } from '../kube/cluster.ts';
import { ApiError } from '../kube/errors.ts';
import type { JsonObject, Kind, KubeObject } from '../kube/object.ts';
import { History } from './history.ts';
import { templateRevision } from './workloads/revision.ts';

const labels = { app: 'web' };
const template = (image: string, more: JsonObject = {}): JsonObject => ({
  metadata: { labels: { ...labels, ...more } },
  spec: { containers: [{ name: 'web', image }] },
});

function workload(kind: string, image: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'test', uid: 'uid-web' },
    spec: { selector: { matchLabels: labels }, template: template(image) },
  };
}

function keptBy(owner: string, fields: JsonObject): KubeObject {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner, controller: true }];
  return { apiVersion: 'apps/v1', kind: 'any', metadata: { name: 'web-1', ownerReferences }, ...fields };
}

function historyOf(kept: readonly KubeObject[] | ApiError) {
  const asked: { kind: Kind; where: Omit<Where, 'signal'> }[] = [];
  const history = new History(
    {
      async find(kind, { signal: _, ...where }) {
        asked.push({ kind, where });
        if (kept instanceof ApiError) throw kept;
        return kept;
      },
    },
    templateRevision,
  );
  return { history, asked };
}

const { signal } = new AbortController();
const before = templateRevision(workload('Deployment', 'web:1'));

describe('the template that a target had', () => {
  test.each([
    {
      kind: 'Deployment',
      keeper: 'ReplicaSet',
      kept: keptBy('uid-web', { spec: { template: template('web:1', { 'pod-template-hash': 'abc' }) } }),
    },
    {
      kind: 'DaemonSet',
      keeper: 'ControllerRevision',
      kept: keptBy('uid-web', { data: { spec: { template: { ...template('web:1'), $patch: 'replace' } } } }),
    },
    {
      kind: 'StatefulSet',
      keeper: 'ControllerRevision',
      kept: keptBy('uid-web', { data: { spec: { template: { ...template('web:1'), $patch: 'replace' } } } }),
    },
  ])('of a $kind is in a $keeper', async ({ kind, keeper, kept }) => {
    const { history, asked } = historyOf([keptBy('uid-web', {}), kept]);
    const target = workload(kind, 'web:2');
    expect(history.of(target, before)).toBe('unasked');
    await history.ask(target, before, signal);
    expect(history.of(target, before)).toEqual(template('web:1'));
    expect(asked).toEqual([{ kind: { apiVersion: 'apps/v1', kind: keeper }, where: { namespace: 'test', labels } }]);
  });

  test('is unknown when nothing of that revision was kept, or only by another owner', async () => {
    const other = keptBy('uid-other', { spec: { template: template('web:1') } });
    const { history } = historyOf([other, keptBy('uid-web', { spec: { template: template('web:0') } })]);
    const target = workload('Deployment', 'web:2');
    await history.ask(target, before, signal);
    expect(history.of(target, before)).toBe('unknown');
    expect(history.of(target, 'another revision')).toBe('unasked');
    expect(history.of({ ...target, metadata: { ...target.metadata, uid: 'recreated' } }, before)).toBe('unasked');
  });

  test('is unknown to who may not list the past, and asked for again after any other failure', async () => {
    const target = workload('Deployment', 'web:2');
    const forbidden = historyOf(new ApiError('no', { code: 403, reason: 'Forbidden' })).history;
    await forbidden.ask(target, before, signal);
    expect(forbidden.of(target, before)).toBe('unknown');
    const away = historyOf(new ApiError('away', { code: 0, reason: 'NoAnswer' })).history;
    await expect(away.ask(target, before, signal)).rejects.toThrow('away');
    expect(away.of(target, before)).toBe('unasked');
  });
});
