import type { Value } from './value.ts';

/** What a template is made of. `at` = position in the source, for error texts. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly body: Body; readonly otherwise: Body }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined; readonly at: number }
  | { readonly kind: 'break' | 'continue' };

export type Body = readonly Node[];

/** Commands that hand their result on, and the variables that keep it. */
export interface Pipe {
  readonly variables: readonly string[];
  /** `=` rather than `:=` */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** An operand with arguments. */
export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
}

/** `text`: as the source writes it, for error texts. */
export type Operand = { readonly at: number; readonly text: string } & (
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'nil' | 'dot' }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'field'; readonly fields: readonly string[] }
  | { readonly kind: 'chain'; readonly base: Operand; readonly fields: readonly string[] }
  | { readonly kind: 'pipe'; readonly pipe: Pipe }
);

/** A parsed template and those that it defines, by name. */
export interface Template {
  readonly source: string;
  readonly body: Body;
  readonly defined: ReadonlyMap<string, Body>;
}
