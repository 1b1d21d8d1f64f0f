/** A write as the API server noted it. */
export interface Write {
  readonly user: string;
  readonly verb: string;
  /** `<resource>[/<subresource>] <name>` */
  readonly what: string;
  /** When the API server received it and when it had answered; RFC 3339 with microseconds, so that texts compare as times. */
  readonly from: string;
  readonly to: string;
  readonly succeeded: boolean;
}

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly stage: string;
}

/** The writes of an audit log, in its order. The last line may be torn by a crash. */
export function writesIn(log: string): readonly Write[] {
  return log.split('\n').flatMap((line) => {
    const event = parsed(line);
    if (event?.stage !== 'ResponseComplete') return [];
    const { resource = '', subresource, name = '' } = event.objectRef ?? {};
    const code = event.responseStatus?.code ?? 0;
    return [
      {
        user: event.user.username,
        verb: event.verb,
        what: `${resource}${subresource ? `/${subresource}` : ''} ${name}`,
        from: event.requestReceivedTimestamp,
        to: event.stageTimestamp,
        succeeded: code >= 200 && code < 300,
      },
    ];
  });
}

/** What the old leader still got through after the first write of the new one, which must be nothing. */
export function afterHandover(writes: readonly Write[], old: string, successor: string): readonly Write[] {
  const first = writes
    .filter(({ user, succeeded }) => user === successor && succeeded)
    .reduce((earliest, { from }) => (earliest === '' || from < earliest ? from : earliest), '');
  if (first === '') throw new Error(`${successor} never wrote anything`);
  return writes.filter(({ user, succeeded, to }) => user === old && succeeded && to > first);
}

function parsed(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}
