/** Characters of a foreign text that a message shows. */
export const MAX_SHOWN = 1024;

/** A text that a backend sent, as messages show it: in at most `MAX_SHOWN` characters, the last one `…` if it was cut. */
export function shown(text: string): string {
  const cut = text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
  // half of a character is no text, and API servers refuse it
  return cut.toWellFormed();
}
