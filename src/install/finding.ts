/**
 * What a check found. `unknown`: it can't be seen from here, which is no fault. A missing thing has a remedy, as a sentence or a
 * command.
 */
export type Finding =
  | { readonly what: string; readonly state: 'ok' | 'unknown'; readonly detail: string }
  | { readonly what: string; readonly state: 'missing'; readonly detail: string; readonly remedy: string };

export function ok(what: string, detail: string): Finding {
  return { what, state: 'ok', detail };
}

export function unknown(what: string, detail: string): Finding {
  return { what, state: 'unknown', detail };
}

export function missing(what: string, detail: string, remedy: string): Finding {
  return { what, state: 'missing', detail, remedy };
}
