// Calls of the Repo. What is sent as SQL is read; what writes rows says to which table; what only reads says nothing.

import type { Touch, WriteRows } from '../../catalog/operation.js';
import { HOW_OFTEN } from '../holes.js';
import { AT_RUN_TIME } from './control.js';
import { sourceOf } from './queries.js';
import {
  inDoubt,
  noteInterpolated,
  noteRepoCall,
  type Run,
  sendOperation,
  sendSql,
  sendUnknown,
} from './run.js';
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
  if (/^query(?:_many)?!?$/.test(name)) return sendQuery(run, call, name, args[0]);
  const result = unknown('it is what the database gives');
  if (/^(?:transaction|transact|checkout)$/.test(name)) return wrapped(run, call, args[0]);
  if (name === 'config') return { kind: 'configuration' };
  if (name === '__adapter__') return { kind: 'module', name: 'Ecto.Adapters.Postgres' };
  const verb = WRITES.get(name);
  noteRepoCall(run, call, name, verb !== undefined || WRITES_STRUCT.test(name));
  const [source] = args;
  if (verb !== undefined && source !== undefined) {
    const { value, span } = sourceOf(run, source) ?? { value: result, span: source.span };
    const table = plainText(value);
    if (table === null || isDoubtful(run)) {
      sendUnknown(run, call, `which rows ${name} writes is known at run time alone`, rowsBy(run, verb));
    } else {
      const { span: whole, word: keyword } = call;
      const written = { schema: null, name: table, span };
      sendOperation(run, call, {
        kind: 'write-rows',
        verb,
        table: written,
        only: false,
        ...rowsWritten(verb, source.value, args[1]?.value),
        cascade: false,
        restartIdentity: false,
        together: [written],
        span: whole,
        keyword,
      });
    }
  } else if (WRITES_STRUCT.test(name)) {
    const verb = name.startsWith('update') ? 'update' : name.startsWith('delete') ? 'delete' : 'insert';
    sendUnknown(run, call, `${name} writes a row of a table that is not named here`, rowsBy(run, verb));
  }
  for (const { value } of args) {
    if (value.kind === 'function') inDoubt(run, AT_RUN_TIME, () => value.apply([], call.span));
  }
  return result;
}

function isDoubtful({ doubt }: Run): boolean {
  return doubt !== null && doubt !== HOW_OFTEN;
}

/** Rows of a table that is not known. */
function rowsBy(run: Run, writes: WriteRows['verb']): Touch {
  return isDoubtful(run) ? { kind: 'rows' } : { kind: 'rows', writes };
}

/** @param given the second argument: what insert_all inserts */
function rowsWritten(
  verb: WriteRows['verb'],
  source: Value,
  given: Value | undefined,
): Pick<WriteRows, 'rows' | 'narrowed'> {
  if (verb === 'insert') return { rows: given?.kind === 'query' ? 'some' : 'given' };
  if (source.kind !== 'query') return { rows: 'all' };
  return source.narrowed ? { rows: 'some', narrowed: true } : { rows: source.rows };
}

/** `Ecto.Adapters.SQL.query!(Repo, "…")`. */
export function sqlAdapterCall(run: Run, call: CallPlace, name: string, args: readonly Located[]): Value {
  return repositoryCall(run, call, name, args.slice(1));
}

function sendQuery(run: Run, call: CallPlace, name: string, sql: Located | undefined): Value {
  const value = sql?.value ?? unknown('it is not given');
  if (value.kind === 'text') {
    noteInterpolated(run, value.text);
    const before = run.sent.length;
    if (value.text.text.trim() !== '') sendSql(run, call, value.text);
    const sent = run.sent.slice(before).flatMap(({ operations }) => operations);
    noteRepoCall(
      run,
      call,
      name,
      sent.some(({ kind }) => kind !== 'unknown'),
    );
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
