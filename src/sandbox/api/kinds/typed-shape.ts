import { TYPED_TABLE } from './typed-table.ts';

/** The type of a value: a scalar or another type of the table, alone, in a list or in a map. */
export interface TypeRef {
  readonly of: string;
  readonly many: 'one' | 'list' | 'map';
}

/** A field of a type. See the table for when it is present. */
export interface TypedField {
  readonly type: TypeRef;
  readonly presence: 'unlessZero' | 'whenGiven' | 'always';
}

export type TypedShape = ReadonlyMap<string, TypedField>;

function readRef(text: string): TypeRef {
  if (text.endsWith('[]')) return { of: text.slice(0, -2), many: 'list' };
  if (text.endsWith('{}')) return { of: text.slice(0, -2), many: 'map' };
  return { of: text, many: 'one' };
}

function readField(text: string): readonly [string, TypedField] {
  const [label = '', type = ''] = text.split(':');
  const mark = label.at(-1);
  if (mark === '?') return [label.slice(0, -1), { type: readRef(type), presence: 'whenGiven' }];
  if (mark === '!') return [label.slice(0, -1), { type: readRef(type), presence: 'always' }];
  return [label, { type: readRef(type), presence: 'unlessZero' }];
}

/** All types of the built-in kinds, by name. */
export const TYPED_SHAPES: ReadonlyMap<string, TypedShape> = new Map(
  TYPED_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [name = '', fields = ''] = line.split(' | ');
      return [
        name,
        new Map(
          fields
            .split(' ')
            .filter((text) => text !== '')
            .map(readField),
        ),
      ] as const;
    }),
);
