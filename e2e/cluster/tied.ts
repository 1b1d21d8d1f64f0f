import { type ChildProcess, spawn } from 'node:child_process';

/** Its input ends when the only process that could write to it does. */
const watch = 'read -r _; kill -s KILL -- "-$1"';

/**
 * Sees to it that a process doesn't outlive this one, however this one ends. An exit hook would not do: vitest ends its workers
 * by SIGTERM and SIGKILL, which run none. The process must lead a group, which `detached` gives it; the whole group is killed.
 * Returns the process.
 */
export function tied<Child extends ChildProcess>(child: Child): Child {
  // It could not be started, which its `error` event says
  if (child.pid === undefined) return child;
  const guard = spawn('/bin/sh', ['-c', watch, 'guard', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C in a terminal goes to the whole group of this process, and the guard must be the last to go
    detached: true,
  });
  guard.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
  return child;
}
