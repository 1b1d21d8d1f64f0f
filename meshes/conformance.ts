import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Canary, markerAnnotations, ownerOf } from '../src/api/canary.ts';
import { comparable } from '../src/kube/compare.ts';
import { type KubeObject, refKey, refOf } from '../src/kube/object.ts';
import type { Mesh, RouteRequest, Traffic } from './contract.ts';
import { originalAnnotation } from './original.ts';
import { isOwn } from './ownership.ts';
import { drifted, driftsOf } from './testing/drift.ts';
import { deepFreeze, liveOf, rendered } from './testing/live.ts';

/** A Canary on which the laws are tried. */
export interface MeshFixture {
  /** Completes the sentence "with …". */
  readonly name: string;
  readonly canary: Canary;
  /** Objects of the user that must exist and are only read. */
  readonly given?: readonly KubeObject[];
  /** Objects of the user in the place of those that are generated: they are taken over, and given back. */
  readonly adopted?: readonly KubeObject[];
  /** Traffic that can be said; default: every split, none mirrored. */
  readonly traffics?: readonly Traffic[];
  /** Cookies of a run with session affinity. */
  readonly cookies?: RouteRequest['cookies'];
  /** The generated spec is a copy of a user's one and nothing else: what others write there doesn't survive. */
  readonly copiesSpec?: true;
  /** Generated objects never carry an owner reference, such as cluster-scoped ones. */
  readonly ownerless?: true;
}

/** Every split from 100/0 to 0/100 in steps of 10, and the unround ones at the ends. */
export const everySplit: readonly Traffic[] = [0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99, 100].map((canary) => ({
  primary: 100 - canary,
  canary,
  mirror: false,
}));

/** Traffic of a provider that can only send all of it to one side. */
export const eitherSide: readonly Traffic[] = everySplit.filter(({ canary }) => canary % 100 === 0);

/** All on the primary, with a copy for the canary. */
export const mirrored: Traffic = { primary: 100, canary: 0, mirror: true };

/** The laws that every mesh obeys, as tests. */
export function describeMesh(name: string, mesh: Mesh, fixtures: readonly MeshFixture[]): void {
  describe.each(fixtures)(`${name} with $name obeys the laws of meshes:`, (fixture) => {
    const bench = new Bench(mesh, deepFreeze(fixture));
    describeTraffic(bench);
    describeDrift(bench);
    describeOwnership(bench);
    describePurity(bench);
    describeShape(bench);
  });

  it(`${name} keeps no state between Canaries`, () => {
    const benches = fixtures.map((fixture) => new Bench(mesh, deepFreeze(fixture)));
    const alone = benches.map((bench) => bench.render(bench.traffics.at(-1)));
    const mixed = benches.toReversed().map((bench) => bench.render(bench.traffics.at(-1)));
    expect(mixed.toReversed()).toEqual(alone);
  });
}

/** Renders a fixture again and again, each time on top of the world that is. */
class Bench {
  readonly mesh: Mesh;
  readonly fixture: MeshFixture;
  readonly traffics: readonly Traffic[];

  constructor(mesh: Mesh, fixture: MeshFixture) {
    this.mesh = mesh;
    this.fixture = fixture;
    this.traffics = fixture.traffics ?? everySplit;
  }

  get canary(): Canary {
    return this.fixture.canary;
  }

  render(traffic = this.traffics[0], world: readonly KubeObject[] = [], owned = true): readonly KubeObject[] {
    if (!traffic) throw new Error('the fixture says no traffic');
    const { canary, cookies } = this.fixture;
    const request = { canary, traffic, selectorLabel: 'app', owned, cookies };
    return rendered(this.mesh.render(request, liveOf(this.world(world))));
  }

  read(world: readonly KubeObject[]): ReturnType<Mesh['read']> {
    return this.mesh.read(this.canary, liveOf(this.world(world)));
  }

  world(more: readonly KubeObject[]): readonly KubeObject[] {
    return [...(this.fixture.given ?? []), ...more];
  }
}

function describeTraffic(bench: Bench): void {
  it.each(bench.traffics)('what is rendered for $primary/$canary is read back, and adds up to 100', (traffic) => {
    const read = bench.read(bench.render(traffic));
    expect(read).toEqual({ traffic });
    expect(traffic.primary + traffic.canary).toBe(100);
  });

  it('rendering on top of the own output changes nothing', () => {
    for (const traffic of bench.traffics) {
      const once = bench.render(traffic);
      expect(bench.render(traffic, once)).toEqual(once);
    }
  });

  it('without objects no traffic is made up', () => {
    if (bench.render().length === 0) return;
    expect(bench.read([])).toHaveProperty('unreadable', expect.stringMatching(/\w/));
  });

  it('what has no status to wait for is settled', () => {
    const live = liveOf(bench.world(bench.render()));
    expect(bench.mesh.settled(bench.canary, live)).toEqual({ settled: true });
  });
}

function describeDrift(bench: Bench): void {
  it('every single drift is repaired, to the wanted traffic', () => {
    for (const traffic of bench.traffics) {
      const wanted = bench.render(traffic);
      for (const object of wanted) {
        for (const drift of driftsOf(object)) {
          const world = wanted.map((each) => (each === object ? drifted(each, drift) : each));
          const repaired = bench.render(traffic, world);
          expect(bench.read(repaired), drift.path.join('.')).toEqual({ traffic });
          const again = repaired.find((each) => refKey(refOf(each)) === refKey(refOf(object)));
          if (isOwn(object, bench.canary)) expect(again, drift.path.join('.')).toEqual(object);
        }
      }
    }
  });

  it('after any traffic and any drift, what is wanted next is what is read', () => {
    const step = fc.record({
      traffic: fc.constantFrom(...bench.traffics),
      drifts: fc.array(fc.nat(), { maxLength: 4 }),
    });
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      let world: readonly KubeObject[] = [];
      for (const { traffic, drifts } of steps) {
        world = bench.render(traffic, drifts.reduce(driftSomewhere, world));
        expect(bench.read(world)).toEqual({ traffic });
      }
    });
    fc.assert(property, { numRuns: 50 });
  });
}

