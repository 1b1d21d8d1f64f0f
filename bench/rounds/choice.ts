/** Which rounds are run, in their own order, or why that can't be said. */
export type Choice<Round extends string> =
  | { readonly ok: true; readonly rounds: readonly Round[] }
  | { readonly ok: false; readonly problem: string };

/** The rounds that the arguments name; all of them when there are no arguments. */
export function choose<Round extends string>(known: readonly Round[], argv: readonly string[]): Choice<Round> {
  const unknown = argv.filter((word) => !known.some((round) => round === word));
  if (unknown.length > 0) {
    return {
      ok: false,
      problem: `there is no round ${unknown.join(', ')}; those that are there are ${known.join(', ')}`,
    };
  }
  return { ok: true, rounds: known.filter((round) => argv.length === 0 || argv.includes(round)) };
}
