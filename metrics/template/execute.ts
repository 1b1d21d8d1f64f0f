import type { TemplateFunction } from './functions.ts';
import type { Body, Command, Node, Operand, Pipe, Template } from './node.ts';
import { TEMPLATE_NAME } from './token-reader.ts';
import { isList, isMap, isTrue, show, sortedEntries, TemplateError, typeName, type Value } from './value.ts';

/** Bounds on what one template may do: it comes from users and runs in the controller. */
const MAX_STEPS = 100_000;
const MAX_CHARACTERS = 1 << 20;
const MAX_CALLS = 100;
/** Making long strings counts too. */
const CHARACTERS_PER_STEP = 256;

export type Functions = ReadonlyMap<string, TemplateFunction>;

/**
 * Executes a template with `missingkey=error`. `data` is what the dot stands for. Throws a `TemplateError` with Go's words,
 * such as `template: tmpl:1:3: executing "tmpl" at <.Name>: nil data; no entry for key "Name"`.
 */
export function executeTemplate(template: Template, functions: Functions, data: Value = null): string {
  const execution = new Execution(template, functions);
  execution.call(TEMPLATE_NAME, template.body, data);
  return execution.text;
}

type Leave = 'break' | 'continue' | undefined;
type Place = { readonly at: number; readonly text: string };

class Execution {
  text = '';
  readonly #template: Template;
  readonly #functions: Functions;
  #variables: { readonly name: string; value: Value }[] = [];
  #name = TEMPLATE_NAME;
  #calls = 0;
  #steps = 0;

  constructor(template: Template, functions: Functions) {
    this.#template = template;
    this.#functions = functions;
  }

  /** Runs a body as a template of its own: it sees no variables but `$`. */
  call(name: string, body: Body, dot: Value): void {
    const [outerName, outerVariables] = [this.#name, this.#variables];
    this.#name = name;
    this.#variables = [{ name: '$', value: dot }];
    this.#calls++;
    this.#walk(body, dot);
    this.#calls--;
    this.#name = outerName;
    this.#variables = outerVariables;
  }

  #walk(body: Body, dot: Value): Leave {
    for (const node of body) {
      this.#spend(1);
      const leave = this.#visit(node, dot);
      if (leave) return leave;
    }
    return undefined;
  }

