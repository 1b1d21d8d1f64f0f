import type { Http } from '../runtime/http.ts';
import type { DestinationSpec, Notifier } from './contract.ts';

/** What a notifier may use of the world. */
export interface NotifierTools {
  readonly http: Http;
}

/** Makes a notifier; throws a `NotifyError` when the address can't work. */
export type NotifierFactory = (spec: DestinationSpec, tools: NotifierTools) => Notifier;
