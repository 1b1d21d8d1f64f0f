import type { KubeObject, StringMap } from '../kube/object.ts';

/**
 * What people tell a running Canary, by annotations on it: GitOps tools leave alone what their manifests don't name, and whoever
 * may edit the Canary may say it, also with `kubectl annotate`.
 */

/** Holds the run where it is, for as long as it is there. */
export const PAUSE = 'sluice.dev/pause';
/** One command; each value is obeyed once. */
export const COMMAND = 'sluice.dev/command';
/** Prefix of the state of a gate; the gate's name follows. */
export const GATE = 'gate.sluice.dev/';

/**
 * `promote`: leave out what remains of the analysis. `abort`: take everything back. `skip`: do the next step now, without its
 * checks and gates. `retry`: try the revision that failed once more.
 */
export const commands = ['promote', 'abort', 'skip', 'retry'] as const;
export type Command = (typeof commands)[number];

/** `approved` lets one request through, `open` all of them. */
export const gateStates = ['open', 'closed', 'approved'] as const;
export type GateState = (typeof gateStates)[number];

/** One thing that was said, who said it and when; the latter two as far as they were given. */
export interface Said<Word extends string> {
  readonly word: Word;
  readonly by?: string;
  /** RFC 3339. */
  readonly at?: string;
  /** `lastAppliedSpec` of the status for which it was meant; said to another one, it has no effect. */
  readonly revision?: string;
  /** The annotation that says it. */
  readonly key: string;
  /** Its value as it stands; tells two requests of the same word apart. */
  readonly text: string;
}

/** A command that nobody knows. */
interface Unknown extends Pick<Said<string>, 'key' | 'text'> {
  readonly unknown: string;
}

/** What is asked of a Canary now. */
export interface Steering {
  readonly pause: Said<'pause'> | undefined;
  readonly command: Said<Command> | Unknown | undefined;
  gate(name: string): Said<GateState> | undefined;
}

/** Reads the annotations of a Canary. A gate in a state that nobody knows counts as closed. */
export function steeringOf({ metadata: { annotations = {} } }: Pick<KubeObject, 'metadata'>): Steering {
  const [pause, command] = [annotations[PAUSE], annotations[COMMAND]];
  return {
    pause:
      pause === undefined || pause === 'false'
        ? undefined
        : { ...detailsOf(pause), word: 'pause', key: PAUSE, text: pause },
    command: command === undefined ? undefined : commandIn(command),
    gate: (name) => {
      const key = GATE + name;
      const text = annotations[key];
      if (text === undefined) return undefined;
      return { ...detailsOf(text), word: wordIn(text, gateStates) ?? 'closed', key, text };
    },
  };
}

/** All that stands in annotations and counts once, whatever its word is: the command, and what is said to gates. */
export function requestsIn(annotations: StringMap = {}): readonly Said<string>[] {
  return Object.entries(annotations)
    .filter(([key]) => key === COMMAND || key.startsWith(GATE))
    .map(([key, text]) => ({ ...detailsOf(text), word: firstOf(text), key, text }));
}

/** The value of an annotation: `promote; by=alice; at=2026-05-04T10:00:00Z`. */
export function sayingOf(word: string, details: { readonly [key: string]: string | undefined }): string {
  const parts = Object.entries(details).flatMap(([key, value]) =>
    value ? [`${key}=${value.replaceAll(';', ',')}`] : [],
  );
  return [word, ...parts].join('; ');
}

/** `alice at 2026-05-04T10:00:00Z`, as far as it is known. */
export function sayerOf({ by, at }: Pick<Said<string>, 'by' | 'at'>): string {
  return `${by ?? 'somebody'}${at === undefined ? '' : ` at ${at}`}`;
}

/** Whether a gate of this name can be a key of an annotation. */
export function isGateName(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(name);
}

function commandIn(text: string): Steering['command'] {
  const word = wordIn(text, commands);
  if (word === undefined) return { unknown: firstOf(text).slice(0, 40), key: COMMAND, text };
  return { ...detailsOf(text), word, key: COMMAND, text };
}

function wordIn<Word extends string>(text: string, words: readonly Word[]): Word | undefined {
  const first = firstOf(text);
  return words.find((word) => word === first);
}

function firstOf(text: string): string {
  return text.split(';', 1)[0]?.trim() ?? '';
}

/** Longer than any name or time; what is longer is cut, since it goes into status and events. */
const LONGEST_DETAIL = 120;

function detailsOf(text: string): Pick<Said<string>, 'by' | 'at' | 'revision'> {
  const given: Record<string, string> = {};
  for (const part of text.split(';')) {
    const [key = '', ...value] = part.split('=');
    given[key.trim()] = value.join('=').trim().slice(0, LONGEST_DETAIL);
  }
  return picked(given);
}

function picked({ by, at, revision }: StringMap): Pick<Said<string>, 'by' | 'at' | 'revision'> {
  return { ...(by ? { by } : {}), ...(at ? { at } : {}), ...(revision ? { revision } : {}) };
}
