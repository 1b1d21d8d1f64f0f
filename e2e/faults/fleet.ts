import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/runtime/clock.ts';
import { closeAll } from '../cluster/close-all.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { Etcd } from '../cluster/etcd.ts';
import { type ControllerProcess, startController } from '../lab/controller-process.ts';
import { Lab } from '../lab/lab.ts';
import { type Detour, startDetour } from './detour.ts';
import { Ledger } from './ledger.ts';
import { type Member, manifestOf, membersOf } from './members.ts';

/** How a controller of the fleet is started. */
export interface Manner {
  /** Who it is for the API server; an administrator of the control plane. Default `admin`. */
  readonly user?: string;
  /** Its requests go through `Fleet.api`. */
  readonly onDetour?: boolean;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** As slow as the slowest machine that may run this; whoever isn't done by then is lost. */
export const PATIENCE_MS = 150_000;

/** Many Canaries in one namespace on one control plane, whose releases are begun together. */
export class Fleet {
  readonly members: readonly Member[];
  readonly plane: ControlPlane;
  readonly etcd: Etcd;
  readonly ledger: Ledger;
  readonly lab: Lab;
  /** The way from the controllers to the API server, for those that take it. */
  readonly api: Detour;
  /** The way from the controllers to the hooks of the Canaries. */
  readonly hooks: Detour;
  readonly #running = new Set<ControllerProcess>();
  /** Version that each primary must have. */
  readonly promoted = new Map<string, string>();
  #version = 1;

  private constructor(plane: ControlPlane, lab: Lab, size: number, ways: { api: Detour; hooks: Detour }) {
    this.plane = plane;
    this.lab = lab;
    this.members = membersOf(size);
    this.etcd = new Etcd(plane.etcd);
    this.ledger = new Ledger(this.etcd, lab.namespace);
    this.api = ways.api;
    this.hooks = ways.hooks;
  }

  /** Creates `size` Canaries; resolves when a controller has initialised all and was stopped. Leaves nothing when it rejects. */
  static async open(plane: ControlPlane, size: number): Promise<Fleet> {
    const lab = await Lab.open(plane);
    const api = await startDetour(plane.server, readFileSync(plane.authority, 'utf8'));
    const hooks = await startDetour(lab.receivers.url);
    const fleet = new Fleet(plane, lab, size, { api, hooks });
    try {
      await fleet.#initialise();
      return fleet;
    } catch (error) {
      await Promise.allSettled([fleet.close()]);
      throw error;
    }
  }

  async #initialise(): Promise<void> {
    const { lab, hooks, members } = this;
    await Promise.all(members.map((member) => lab.apply(manifestOf(member, hooks.url))));
    const controller = this.start();
    const isReady = () => members.every(({ name }) => lab.status(name)['phase'] === 'Initialized');
    if (!(await this.until(isReady))) {
      throw new Error(`the fleet could not be initialised:\n${controller.log().slice(-2_000)}`);
    }
    await controller.stop();
    for (const { name } of members) this.promoted.set(name, '1');
  }

  start({ user = 'admin', onDetour = false, flags = [], environment = {} }: Manner = {}): ControllerProcess {
    const way = this.plane.kubeconfigOf(user, onDetour ? this.api.url : undefined);
    const own = [
      `-namespace=${this.lab.namespace}`,
      '-mesh-provider=istio',
      '-min-interval=1s',
      `-metrics-server=${this.lab.receivers.url}/prom`,
      // A fleet writes more in a second than the default lets through
      '-kubeconfig-qps=1000',
      '-kubeconfig-burst=1000',
    ];
    const controller = startController(way, [...own, ...flags], () => {}, environment);
    this.#running.add(controller);
    void controller.ended.then(() => this.#running.delete(controller));
    return controller;
  }

  /** Releases the next version of every member at once. Resolves with it when all are written. */
  async release(): Promise<string> {
    this.#version += 1;
    const version = String(this.#version);
    await Promise.all(this.members.map(({ name }) => this.lab.release(name, version)));
    return version;
  }

  /** Waits until something holds that changes of the cluster bring about. `false`: it didn't in time, or before `signal`. */
  until(
    holds: () => boolean,
    { patienceMs = PATIENCE_MS, signal }: { readonly patienceMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (held: boolean) => {
        cancel();
        stop();
        signal?.removeEventListener('abort', giveUp);
        resolve(held);
      };
      const giveUp = () => settle(holds());
      const stop = this.lab.cluster.onChange(() => holds() && settle(true));
      const cancel = systemClock.after(patienceMs, giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      if (holds() || signal?.aborted) giveUp();
    });
  }

  /** Messages of the events about each Canary that were posted since a revision. */
  async events(since: number): Promise<ReadonlyMap<string, readonly string[]>> {
    const of = 'fieldSelector=involvedObject.kind%3DCanary';
    const { text } = await this.plane.ask('GET', `/api/v1/namespaces/${this.lab.namespace}/events?${of}`);
    const { items } = JSON.parse(text) as { items: readonly PostedEvent[] };
    const recent = items.filter(({ metadata }) => Number(metadata.resourceVersion) > since);
    return new Map(
      Map.groupBy(recent, ({ involvedObject }) => involvedObject.name)
        .entries()
        .map(([name, events]) => [name, events.map(({ message }) => message)]),
    );
  }

  /** No controller is running any more. */
  async halt(): Promise<void> {
    await Promise.all([...this.#running].map((controller) => controller.kill()));
  }

  close(): Promise<void> {
    return closeAll(
      () => this.halt(),
      () => this.lab.close(),
      () => this.api.close(),
      () => this.hooks.close(),
    );
  }
}

interface PostedEvent {
  readonly metadata: { readonly resourceVersion: string };
  readonly involvedObject: { readonly name: string };
  readonly message: string;
}
