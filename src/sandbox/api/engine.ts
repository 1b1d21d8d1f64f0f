import type { Clock } from '../../runtime/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Store } from './store.ts';

/** What all verbs work on. */
export interface Engine {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly clock: Clock;
}
