export type Severity = 'info' | 'warn' | 'error';

/** A message for people. */
export interface Alert {
  /** `<name>.<namespace>` of the object it is about. */
  readonly subject: string;
  readonly text: string;
  readonly severity: Severity;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** Where alerts go. */
export interface Notifier {
  /** Rejects with `NotifyError` when the service didn't take the message; ends within 5 s. */
  send(alert: Alert, signal?: AbortSignal): Promise<void>;
}

/** Says which service refused and how; the address of a webhook is a secret and never part of it. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError';
}

/** What an AlertProvider (or the global flags) says about a destination. */
export interface DestinationSpec {
  readonly type: string;
  readonly address: string;
  readonly channel: string;
  readonly username: string;
  readonly proxy: string | undefined;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
}
