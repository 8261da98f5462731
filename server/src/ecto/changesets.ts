// `cast/4` in modules of schemas: which fields are taken over from what somebody sent.
// https://hexdocs.pm/ecto/Ecto.Changeset.html#cast/4

import { attributeNamed, type ElixirModule, modulesIn } from '../syntax/elixir/modules.js';
import type { Attribute, Expr, List } from '../syntax/elixir/nodes.js';
import { type ElixirFile, pipeline } from '../syntax/elixir/nodes.js';
import { everythingIn } from '../syntax/elixir/walk.js';
import type { Span } from '../text/span.js';
import { schemasIn } from './schemas.js';

export interface EctoChangeset {
  readonly kind: 'changeset';
  readonly module: string;
  /** The table of the module's schema. */
  readonly table: string;
  readonly prefix: string | null;
  /** The function that holds it, with its arity. */
  readonly within: string;
  readonly span: Span;
  readonly fields: readonly CastField[];
}

export interface CastField {
  readonly name: string;
  /** Its column. */
  readonly column: string;
  /** The field in the list, or what the list comes from. */
  readonly span: Span;
  /** With the comma that goes with it; `null` where the list is not written out in the call. */
  readonly removed: Span | null;
}

export function changesetsIn(elixir: ElixirFile): readonly EctoChangeset[] {
  const schemas = schemasIn(elixir);
  return modulesIn(elixir).flatMap((module) => {
    const schema = schemas.find((one) => one.module === module.name);
    if (schema?.table == null) return [];
    const { table, prefix, fields } = schema;
    return module.functions.flatMap(({ name, arity, clauses }) =>
      clauses.flatMap(({ call }) =>
        [...everythingIn(call)].flatMap((expr): readonly EctoChangeset[] => {
          const list = listCast(expr);
          if (list === null) return [];
          const cast = namesIn(list, module).map((field): CastField => {
            const column = fields.find((one) => one.name === field.name)?.column ?? field.name;
            return { ...field, column };
          });
          const within = `${name}/${arity}`;
          return [
            {
              kind: 'changeset',
              module: module.name,
              table: table.name,
              prefix,
              within,
              span: list.span,
              fields: cast,
            },
          ];
        }),
      ),
    );
  });
}

/** The list of fields of `cast(data, attrs, fields)`, or of `data |> cast(attrs, fields)`. */
function listCast(expr: Expr): Expr | null {
  if (expr.kind === 'binary' && expr.operator === '|>') {
    const call = pipeline(expr).at(-1);
    return call?.kind === 'call' && isCast(call) && call.args.length === 2 ? (call.args[1] ?? null) : null;
  }
  return expr.kind === 'call' && isCast(expr) && expr.args.length === 3 ? (expr.args[2] ?? null) : null;
}

function isCast({ name, receiver }: Extract<Expr, { kind: 'call' }>): boolean {
  return (
    name === 'cast' && (receiver === null || (receiver.kind === 'alias' && /Changeset$/.test(receiver.name)))
  );
}

type Named = Omit<CastField, 'column'>;

function namesIn(expr: Expr, module: ElixirModule): readonly Named[] {
  switch (expr.kind) {
    case 'list':
      return expr.items.flatMap((item, index) =>
        item.kind === 'atom'
          ? [{ name: item.value, span: item.span, removed: removedFrom(expr, index) }]
          : [],
      );
    case 'text':
      return expr.modifiers !== 'a' || expr.value === null
        ? []
        : expr.value
            .split(/\s+/)
            .filter((word) => word !== '')
            .map((name) => ({ name, span: expr.span, removed: null }));
    case 'attribute':
      return ofAttribute(expr, module);
    case 'binary': {
      const [left, right] = [namesIn(expr.left, module), namesIn(expr.right, module)];
      if (expr.operator === '++') return [...left, ...right];
      if (expr.operator !== '--') return [];
      return left.filter(({ name }) => right.every((other) => other.name !== name));
    }
    default:
      return [];
  }
}

function ofAttribute({ name, span }: Attribute, module: ElixirModule): readonly Named[] {
  const value = attributeNamed(module, name);
  if (value === null || value.kind === 'attribute') return [];
  return namesIn(value, module).map((field) => ({ name: field.name, span, removed: null }));
}

function removedFrom({ items }: List, index: number): Span {
  const [before, own, after] = [items[index - 1], items[index], items[index + 1]];
  const start = own?.span.start ?? 0;
  if (after !== undefined) return { start, end: after.span.start };
  return { start: before?.span.end ?? start, end: own?.span.end ?? start };
}
