import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import { iterations, release } from '../lab/manifests.ts';

const analysis = iterations(4);

/** With `-namespace` the Lease is there, and the installation for all namespaces gives no right to it. */
const electionRole = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: sluice-election}
rules:
- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: sluice-election}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: sluice-election}
subjects: [{kind: ServiceAccount, name: sluice, namespace: sluice-system}]
`;

describe('a controller that ends in the middle', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await Lab.open();
  });
  afterEach(() => lab.close());

  test('its successor finishes the run from where the status stands', async () => {
    const first = lab.run();
    await lab.apply(release('shop', { analysis }));
    await lab.phase('shop', 'Initialized');
    await lab.release('shop', '2');
    await lab.until('a check has passed', () => Number(lab.status('shop')['iterations'] ?? 0) >= 2);
    await first.kill();
    lab.run();
    await lab.phase('shop', 'Succeeded');
    expect(lab.version('shop-primary')).toBe('2');
    const iterations = lab.seen('shop', 'iterations').map(Number);
    const from = iterations.indexOf(2);
    expect(iterations[from + 1], 'the second controller goes on with the third').toBe(3);
  });

  test('a leader that is paused past its Lease ends when it wakes, and its successor is the only writer', async () => {
    await lab.apply(electionRole);
    const first = lab.run(['-enable-leader-election']);
    await lab.apply(release('shop', { analysis }));
    await lab.phase('shop', 'Initialized');
    // What it has to tell of the past is told before it falls asleep
    await lab.until('the first is idle', () => first.log().includes('Initialization done'));
    first.pause();
    await lab.release('shop', '2');
    const second = lab.run(['-enable-leader-election']);
    // The Lease is for a minute
    await lab.phase('shop', 'Succeeded');
    await lab.release('shop', '3');
    await lab.phase('shop', 'Progressing');
    const woken = new Date().toISOString();
    first.resume();
    expect(await first.ended).toBe(1);
    await lab.phase('shop', 'Succeeded');
    expect(lab.version('shop-primary')).toBe('3');
    const decided = first
      .log()
      .split('\n')
      .filter((line) => line.includes('"stage"') && timeOf(line) >= woken);
    expect(decided).toEqual([]);
    expect(second.log()).toContain('Promotion completed');
  });

  test('of two with an election only the leader writes, and the other follows when it dies', async () => {
    await lab.apply(electionRole);
    const first = lab.run(['-enable-leader-election']);
    await lab.apply(release('shop', { analysis }));
    await lab.phase('shop', 'Initialized');
    const second = lab.run(['-enable-leader-election']);
    await lab.release('shop', '2');
    await lab.phase('shop', 'Progressing');
    expect(second.log()).not.toContain('looking after canaries');
    // A graceful end gives the Lease back, so that nobody has to wait for it to run out
    expect(await first.stop()).toBe(0);
    await lab.phase('shop', 'Succeeded');
    expect(second.log()).toContain('looking after canaries');
  });
});

/** When a line of the log was written, as ISO 8601. */
function timeOf(line: string): string {
  return String((JSON.parse(line) as { ts: unknown }).ts);
}
