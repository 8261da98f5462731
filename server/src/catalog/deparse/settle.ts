// The expression that would be read if the server's text were read again, as it is when a column gets another type: what the
// server put in stays, even where the new types would not need it. Source: ATPostAlterTypeCleanup in tablecmds.c.

import type { ExpressionTree, TreeType } from '../expression-tree.js';
import { all } from './analyse.js';
import { elementOf, type OfType, type Typed } from './typed.js';
import { userType, type World } from './world.js';

/** @param casts whether a cast that nobody wrote is shown when it is the outermost, as in print.ts */
export function settled(world: World, node: Typed, casts: boolean): ExpressionTree | null {
  const one = (arg: Typed, shown: boolean) => settled(world, arg, shown);
  const many = (args: readonly Typed[], shown: boolean) => all(args.map((arg) => one(arg, shown)));
  const branch = <H extends object>(head: H, args: readonly (ExpressionTree | null)[]) => {
    const whole = all(args);
    return whole === null ? null : { ...head, args: whole };
  };
  switch (node.kind) {
    case 'const':
      return constant(world, node);
    case 'column':
      return { kind: 'column', name: node.name };
    case 'value':
      return { kind: 'value', name: node.name, precision: node.precision };
    case 'call': {
      const last = node.args.at(-1);
      const spread =
        node.variadic && last?.kind === 'array' ? [...node.args.slice(0, -1), ...last.args] : node.args;
      const { schema, name, syntax } = node;
      return branch(
        { kind: 'call', schema, name, syntax } as const,
        spread.map((arg) => one(arg, !syntax)),
      );
    }
    case 'coercion': {
      if (node.implicit && !casts) return one(node.arg, false);
      const plain = node.arg.kind === 'const' && node.arg.type === node.type && node.arg.modifier === null;
      const arg = plain && node.arg.kind === 'const' ? bare(node.arg.value) : one(node.arg, false);
      return branch({ kind: 'cast', type: written(world, node) } as const, [arg]);
    }
    case 'operator':
      return branch({ kind: 'operator', name: node.name } as const, [many(node.args, true)].flat());
    case 'quantified':
      return branch({ kind: 'quantified', name: node.name, all: node.all } as const, [
        one(node.left, true),
        one(node.right, true),
      ]);
    case 'boolean':
      return branch({ kind: 'boolean', name: node.name } as const, [many(node.args, false)].flat());
    case 'test':
      return branch({ kind: 'test', name: node.name } as const, [one(node.arg, node.name.endsWith('NULL'))]);
    case 'distinct':
      return branch({ kind: 'distinct', negated: false } as const, [
        one(node.left, true),
        one(node.right, true),
      ]);
    case 'form':
      return branch({ kind: 'form', name: node.name } as const, [many(node.args, true)].flat());
    case 'case': {
      const { subject, whens, otherwise } = node;
      return branch({ kind: 'case', subject: subject !== null, otherwise: true } as const, [
        ...(subject === null ? [] : [one(subject, true)]),
        ...whens.flatMap(({ when, then }) => [one(when, false), one(then, true)]),
        one(otherwise, true),
      ]);
    }
    case 'array': {
      const array = branch({ kind: 'array' } as const, [many(node.args, true)].flat());
      const type = written(world, { type: node.type, modifier: null });
      return node.args.length === 0 ? branch({ kind: 'cast', type } as const, [array]) : array;
    }
    case 'collate':
      return branch({ kind: 'collate', name: node.name } as const, [one(node.arg, casts)]);
    case 'subscript':
      return branch({ kind: 'subscript' } as const, [
        one(node.arg, casts),
        ...node.indexes.map((index) => one(index, false)),
      ]);
  }
}

function bare(value: string | null): ExpressionTree {
  return value === null
    ? { kind: 'literal', type: 'null', value: '' }
    : { kind: 'literal', type: 'string', value };
}

function constant(world: World, node: Extract<Typed, { readonly kind: 'const' }>): ExpressionTree {
  const { type, value } = node;
  if (value !== null && node.modifier === null) {
    if (type === 'bool') return { kind: 'literal', type: 'boolean', value: String(value === 't') };
    if (type === 'int4' && !value.startsWith('-')) return { kind: 'literal', type: 'integer', value };
    if (type === 'numeric' && /^\d.*\./.test(value)) return { kind: 'literal', type: 'decimal', value };
  }
  return type === 'unknown' ? bare(value) : { kind: 'cast', type: written(world, node), args: [bare(value)] };
}

/** A type as it would be written. */
function written(world: World, { type, modifier }: OfType): TreeType {
  const element = elementOf(type);
  if (element !== null) return { ...written(world, { type: element, modifier }), arrayDimensions: 1 };
  const own = userType(world, type);
  const [, fields = '', list = ''] = /^ ?([a-z ]*)(?:\((.*)\))?$/.exec(modifier ?? '') ?? [];
  return {
    schema: own?.schema ?? null,
    name: own?.name ?? type,
    modifiers: [...(fields === '' ? [] : [fields]), ...(list === '' ? [] : list.split(','))],
    arrayDimensions: 0,
  };
}
