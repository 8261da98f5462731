// Calls of the Repo. What is sent as SQL is read; what writes rows says to which table; what only reads says nothing.

import type { WriteRows } from '../../catalog/operation.js';
import { HOW_OFTEN } from '../holes.js';
import { AT_RUN_TIME } from './control.js';
import { sourceOf } from './queries.js';
import { inDoubt, type Run, sendOperation, sendSql, sendUnknown } from './run.js';
import { type CallPlace, type Located, plainText, unknown, type Value } from './values.js';

/** Whether a module is named as Repos are: `MyApp.Repo`, `MyApp.ReadRepo`, `MyApp.RepoBase`, `MyApp.Repo.Local`. */
export function isRepo(module: string): boolean {
  return /(?:^|\.)\w*Repo(?![a-z])/.test(module) && !/\.Migrations?(?:\.|$)/.test(module);
}

const WRITES: ReadonlyMap<string, WriteRows['verb']> = new Map([
  ['insert_all', 'insert'],
  ['update_all', 'update'],
  ['delete_all', 'delete'],
]);

const WRITES_STRUCT = /^(?:insert|update|delete|insert_or_update)!?$/;

export function repositoryCall(run: Run, call: CallPlace, name: string, args: readonly Located[]): Value {
  if (/^query(?:_many)?!?$/.test(name)) return sendQuery(run, call, args[0]);
  const result = unknown('it is what the database gives');
  if (/^(?:transaction|transact|checkout)$/.test(name)) return wrapped(run, call, args[0]);
  if (name === 'config') return { kind: 'configuration' };
  if (name === '__adapter__') return { kind: 'module', name: 'Ecto.Adapters.Postgres' };
  const verb = WRITES.get(name);
  const [source] = args;
  if (verb !== undefined && source !== undefined) {
    const { value, span } = sourceOf(run, source) ?? { value: result, span: source.span };
    const table = plainText(value);
    if (table === null || (run.doubt !== null && run.doubt !== HOW_OFTEN)) {
      sendUnknown(run, call, `which rows ${name} writes is known at run time alone`, { kind: 'rows' });
    } else {
      const { span: whole, word: keyword } = call;
      const written = { schema: null, name: table, span };
      sendOperation(run, call, {
        kind: 'write-rows',
        verb,
        table: written,
        only: false,
        rows: verb === 'insert' ? 'given' : 'some',
        cascade: false,
        restartIdentity: false,
        span: whole,
        keyword,
      });
    }
  } else if (WRITES_STRUCT.test(name)) {
    sendUnknown(run, call, `${name} writes a row of a table that is not named here`, { kind: 'rows' });
  }
  for (const { value } of args) {
    if (value.kind === 'function') inDoubt(run, AT_RUN_TIME, () => value.apply([], call.span));
  }
  return result;
}

/** `Ecto.Adapters.SQL.query!(Repo, "…")`. */
export function sqlAdapterCall(run: Run, call: CallPlace, name: string, args: readonly Located[]): Value {
  return repositoryCall(run, call, name, args.slice(1));
}

function sendQuery(run: Run, call: CallPlace, sql: Located | undefined): Value {
  const value = sql?.value ?? unknown('it is not given');
  if (value.kind === 'text') {
    if (value.text.text.trim() !== '') sendSql(run, call, value.text);
  } else {
    const reason = value.kind === 'unknown' ? value.reason : 'its SQL is computed';
    sendUnknown(run, call, reason, { kind: 'everything' });
  }
  return unknown('it is what the database gives');
}

/** `transaction(fn -> … end)` runs the function; an Ecto.Multi holds what we do not see. */
function wrapped(run: Run, call: CallPlace, work: Located | undefined): Value {
  if (work?.value.kind === 'function') return work.value.apply([], call.span);
  sendUnknown(run, call, 'what the transaction does is not read', { kind: 'rows' });
  return unknown('it is what the database gives');
}
