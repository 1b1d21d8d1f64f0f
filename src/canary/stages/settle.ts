import { settlesAt } from '../desired.ts';
import type { Turn } from '../turn.ts';

/** The instant at which a stage that waits for the data plane goes on without its word, while that lies ahead. */
export function untilSettled({ seen, now }: Turn): { readonly at?: number } {
  const at = settlesAt(seen);
  return at > now ? { at } : {};
}
