import { type DestinationStream, type Logger, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

const redacted = ['authorization', 'token', 'password', 'address', 'url', 'headers'];

/**
 * The controller's log: one JSON object a line, or short lines for people. Fields that may hold secrets are blanked
 * wherever they turn up.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly encoding: 'json' | 'console';
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level === 'warning' ? 'warn' : options.level,
    base: null,
    timestamp: () => `,"ts":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label === 'warn' ? 'warning' : label }) },
    redact: { paths: redacted.flatMap((field) => [field, `*.${field}`]), censor: '…' },
  };
  const destination = options.destination ?? pino.destination(2);
  return pino(settings, options.encoding === 'json' ? destination : forPeople(destination));
}

/** `12:00:01 info  podinfo.test advance: 20 % of the traffic to the canary` */
function forPeople(destination: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      const { ts = '', level = '', msg = '', canary, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const fields = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      const head = [String(ts).slice(11, 19), String(level).padEnd(7), canary, msg].filter(
        (part) => part !== undefined,
      );
      destination.write(`${[...head, ...fields].join(' ')}\n`);
    },
  };
}
