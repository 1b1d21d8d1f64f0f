import { describe, expect, test } from 'vitest';
import { itemsIn, textIn, valueIn } from '../fields.ts';
import { configMap, deployment, told } from './client.ts';
import type { Connected } from './describe-api.ts';

const LABEL = 'labelSelector=watched';
const labelled = { labels: { watched: 'yes' } };

/** Watches: where they start, what they tell, and how selectors cut it. */
export function describeWatches(connected: Connected): void {
  describe('watches', () => {
    test.each(['', '&resourceVersion=0'])('a watch with "%s" begins with the present state', async (version) => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', {}, labelled));
      await client.post(path, configMap('b', {}, labelled));
      const watching = client.watch(`${path}?watch=1&${LABEL}${version}&timeoutSeconds=30`);
      await watching.until((events) => events.length === 2);
      await client.patch(`${path}/a`, { data: { x: '1' } });
      await client.delete(`${path}/b`);
      const events = await watching.until((all) => all.length === 4);
      expect(told(events)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
      watching.stop();
    });

    test('a watch from a version tells what came after it, each under a higher version', async () => {
      const { client, namespace } = await connected();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const first = await client.post(path, deployment('a'));
      await client.patch(`${path}/a`, { spec: { replicas: 2 } });
      await client.delete(`${path}/a`);
      const version = textIn(first.body, 'metadata', 'resourceVersion');
      const watching = client.watch(`${path}?watch=true&resourceVersion=${version}`);
      const events = await watching.until((all) => all.length === 2);
      watching.stop();
      expect(told(events)).toEqual(['MODIFIED a', 'DELETED a']);
      const versions = events.map(({ object }) => Number(textIn(object, 'metadata', 'resourceVersion')));
      expect(versions[0]).toBeGreaterThan(Number(version));
      expect(versions[1]).toBeGreaterThan(versions[0] ?? 0);
      expect(valueIn(events[1]?.object, 'spec', 'replicas')).toBe(2);
      expect(events[0]?.object).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
    });

    test('an edit that leaves the selection is a deletion, one that enters it an addition', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', { x: '1' }, labelled));
      const watching = client.watch(`${path}?watch=true&${LABEL}&resourceVersion=0`);
      await watching.until((events) => events.length === 1);
      const left = await client.patch(`${path}/a`, { data: { x: '2' }, metadata: { labels: { watched: null } } });
      await client.patch(`${path}/a`, { data: { x: '3' } });
      await client.patch(`${path}/a`, { metadata: { labels: { watched: 'again' } } });
      const events = await watching.until((all) => all.length === 3);
      watching.stop();
      expect(told(events)).toEqual(['ADDED a', 'DELETED a', 'ADDED a']);
      // the last state that was selected, under the version of the edit
      expect(valueIn(events[1]?.object, 'data')).toEqual({ x: '1' });
      expect(textIn(events[1]?.object, 'metadata', 'resourceVersion')).toBe(
        textIn(left.body, 'metadata', 'resourceVersion'),
      );
    });

    test('one object can be watched by its name', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a'));
      await client.post(path, configMap('b'));
      const watching = client.watch(`${path}?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=0`);
      await client.patch(`${path}/a`, { data: { x: '1' } });
      await client.patch(`${path}/b`, { data: { x: '1' } });
      const events = await watching.until((all) => all.some(({ object }) => valueIn(object, 'data', 'x') === '1'));
      watching.stop();
      expect(told(events).every((text) => text.endsWith(' b'))).toBe(true);
    });

    test('initial events end with a marked bookmark', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', {}, labelled));
      const query = `watch=true&${LABEL}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
      const watching = client.watch(`${path}?${query}`);
      const events = await watching.until((all) => all.length === 2);
      watching.stop();
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
      expect(events[1]?.object).toMatchObject({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
      });
      expect(textIn(events[1]?.object, 'metadata', 'resourceVersion')).toMatch(/^\d+$/);
    });

    test('a watch ends by itself after its timeout', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const watching = client.watch(`${path}?watch=true&timeoutSeconds=1&${LABEL}`);
      expect(await watching.ended).toBe(200);
    });

    test('a watch may ask for metadata only', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', { x: '1' }, labelled));
      const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
      const watching = client.watch(`${path}?watch=true&${LABEL}&resourceVersion=0`, accept);
      const [event] = await watching.until((all) => all.length === 1);
      watching.stop();
      expect(event?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
      expect(valueIn(event?.object, 'data')).toBeUndefined();
    });

    test('a watch may ask for tables, with a header on the first only', async () => {
      const { client, namespace } = await connected();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await client.post(path, configMap('a', {}, labelled));
      await client.post(path, configMap('b', {}, labelled));
      const watching = client.watch(
        `${path}?watch=true&${LABEL}&resourceVersion=0`,
        'application/json;as=Table;v=v1;g=meta.k8s.io',
      );
      const events = await watching.until((all) => all.length === 2);
      watching.stop();
      expect(events.map(({ object }) => itemsIn(object, 'columnDefinitions').length > 0)).toEqual([true, false]);
      expect(events.map(({ object }) => itemsIn(itemsIn(object, 'rows')[0], 'cells')[0])).toEqual(['a', 'b']);
    });
  });
}
