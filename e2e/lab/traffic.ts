import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

interface Answer {
  readonly status?: number;
  readonly version?: string;
  readonly error?: string;
  /** When it was noted, as ISO 8601. */
  readonly at?: string;
}

/** Requests that are sent all the time, and what came of them. */
export class Traffic {
  /** Answers by the version that gave them. */
  readonly answers: Record<string, number> = {};
  /** Requests that got another answer than 200, or none; the first few. */
  readonly failures: Answer[] = [];
  readonly #client: ChildProcess;
  readonly #window: { readonly at: number; readonly ok: boolean }[] = [];

  /** `client` prints a line of JSON per request. `onAnswer` is called after each. */
  constructor(client: ChildProcess, onAnswer: () => void) {
    this.#client = client;
    if (!client.stdout) throw new Error('the client has nothing to say');
    createInterface({ input: client.stdout }).on('line', (line) => {
      this.#note(JSON.parse(line) as Answer);
      onAnswer();
    });
  }

  /** Percent of the requests of the last so many milliseconds that were answered with 200; `undefined` without answers. */
  successRate(withinMs: number): number | undefined {
    const recent = this.#window.filter(({ at }) => at >= Date.now() - withinMs);
    if (recent.length === 0) return undefined;
    return (100 * recent.filter(({ ok }) => ok).length) / recent.length;
  }

  async stop(): Promise<void> {
    const ended = once(this.#client, 'exit');
    if (this.#client.exitCode === null && this.#client.kill('SIGKILL')) await ended;
  }

  #note(answer: Answer): void {
    const ok = answer.status === 200;
    if (!ok && this.failures.length < 10) this.failures.push({ ...answer, at: new Date().toISOString() });
    if (answer.status === undefined) return;
    if (ok) this.answers[answer.version ?? ''] = (this.answers[answer.version ?? ''] ?? 0) + 1;
    this.#window.push({ at: Date.now(), ok });
    if (this.#window.length > 200) this.#window.shift();
  }
}
