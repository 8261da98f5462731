// What schemas say, as data: names, types, options.

import { type Environment, resolveAlias } from '../syntax/elixir/aliases.js';
import { type Call, type Expr, keyword } from '../syntax/elixir/nodes.js';
import { type StaticValue, staticValue } from '../syntax/elixir/static.js';

/** The name of an atom, `null` for other expressions. */
export function atomName(expr: Expr | null | undefined): string | null {
  return expr?.kind === 'atom' && !/^(?:nil|true|false)$/.test(expr.value) ? expr.value : null;
}

export function atomOption(call: Call, name: string): string | null {
  return atomName(keyword(call, name));
}

export function isTrueOption(call: Call, name: string): boolean {
  return isBoolean(keyword(call, name), 'true');
}

export function isBoolean(expr: Expr | null, value: 'true' | 'false'): boolean {
  return expr?.kind === 'atom' && expr.value === value;
}

/** The full name of a module; `null` for other expressions. */
export function moduleName(expr: Expr | null | undefined, environment: Environment): string | null {
  return expr?.kind === 'alias' ? resolveAlias(expr.name, environment) : null;
}

/** A type as Elixir would print it; `:any` for what is computed. */
export function typeText(expr: Expr, aliases: Environment): string {
  const value = staticValue(expr, { aliases });
  return value.kind === 'known' ? typeOfValue(value.value) : ':any';
}

function typeOfValue(value: StaticValue): string {
  switch (value.kind) {
    case 'atom':
      return /^\w+[?!]?$/.test(value.name) ? `:${value.name}` : `:${JSON.stringify(value.name)}`;
    case 'module':
      return value.name;
    case 'tuple':
      return `{${value.items.map(typeOfValue).join(', ')}}`;
    default:
      return ':any';
  }
}

/** `Accounts.UserToken` as a name of a column or a folder: `user_token`. Source: Macro.underscore of the last part. */
export function underscored(module: string): string {
  return module
    .slice(module.lastIndexOf('.') + 1)
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
