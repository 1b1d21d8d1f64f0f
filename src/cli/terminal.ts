/** Where a command writes and what it knows of its surroundings; tests give their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** `colour` adds escape codes of terminals; `plain` is text alone. */
export type Style = 'plain' | 'colour';

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

const codes: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** The text in a colour, or as it is in the plain style. */
export function paint(text: string, colour: Colour | undefined, style: Style): string {
  if (style === 'plain' || colour === undefined) return text;
  return `\u001b[${codes[colour]}m${text}\u001b[0m`;
}

/** Colour is for people who look at a terminal and haven't asked for none (https://no-color.org). */
export function chooseStyle(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? 'colour' : 'plain';
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    style: chooseStyle(process.stdout.isTTY === true, process.env),
    now: () => Date.now(),
  };
}
