import { readFileSync } from 'node:fs';
import { afterHandover, writesIn } from './audit.ts';
import type { Fault } from './wave.ts';

const flags = ['-enable-leader-election'];

/** Users of the control plane whom the two controllers are, so that the audit log tells them apart. */
export const rivals = ['sleeper', 'successor'] as const;

/**
 * Two controllers with an election. The leader is stopped in the middle of all runs, the other one takes over when the Lease
 * has run out, and the first one wakes while it works. It must end, and nothing of what it had in hand may get through.
 */
export const leaderSleeps: Fault = {
  name: 'leader paused past its Lease, woken',
  manner: () => ({ user: rivals[0], flags }),
  async strike(wave) {
    const { dice, fleet } = wave;
    const sleeper = wave.controller;
    await wave.reach(dice.between(0.1, 0.4));
    sleeper.pause();
    wave.start({ user: rivals[1], flags });
    await wave.reach(dice.between(0.5, 0.8));
    sleeper.resume();
    const code = await sleeper.ended;
    if (code !== 1) throw new Error(`the woken controller ended with ${code}:\n${sleeper.log().slice(-2_000)}`);
    await wave.reach(1);
    const late = afterHandover(writesIn(readFileSync(fleet.plane.auditLog, 'utf8')), ...rivals);
    if (late.length > 0) throw new Error(`two writers at once: ${JSON.stringify(late, undefined, 1)}`);
    return 1;
  },
};
