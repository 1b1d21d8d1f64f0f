import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { JsonObject, KubeObject } from '../../src/kube/object.ts';
import { kubectlFor } from './kubectl.ts';
import type { Lab } from './lab.ts';
import { leftBehind, type Moment } from './left-behind.ts';

/** A Canary that the reference controller left, by the name that it has in the lab. */
export interface Left extends Moment {
  readonly name: string;
  /** What was changed by hand since: each of its objects passes through before it is created. */
  readonly change?: (object: KubeObject) => KubeObject;
  /** Fields of the status that differ from the recording. */
  readonly status?: JsonObject;
  /** Its Canary was deleted, and a finalizer holds it. */
  readonly deleted?: boolean;
}

/**
 * Creates what the reference controller left with kubectl: Canaries, all that they own, then the statuses. Returns the
 * objects; what was deleted or has a status says so.
 */
export function leave(lab: Lab, all: readonly Left[]): readonly KubeObject[] {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-left-'));
  const kubectl = kubectlFor(inject('kubectl'), inject('admin'));
  const feed = (items: readonly unknown[], ...argv: string[]) => {
    const file = join(folder, 'list.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    kubectl('-n', lab.namespace, ...argv, '--field-manager=flagger', '-f', file);
  };
  const place = { namespace: lab.namespace, url: lab.receivers.url };
  const worlds = all.map((left) => {
    const { canary, status, objects } = leftBehind(left, { ...place, name: left.name });
    const change = left.change ?? ((object: KubeObject) => object);
    return {
      left,
      status: status && { ...status, ...left.status },
      canary: change(canary),
      objects: objects.map(change),
    };
  });
  try {
    feed(
      worlds.map(({ canary }) => canary),
      'create',
    );
    const { items } = JSON.parse(kubectl('-n', lab.namespace, 'get', 'canaries', '-o', 'json')) as {
      items: KubeObject[];
    };
    const created = new Map(items.map((item) => [item.metadata.name, item]));
    const objects = worlds.flatMap(({ left, objects: own }) =>
      own.map((object) => owned(object, created.get(left.name)?.metadata.uid ?? '')),
    );
    feed(objects, 'create');
    const statuses = worlds.flatMap(({ left, status }) => (status ? [{ ...created.get(left.name), status }] : []));
    feed(statuses, 'replace', '--subresource=status');
    const deleted = all.filter((left) => left.deleted).map(({ name }) => name);
    if (deleted.length > 0) kubectl('-n', lab.namespace, 'delete', 'canaries', '--wait=false', ...deleted);
    return [...worlds.map(({ canary, status }) => ({ ...canary, ...(status ? { status } : {}) })), ...objects];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function owned(object: KubeObject, uid: string): KubeObject {
  const { ownerReferences } = object.metadata;
  if (!ownerReferences) return object;
  const references = ownerReferences.map((reference) => ({ ...reference, uid }));
  return { ...object, metadata: { ...object.metadata, ownerReferences: references } };
}
