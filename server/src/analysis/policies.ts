// What policies of row-level security let through, as far as that can be told without running them.
// https://www.postgresql.org/docs/current/sql-createpolicy.html

import type { Catalog, Policy, Table } from '../catalog/catalog.js';
import type { Expression } from '../catalog/expression.js';
import type { ExpressionTree } from '../catalog/expression-tree.js';
import { functionsNamed } from '../catalog/lookup.js';
import type { PolicyCommand } from '../catalog/operation.js';
import { asksWhoIsConnected, readsSession } from '../queries/session-names.js';
import type { TenantTable } from './tenancy.js';
import { isBuiltIn, volatilityOf } from './volatility.js';

/** Whether it is true of every row: `true`, `1 = 1`. False when that is not plain to see. */
export function isAlwaysTrue({ tree }: Expression): boolean {
  return tree !== null && isTrue(tree);
}

function isTrue(tree: ExpressionTree): boolean {
  switch (tree.kind) {
    case 'literal':
      return /^(?:t|true)$/.test(tree.value) && (tree.type === 'boolean' || tree.type === 'string');
    case 'cast':
      return tree.args.every(isTrue);
    case 'boolean':
      if (tree.name === 'NOT') return false;
      return tree.name === 'AND' ? tree.args.every(isTrue) : tree.args.some(isTrue);
    case 'operator': {
      const [left, right] = tree.args;
      return (
        tree.name === '=' &&
        left?.kind === 'literal' &&
        right?.kind === 'literal' &&
        left.type !== 'null' &&
        left.value === right.value
      );
    }
    default:
      return false;
  }
}

/** Whether the policy is asked for rows that the command reads or takes away (USING) or writes (WITH CHECK). */
export function isAsked({ command }: Policy, of: PolicyCommand): boolean {
  return command === 'all' || command === of || of === 'all';
}

/** What new rows are checked by: for UPDATE and ALL that is USING, where there is no WITH CHECK. */
export function checkOf({ command, using, check }: Pick<Policy, 'command' | 'using' | 'check'>) {
  return check ?? (command === 'insert' ? null : using);
}

/** Roles that everybody has who gets to the database at all; those of Supabase stand for anybody on the net. */
const OPEN_ROLES: ReadonlySet<string> = new Set(['public', 'anon', 'authenticated']);

/** None written means PUBLIC. */
export function isForEverybody(roles: readonly string[]): boolean {
  return roles.length === 0 || roles.some((role) => OPEN_ROLES.has(role));
}

/** Whether one role may be meant by both lists. */
export function shareRole(a: readonly string[], b: readonly string[]): boolean {
  const isAll = (roles: readonly string[]) => roles.length === 0 || roles.includes('public');
  return isAll(a) || isAll(b) || a.some((role) => b.includes(role));
}

/** Columns that tie a row to a tenant, to a person, or to a row that is. */
export function owningColumns({ column, person, divisions, parents }: TenantTable): readonly string[] {
  return [column, person, ...divisions, ...parents].filter((one) => one !== null);
}

/**
 * Whether row-level security keeps the command to rows of one tenant whatever the query says: for its owner, too (FORCE), and
 * every permissive policy that is asked compares the tenant's column with what is no part of the row, or has it judged by a
 * function that a migration makes. Not for superusers and roles with BYPASSRLS.
 */
export function keepsToTenant(
  catalog: Catalog,
  table: Table,
  tenant: TenantTable,
  command: 'select' | 'insert' | 'update' | 'delete',
): boolean {
  const { enabled, forced } = table.rowLevelSecurity;
  const { column } = tenant;
  if (!enabled || !forced || column === null) return false;
  const asked = table.policies.filter((policy) => policy.permissive && isAsked(policy, command));
  return asked.every((policy) => {
    const rules = command === 'insert' ? [checkOf(policy)] : [policy.using];
    // Without an expression a policy lets nothing through.
    return rules.every((rule) => rule === null || isPinned(catalog, rule, column));
  });
}

function isPinned(catalog: Catalog, { pins = [] }: Expression, column: string): boolean {
  return pins.some(
    (pin) =>
      pin.column === column &&
      (pin.by !== 'function' || functionsNamed(catalog, nameOf(pin.function ?? '')).length > 0),
  );
}

function nameOf(function_: string) {
  const [name = '', schema = null] = function_.split('.').reverse();
  return { schema, name };
}

/** Columns of which it asks more than whether they are NULL. */
export function columnsAsked({ tree, columns }: Expression): readonly string[] {
  return tree === null ? columns : columnsIn(tree);
}

function columnsIn(tree: ExpressionTree): readonly string[] {
  if (tree.kind === 'column') return [tree.name];
  if (!('args' in tree)) return [];
  const [only] = tree.args;
  const isNullTest = tree.kind === 'test' && /^(?:NOT )?NULL$/.test(tree.name) && only?.kind === 'column';
  return isNullTest ? [] : tree.args.flatMap(columnsIn);
}

/** Whether it is true of every row where a setting is missing: `… OR current_setting('app.org_id', true) IS NULL`. */
export function opensWithoutSetting({ tree }: Expression): boolean {
  return tree !== null && isTrueWithoutSetting(tree);
}

function isTrueWithoutSetting(tree: ExpressionTree): boolean {
  if (tree.kind === 'boolean') {
    if (tree.name === 'NOT') return false;
    return tree.name === 'AND' ? tree.args.every(isTrueWithoutSetting) : tree.args.some(isTrueWithoutSetting);
  }
  const [left, right] = 'args' in tree ? tree.args : [];
  const isEmpty = (side: ExpressionTree | undefined) => side?.kind === 'literal' && side.value === '';
  const asksNothing =
    (tree.kind === 'test' && tree.name === 'NULL') ||
    (tree.kind === 'operator' && tree.name === '=' && (isEmpty(left) || isEmpty(right)));
  return asksNothing && columnsIn(tree).length === 0 && readsSetting(tree);
}

function readsSetting(tree: ExpressionTree): boolean {
  if (!('args' in tree)) return false;
  return (tree.kind === 'call' && tree.name === 'current_setting') || tree.args.some(readsSetting);
}

/** Whether it asks neither who is connected, nor other tables, nor a function that is not the server's. */
export function isAboutRowAlone({ functions, relations }: Expression): boolean {
  return relations === undefined && functions.every((name) => isBuiltIn(name) && !asksWhoIsConnected(name));
}

/**
 * Whether calling these for every row costs something, and once would do: each gives the same for all rows, and one of them
 * reads the session, or is written in a language of the server.
 */
export function isWorthOneCall(catalog: Catalog, functions: readonly string[]): boolean {
  if (functions.some((name) => !isSteady(catalog, name))) return false;
  return functions.some((name) => readsSession(name) || isOwn(catalog, name));
}

function isSteady(catalog: Catalog, name: string): boolean {
  if (readsSession(name)) return true;
  const volatility = volatilityOf(catalog, name);
  return volatility === 'stable' || volatility === 'immutable';
}

function isOwn(catalog: Catalog, name: string): boolean {
  return functionsNamed(catalog, nameOf(name)).some(({ volatility }) => volatility === 'stable');
}
