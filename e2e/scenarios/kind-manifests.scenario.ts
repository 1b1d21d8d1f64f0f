import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindManifests, kindRouters } from '../kind/manifests.ts';
import { Lab } from '../lab/lab.ts';

/** The demos for kind can't run everywhere; a real API server with the providers' CRDs keeps their manifests true. */
describe('the manifests of the demos for kind', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
  });
  afterAll(() => lab.close());

  test.each(kindRouters)('with %s are taken by the API server', async (router) => {
    const objects = kindManifests(router).flatMap((manifest) => manifest.objects);
    expect(objects.length).toBeGreaterThan(5);
    for (const object of objects) {
      // The same object in a namespace that exists, so that nothing is left in those of the demos
      const namespace = object.metadata.namespace === undefined ? {} : { namespace: lab.namespace };
      await lab.cluster.create({ ...object, metadata: { ...object.metadata, ...namespace } }, { dryRun: true });
    }
  });
});
