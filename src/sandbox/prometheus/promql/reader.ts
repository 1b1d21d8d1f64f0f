import type { SyntaxNode } from '@lezer/common';
import { readDurationMs, readNumber, readString } from './literals.ts';
import { parseError, type QueryError } from './query-error.ts';

/** The text of a query, for reading pieces of its syntax tree. What can't be read is thrown as a `QueryError`. */
export class QueryReader {
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  text(node: SyntaxNode): string {
    return this.#query.slice(node.from, node.to);
  }

  problem(offset: number, problem: string): QueryError {
    return parseError(this.#query, offset, problem);
  }

  string(node: SyntaxNode): string {
    const value = readString(this.text(node));
    if (value === undefined) throw this.problem(node.from, `invalid or unterminated string ${this.text(node)}`);
    return value;
  }

  number(text: string, offset: number): number {
    const value = readNumber(text);
    if (value === undefined) throw this.problem(offset, `${JSON.stringify(text)} is not a number`);
    return value;
  }

  /** A duration, with a sign only where `signed`. Arithmetic in durations is refused. */
  durationMs(node: SyntaxNode, signed = false): number {
    const text = this.text(node).replace(/[\s()]/g, '');
    const sign = signed ? (/^[+-]?/.exec(text)?.[0] ?? '') : '';
    const value = readDurationMs(text.slice(sign.length));
    if (value === undefined)
      throw this.problem(node.from, `${JSON.stringify(this.text(node))} is not a plain duration`);
    if (!signed && value <= 0) throw this.problem(node.from, 'duration must be greater than 0');
    return sign === '-' ? -value : value;
  }

  /** Names in parentheses, plain or in quotes. */
  labels(node: SyntaxNode): readonly string[] {
    return childrenOf(node).flatMap((child) => {
      if (child.name === 'LabelName') return [this.text(child)];
      return child.firstChild ? [this.string(child.firstChild)] : [];
    });
  }
}

/** The nodes right below a node, in order of the text, without comments. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** The first child of that name. */
export function childOf(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return childrenOf(node).find((child) => child.name === name);
}
