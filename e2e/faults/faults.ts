import { startSlowAdmission } from './slow-admission.ts';
import type { Fault } from './wave.ts';

/** Everything as it should be: what the others are compared with. */
export const none: Fault = { name: 'none', strike: async () => 0 };

/** As the kernel does when memory runs out; it is started again as a Deployment does. */
export const controllerDies: Fault = {
  name: 'controller killed (-9)',
  async strike(wave) {
    const points = wave.dice.points(3, 0.05, 0.8);
    for (const point of points) {
      await wave.reach(point);
      await wave.controller.kill();
      wave.start();
    }
    return points.length;
  },
};

export const apiServerDies: Fault = {
  name: 'API server killed (-9)',
  async strike({ dice, fleet, reach }) {
    const points = dice.points(2, 0.05, 0.7);
    for (const point of points) {
      await reach(point);
      await fleet.plane.crashApiServer();
    }
    return points.length;
  },
};

export const storeDies: Fault = {
  name: 'etcd killed (-9)',
  async strike({ dice, fleet, reach }) {
    const points = dice.points(2, 0.05, 0.7);
    for (const point of points) {
      await reach(point);
      await fleet.plane.crashEtcd();
    }
    return points.length;
  },
};

/** A blow is a watch that was told that the place where it wants to go on is forgotten. */
export const historyIsGone: Fault = {
  name: 'compaction (410)',
  manner: () => ({ onDetour: true }),
  async strike({ dice, fleet, reach }) {
    const { api, etcd, ledger, plane } = fleet;
    const before = api.expired;
    for (const point of dice.points(2, 0.1, 0.6)) {
      await reach(point);
      // No watch may go on before the API server has forgotten what its own cache still knows
      api.treat = ({ path }) => ({ kind: isWatch(path) ? 'drop' : 'pass' });
      api.cut(() => true);
      await plane.crashApiServer(async () => {
        await ledger.read();
        await etcd.compact(await etcd.revision());
      });
      api.treat = () => ({ kind: 'pass' });
    }
    await reach(1);
    return api.expired - before;
  },
};

/** Connections break: idle ones, requests on their way, and answers to what was done. */
export const connectionsBreak: Fault = {
  name: 'watches and requests cut',
  manner: () => ({ onDetour: true }),
  async strike({ dice, fleet, reach }) {
    const { api } = fleet;
    const before = api.disturbed;
    let cuts = 0;
    api.treat = ({ path }) => ({
      kind: isWatch(path) || !dice.oneIn(8) ? 'pass' : dice.oneIn(2) ? 'drop' : 'loseAnswer',
    });
    for (const point of dice.points(6, 0.05, 0.9)) {
      await reach(point);
      cuts += api.cut(() => dice.oneIn(2));
    }
    await reach(1);
    api.treat = () => ({ kind: 'pass' });
    return cuts + api.disturbed - before;
  },
};

export const serverIsBusy: Fault = {
  name: '429 storms',
  manner: () => ({ onDetour: true }),
  async strike({ dice, fleet, reach }) {
    const { api } = fleet;
    const before = api.disturbed;
    const [begin = 0, end = 0, again = 0] = dice.points(3, 0.02, 0.9);
    const refuse = { kind: 'refuse', status: 429, headers: { 'retry-after': '1' } } as const;
    for (const [from, to] of [
      [begin, end],
      [again, 1],
    ] as const) {
      await reach(from);
      api.treat = () => (dice.next() < 0.6 ? refuse : { kind: 'pass' });
      await reach(to);
      api.treat = () => ({ kind: 'pass' });
    }
    return api.disturbed - before;
  },
};

/** Most answer late, and one per Canary later than its time limit, which counts as a failed check. */
export const hooksAreSlow: Fault = {
  name: 'slow webhooks',
  async strike({ dice, fleet, reach }) {
    const { hooks } = fleet;
    const before = hooks.disturbed;
    const tooLate = new Set<string>();
    hooks.treat = ({ path }) => {
      if (path.endsWith('-load') && dice.oneIn(4) && !tooLate.has(path)) {
        tooLate.add(path);
        return { kind: 'late', ms: 4_000 };
      }
      return dice.oneIn(2) ? { kind: 'late', ms: dice.between(100, 1_200) } : { kind: 'pass' };
    };
    await reach(1);
    hooks.treat = () => ({ kind: 'pass' });
    return hooks.disturbed - before;
  },
};

export const admissionIsSlow: Fault = {
  name: 'slow admission webhook',
  async strike({ dice, fleet, reach }) {
    const delay = () => (dice.oneIn(12) ? 1_500 : dice.between(0, 500));
    const admission = await startSlowAdmission(fleet.plane, fleet.lab.namespace, delay);
    await reach(1);
    await admission.close();
    return admission.asked();
  },
};

/** Back by more than a run takes, ahead by less than a progress deadline, and back again. */
export const clockJumps: Fault = {
  name: 'clock jumps',
  manner: (dice) => {
    const jumps = [dice.between(-900, -600), dice.between(60, 540), dice.between(-900, -600)];
    return {
      environment: {
        NODE_OPTIONS: `--import=${new URL('./clock-jumps.ts', import.meta.url)}`,
        CLOCK_JUMPS: jumps.map((seconds) => Math.round(seconds * 1_000)).join(),
      },
    };
  },
  async strike(wave) {
    const points = wave.dice.points(3, 0.1, 0.7);
    for (const point of points) {
      await wave.reach(point);
      wave.controller.nudge();
    }
    return points.length;
  },
};

function isWatch(path: string): boolean {
  return path.includes('watch=1');
}
