// What there is to say of functions that run with the rights of their owner, for whom row-level security may not hold.
// https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY

import { functionKey } from '../catalog/attachments.js';
import type { Catalog, FunctionFacts } from '../catalog/catalog.js';
import { functionsNamed } from '../catalog/lookup.js';
import type { CreateFunction } from '../catalog/operation.js';
import { codeAsksWhoCalls } from '../queries/session-names.js';
import { type TenantModel, tenantKey } from './tenancy.js';

/** The function as it is in that catalog, while it still has this body and is SECURITY DEFINER; `null` otherwise. */
export function definerInForce(catalog: Catalog, operation: CreateFunction): FunctionFacts | null {
  const { function: name, body, parameters } = operation;
  if (!operation.securityDefiner) return null;
  const found = functionsNamed(catalog, name).find(
    (one) => one.body === body && one.parameters.length === parameters.length,
  );
  return found?.securityDefiner === true ? found : null;
}

/** Whether names in its body mean the same whoever calls it: by SET search_path, or bound when it was made (BEGIN ATOMIC). */
export function hasFixedNames({ settings, language, body }: FunctionFacts): boolean {
  if (settings.some(({ name }) => name === 'search_path')) return true;
  return language === 'sql' && /^\s*(?:begin\s+atomic|return)\b/i.test(body ?? '');
}

/** Functions of triggers run only by their triggers. */
export function isForTriggers({ returns }: FunctionFacts): boolean {
  return returns !== null && /^(?:event_)?trigger$/.test(returns.name);
}

/** Nobody has taken from PUBLIC what it has from the start. */
export function isOpenToAll(catalog: Catalog, { id }: FunctionFacts): boolean {
  const rights = catalog.attached.get(functionKey(id))?.rights;
  return rights?.some(({ role, right }) => role === 'public' && right === 'execute') ?? true;
}

/** Whether some policy calls a function of that name: then whoever reads the table has to be able to call it. */
export function isCalledByPolicy(catalog: Catalog, { name }: FunctionFacts): boolean {
  for (const table of catalog.relations.values()) {
    if (table.kind !== 'table') continue;
    for (const { using, check } of table.policies) {
      const called = [...(using?.functions ?? []), ...(check?.functions ?? [])];
      if (called.some((one) => one === name || one.endsWith(`.${name}`))) return true;
    }
  }
  return false;
}

/** Whether its body asks who calls, or calls something that may. False when the body is not known. */
export function asksWhoCalls({ body }: FunctionFacts): boolean {
  return codeAsksWhoCalls(codeOf(body ?? ''));
}

/** Tables with rows of tenants that its body names, while it names no column of their tenant. Told by words. */
export function tenantTablesIn({ body }: FunctionFacts, { tables }: TenantModel): readonly string[] {
  const code = codeOf(body ?? '');
  const found = new Set<string>();
  for (const [, name = ''] of code.matchAll(
    /\b(?:from|join|update|into)\s+(?:only\s+)?("?\w+"?(?:\."?\w+"?)?)/gi,
  )) {
    const [table = '', schema = 'public'] = name.replaceAll('"', '').split('.').reverse();
    const tenant = tables.get(tenantKey({ schema, name: table }));
    if (tenant?.class !== 'direct' || tenant.column === null) continue;
    if (new RegExp(`\\b${tenant.column}\\b`, 'i').test(code)) return [];
    found.add(table);
  }
  return [...found];
}

/** Without comments and strings. */
function codeOf(body: string): string {
  return body.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ');
}

/** Whether any table has row-level security: then somebody relies on it. */
export function usesRowLevelSecurity(catalog: Catalog): boolean {
  for (const table of catalog.relations.values()) {
    if (table.kind === 'table' && table.rowLevelSecurity.enabled) return true;
  }
  return false;
}
