import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Canary } from '../src/api/canary.ts';
import { type KubeObject, refKey, refOf } from '../src/kube/object.ts';
import type { AffinityCookies, Mesh, ReadTraffic, Traffic } from './contract.ts';
import { meshFor } from './registry.ts';
import { canaryOf, meshOptions } from './testing/canaries.ts';
import { deepFreeze, liveOf, rendered } from './testing/live.ts';

/** One recorded release of the reference: its Canary, and every version of its routing objects. */
interface Recording {
  readonly scenario: string;
  readonly title: string;
  readonly selectorLabel: string;
  readonly ingressAnnotationsPrefix?: string;
  readonly canary: KubeObject;
  /** Objects that the user had made before. */
  readonly given: readonly KubeObject[];
  readonly writes: readonly Write[];
}

interface Write {
  readonly traffic?: Traffic;
  readonly cookies?: AffinityCookies;
  /** What was left when the Canary went. */
  readonly released?: true;
  readonly objects: readonly KubeObject[];
}

const folder = new URL('testdata/golden/', import.meta.url);

const recordings = readdirSync(folder).map(
  (file): Recording => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording,
);

const refused = 'no-gateway-gatewayapi-v1';

describe('objects are those of the reference', () => {
  it.each(recordings.filter(({ scenario }) => scenario !== refused))('$scenario: $title', (recording) => {
    const { given, writes } = recording;
    const player = new Player(recording);
    const wanted = new Map<string, unknown>();
    let world = given;
    if (writes.length === 0) expect(player.play({ traffic: idle, objects: [] }, world)).toEqual([]);
    for (const write of writes) {
      for (const object of write.objects)
        wanted.set(refKey(refOf(object)), intended(recording.scenario, object, write));
      const made = player.play(write, world);
      const found = new Map(made.map((object) => [refKey(refOf(object)), withoutOwnerUid(object)]));
      // What is given back are the objects that were taken over; the others stay until garbage collection.
      if (write.released) for (const key of wanted.keys()) if (!found.has(key)) wanted.delete(key);
      expect(found).toEqual(wanted);
      expect(made).not.toEqual([]);
      world = [...world, ...made];
      if (write.traffic) expect(player.read(world)).toEqual({ traffic: write.traffic });
    }
  });

  it('without a gateway there is none, and the reason is that of the reference', () => {
    const recording = recordings.find(({ scenario }) => scenario === refused);
    if (!recording) throw new Error(`${refused} is missing`);
    expect(() => canaryOf(recording.canary)).toThrow(
      'GatewayRefs must be specified when using Gateway API as a provider.',
    );
  });
});

const idle: Traffic = { primary: 100, canary: 0, mirror: false };

/** Does to our mesh what was done to the reference. */
class Player {
  readonly #recording: Recording;
  readonly #canary: Canary;
  readonly #mesh: Mesh;

  constructor(recording: Recording) {
    const { ingressAnnotationsPrefix = meshOptions.ingressAnnotationsPrefix } = recording;
    this.#recording = recording;
    this.#canary = deepFreeze(canaryOf(recording.canary));
    const mesh = meshFor(this.#canary.provider, { ...meshOptions, ingressAnnotationsPrefix });
    if (!mesh) throw new Error(`no mesh for ${this.#canary.provider}`);
    this.#mesh = mesh;
  }

  play({ traffic, cookies }: Write, world: readonly KubeObject[]): readonly KubeObject[] {
    const [canary, live] = [this.#canary, liveOf(world)];
    if (!traffic) return rendered(this.#mesh.release(canary, live));
    const { selectorLabel } = this.#recording;
    return rendered(this.#mesh.render({ canary, traffic, cookies, selectorLabel, owned: true }, live));
  }

  read(world: readonly KubeObject[]): ReadTraffic {
    return this.#mesh.read(this.#canary, liveOf(world));
  }
}

function withoutOwnerUid(object: KubeObject): unknown {
  const { ownerReferences, ...metadata } = object.metadata;
  if (!ownerReferences) return object;
  const owners = ownerReferences.map(({ uid: _, ...owner }) => owner);
  return { ...object, metadata: { ...metadata, ownerReferences: owners } };
}

/**
 * The recorded object, but for one intended difference: the reference writes defaults into the remembered original, drops
 * the user's labels, and leaves its annotations behind when it gives the object back.
 */
function intended(scenario: string, object: KubeObject, { released }: Write): KubeObject {
  if (scenario !== 'adopt-istio' || object.kind !== 'VirtualService') return object;
  const original = { hosts: ['podinfo'], http: [{ route: [{ destination: { host: 'podinfo', subset: 'v1' } }] }] };
  const metadata = { ...object.metadata, labels: { owner: 'user' } };
  if (released) return { ...object, metadata: { ...metadata, annotations: {} }, spec: original };
  const remembered = { 'flagger.kubernetes.io/original-configuration': JSON.stringify(original) };
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...remembered } } };
}