  #visit(node: Node, dot: Value): Leave {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return undefined;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(value === null ? '<no value>' : show(value));
        return undefined;
      }
      case 'if':
      case 'with':
      case 'range':
        return this.#scoped(() => this.#branch(node, dot));
      case 'template':
        this.#include(node, dot);
        return undefined;
      default:
        return node.kind;
    }
  }

  #write(text: string): void {
    this.text += text;
    if (this.text.length > MAX_CHARACTERS) throw new TemplateError(`template: ${this.#name}: the result is too long`);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new TemplateError(`template: ${this.#name}: too many steps`);
  }

  #scoped<T>(run: () => T): T {
    const { length } = this.#variables;
    const result = run();
    this.#variables.length = length;
    return result;
  }

  #branch(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: Value): Leave {
    if (node.kind === 'range') return this.#range(node.pipe, node.body, node.otherwise, dot);
    const value = this.#pipe(node.pipe, dot);
    if (!isTrue(value)) return this.#walk(node.otherwise, dot);
    return this.#walk(node.body, node.kind === 'with' ? value : dot);
  }

  #range(pipe: Pipe, body: Body, otherwise: Body, dot: Value): Leave {
    const value = this.#commands(pipe, dot);
    const items = this.#items(value, pipe);
    let count = 0;
    for (const [key, item] of items) {
      this.#spend(1);
      count++;
      const leave = this.#scoped(() => {
        const [first, second] = pipe.variables;
        if (first !== undefined) this.#keep(first, second === undefined ? item : key, pipe.assigns);
        if (second !== undefined) this.#keep(second, item, pipe.assigns);
        return this.#walk(body, item);
      });
      if (leave === 'break') break;
    }
    return count === 0 ? this.#walk(otherwise, dot) : undefined;
  }

  *#items(value: Value, pipe: Pipe): Generator<readonly [Value, Value]> {
    if (isMap(value)) yield* sortedEntries(value);
    else if (isList(value)) for (const [index, item] of value.entries()) yield [BigInt(index), item];
    else if (typeof value === 'bigint' && pipe.variables.length > 1) {
      throw this.#fault(placeOf(pipe), `can't use ${value} to iterate over more than one variable`);
    } else if (typeof value === 'bigint') for (let number = 0n; number < value; number++) yield [number, number];
    else if (value !== null) throw this.#fault(placeOf(pipe), `range can't iterate over ${show(value)}`);
  }

  #include(node: Extract<Node, { kind: 'template' }>, dot: Value): void {
    const body = this.#template.defined.get(node.name);
    const argument = node.pipe ? ` ${pipeText(node.pipe)}` : '';
    const place = { at: node.at, text: `{{template ${JSON.stringify(node.name)}${argument}}}` };
    if (!body) throw this.#fault(place, `template ${JSON.stringify(node.name)} not defined`);
    if (this.#calls >= MAX_CALLS) throw this.#fault(place, `exceeded maximum template depth (${MAX_CALLS})`);
    const pipe = node.pipe;
    this.call(node.name, body, pipe ? this.#scoped(() => this.#pipe(pipe, dot)) : null);
  }

  /** The value of a pipeline; its variables keep it. */
  #pipe(pipe: Pipe, dot: Value): Value {
    const value = this.#commands(pipe, dot);
    for (const name of pipe.variables) this.#keep(name, value, pipe.assigns);
    return value;
  }

  #commands(pipe: Pipe, dot: Value): Value {
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.#command(command, dot, value);
    return value ?? null;
  }

  #keep(name: string, value: Value, assigns: boolean): void {
    const known = assigns ? this.#variables.findLast((variable) => variable.name === name) : undefined;
    if (known) known.value = value;
    else this.#variables.push({ name, value });
  }

  /** `piped`: the result of the command before, the last argument of this one. */
  #command(command: Command, dot: Value, piped: Value | undefined): Value {
    const [first, ...rest] = command.operands;
    if (first.kind === 'call') return this.#invoke(first.name, command, rest, dot, piped);
    if (first.kind === 'nil') throw this.#fault(first, 'nil is not a command');
    if (rest.length > 0 || piped !== undefined) {
      throw this.#fault(first, `can't give argument to non-function ${first.text}`);
    }
    return this.#operand(first, dot);
  }

  #invoke(name: string, command: Command, rest: readonly Operand[], dot: Value, piped: Value | undefined): Value {
    const [first] = command.operands;
    const fn = this.#functions.get(name);
    if (!fn) throw this.#fault(first, `"${name}" is not a defined function`);
    const count = rest.length + (piped === undefined ? 0 : 1);
    if (count < fn.min || count > (fn.max ?? count)) {
      const want = fn.max === undefined ? `at least ${fn.min}` : fn.min;
      throw this.#fault(first, `wrong number of args for ${name}: want ${want} got ${count}`);
    }
    const values: Value[] = [];
    for (const operand of rest) {
      values.push(this.#operand(operand, dot));
      if (fn.format && values.length === 1 && typeof values[0] !== 'string') {
        throw this.#fault(operand, `expected string; found ${operand.text}`);
      }
      if (fn.stops?.(values.at(-1) ?? null)) return fn.call(values);
    }
    if (piped !== undefined) values.push(piped);
    const result = this.#apply(fn, name, command, values);
    if (typeof result === 'string') this.#spend(Math.floor(result.length / CHARACTERS_PER_STEP));
    return result;
  }

  #apply(fn: TemplateFunction, name: string, command: Command, values: readonly Value[]): Value {
    try {
      return fn.call(values);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const text = command.operands.map((operand) => operand.text).join(' ');
      throw this.#fault({ at: command.operands[0].at, text }, `error calling ${name}: ${error.message}`);
    }
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'nil':
        return null;
      case 'dot':
        return dot;
      case 'call':
        return this.#invoke(operand.name, { operands: [operand] }, [], dot, undefined);
      case 'variable':
        return this.#fields(this.#variable(operand.name), operand.fields, operand);
      case 'field':
        return this.#fields(dot, operand.fields, operand);
      case 'chain':
        return this.#fields(this.#operand(operand.base, dot), operand.fields, operand);
      case 'pipe':
        return this.#pipe(operand.pipe, dot);
    }
  }

  #variable(name: string): Value {
    return this.#variables.findLast((variable) => variable.name === name)?.value ?? null;
  }

  #fields(value: Value, fields: readonly string[], place: Place): Value {
    let at = value;
    for (const field of fields) {
      if (at === null) throw this.#fault(place, `nil data; no entry for key ${JSON.stringify(field)}`);
      if (!isMap(at)) throw this.#fault(place, `can't evaluate field ${field} in type ${typeName(at)}`);
      const next = at.get(field);
      if (next === undefined) throw this.#fault(place, `map has no entry for key ${JSON.stringify(field)}`);
      at = next;
    }
    return at;
  }

  #fault({ at, text }: Place, message: string): TemplateError {
    const before = this.#template.source.slice(0, at).split('\n');
    const column = Buffer.byteLength(before.at(-1) ?? '');
    const where = `${TEMPLATE_NAME}:${before.length}:${column}`;
    return new TemplateError(`template: ${where}: executing ${JSON.stringify(this.#name)} at <${text}>: ${message}`);
  }
}

function pipeText(pipe: Pipe): string {
  return pipe.commands.map(({ operands }) => operands.map((operand) => operand.text).join(' ')).join(' | ');
}

function placeOf(pipe: Pipe): Place {
  return { at: pipe.commands[0]?.operands[0].at ?? 0, text: pipeText(pipe) };
}