function driftSomewhere(world: readonly KubeObject[], seed: number): readonly KubeObject[] {
  const at = seed % Math.max(world.length, 1);
  return world.map((object, index) => {
    const drifts = driftsOf(object);
    const drift = drifts[Math.floor(seed / world.length) % Math.max(drifts.length, 1)];
    return index === at && drift ? drifted(object, drift) : object;
  });
}

function describeOwnership(bench: Bench): void {
  const { fixture, canary } = bench;
  const owners = fixture.ownerless ? [] : [ownerOf(canary)];

  it('created objects belong to the Canary, unless routes live in another cluster', () => {
    const givenKeys = new Set((fixture.given ?? []).map((object) => refKey(refOf(object))));
    const created = (owned: boolean) =>
      bench.render(undefined, [], owned).filter((object) => !givenKeys.has(refKey(refOf(object))));
    for (const { metadata } of created(true)) expect(metadata.ownerReferences ?? []).toEqual(owners);
    for (const { metadata } of created(false)) expect(metadata.ownerReferences ?? []).toEqual([]);
  });

  it('in another cluster rendering on top of the own output changes nothing either', () => {
    const once = bench.render(undefined, [], false);
    expect(bench.render(undefined, once, false)).toEqual(once);
  });

  it('what others keep in an object survives', () => {
    const [first, next] = [bench.traffics[0], bench.traffics.at(-1)];
    const world = bench.render(first).map((object) => withForeignParts(object, fixture.copiesSpec !== true));
    const plain = bench.render(next);
    const again = bench.render(next, world);
    expect(again).toEqual(plain.map((object) => withForeignParts(object, fixture.copiesSpec !== true)));
  });

  it('objects of another Canary are left alone', () => {
    const owner = { ...ownerOf(canary), name: 'another', uid: 'uid-of-another' };
    const world = bench
      .render()
      .map((object) => ({ ...object, metadata: { ...object.metadata, ownerReferences: [owner] } }));
    if (world.length === 0 || fixture.ownerless) return;
    expect(() => bench.render(undefined, world)).toThrow('belongs to the canary another');
  });

  it('release gives back what was taken over, and leaves own objects to garbage collection', () => {
    const released = (world: readonly KubeObject[]) => rendered(bench.mesh.release(canary, liveOf(bench.world(world))));
    expect(released(bench.render()).filter((object) => isOwn(object, canary))).toEqual([]);
    let world: readonly KubeObject[] = fixture.adopted ?? [];
    for (const traffic of bench.traffics) world = [...world, ...bench.render(traffic, world)];
    const back = released(world);
    for (const object of fixture.adopted ?? []) {
      const found = back.find((each) => refKey(refOf(each)) === refKey(refOf(object)));
      expect(found?.spec).toEqual(object.spec);
      expect(found?.metadata).toMatchObject({ ...object.metadata });
      for (const key of generatedKeys) expect(found?.metadata.annotations).not.toHaveProperty([key]);
      expect(found?.metadata.ownerReferences).toEqual(object.metadata.ownerReferences);
    }
    expect(released([...world, ...back])).toEqual([]);
  });
}

const generatedKeys = [...Object.keys(markerAnnotations), originalAnnotation];

function withForeignParts(object: KubeObject, inSpec: boolean): KubeObject {
  const annotations = { ...object.metadata.annotations, 'other.example.com/note': 'mine' };
  const metadata = { ...object.metadata, annotations, finalizers: ['other.example.com/hold'] };
  const spec = inSpec ? { ...(object.spec as object), notKnownToUs: { kept: [1, 2] } } : object.spec;
  return { ...object, metadata, spec, status: { seen: true } };
}

function describePurity(bench: Bench): void {
  it('the same request gives the same bytes', () => {
    for (const traffic of bench.traffics) {
      expect(JSON.stringify(bench.render(traffic))).toBe(JSON.stringify(bench.render(traffic)));
    }
  });

  it('results of one request survive the next one', () => {
    const first = bench.render();
    const copy = structuredClone(first);
    for (const traffic of bench.traffics) bench.render(traffic, first);
    expect(first).toEqual(copy);
  });
}

function describeShape(bench: Bench): void {
  it('objects are complete and plain JSON, and refs name all of them', () => {
    const known = new Set(bench.mesh.refs(bench.canary).map(refKey));
    for (const object of bench.traffics.flatMap((traffic) => bench.render(traffic))) {
      expect(object.apiVersion).toMatch(/^[a-z0-9.]+\/v\d\w*$/);
      expect(object.kind).toMatch(/^[A-Z]\w+$/);
      expect(object.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      expect([bench.canary.namespace, undefined]).toContain(object.metadata.namespace);
      expect(known).toContain(refKey(refOf(object)));
      expect(JSON.parse(JSON.stringify(object))).toStrictEqual(object);
      expect(Object.keys(comparable(object))).toEqual(expect.arrayContaining(['apiVersion', 'kind', 'spec']));
    }
  });

  it('no object is rendered twice', () => {
    const keys = bench.render().map((object) => refKey(refOf(object)));
    expect(new Set(keys).size).toBe(keys.length);
  });
}
