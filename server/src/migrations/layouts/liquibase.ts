// Liquibase: .sql files that begin with `--liquibase formatted sql`. Each `--changeset` in them is a transaction, unless it says
// `runInTransaction:false`. Which files run, and in which order, a changelog in XML, YAML or JSON says.
// Source: https://github.com/liquibase/liquibase, AbstractFormattedChangeLogParser.java;
// https://docs.liquibase.com/concepts/changelogs/sql-format.html

import type { Directive, SqlFile } from '../../syntax/sql/statement.js';
import { insertAt } from '../../text/edits.js';
import type { Span } from '../../text/span.js';
import type { Layout } from './layout.js';
import { ONE_WAY, type ScriptRules, type ScriptText, STAYS } from './scripts.js';

export function isFormattedSql(text: string): boolean {
  return /^\ufeff?\s*--\s*liquibase\s*formatted/i.test(text.slice(0, 200));
}

const CHANGESET = /^changeset\s+(?:"[^"]+"|[^:]+):\s*(?:"[^"]+"|\S+)(.*)$/i;

/** A part of the file that is one transaction, or runs outside of any. */
export interface ChangeSet {
  readonly span: Span;
  /** Where the line ends that begins it. */
  readonly headEnd: number;
  readonly inTransaction: boolean;
  /** False for other databases. */
  readonly runs: boolean;
}

export function changeSets({ text, directives }: Pick<SqlFile, 'text' | 'directives'>): readonly ChangeSet[] {
  const heads = directives.filter(({ kind }) => kind === 'liquibase');
  return heads.map((head, index) => {
    const options = CHANGESET.exec(head.text)?.[1] ?? '';
    return {
      span: { start: head.span.start, end: heads[index + 1]?.span.start ?? text.length },
      headEnd: head.span.end,
      inTransaction: optionOf(options, 'runInTransaction')?.toLowerCase() !== 'false',
      runs: runsOnPostgres(options),
    };
  });
}

function optionOf(options: string, name: string): string | null {
  return new RegExp(`\\b${name}:(?:"([^"]*)"|(\\S+))`, 'i').exec(options)?.slice(1).find(Boolean) ?? null;
}

function runsOnPostgres(options: string): boolean {
  if (optionOf(options, 'ignore')?.toLowerCase() === 'true') return false;
  const wanted = (optionOf(options, 'dbms') ?? '').toLowerCase().split(',').filter(Boolean);
  if (wanted.length === 0 || wanted.includes('all')) return true;
  if (wanted.includes('!postgresql') || wanted.includes('none')) return false;
  return wanted.includes('postgresql') || wanted.every((one) => one.startsWith('!'));
}

/** What ends statements in place of `;`, where the first change set that says so has it. */
export function liquibaseDelimiter(text: string): string | null {
  const written = /^\s*--\s*changeset\b.*\bendDelimiter:("[^"]*"|\S+)/im
    .exec(text)?.[1]
    ?.replace(/^"|"$/g, '');
  return written === undefined || written === ';' || /[\\[(|*+?^$]/.test(written) ? null : written;
}

const OUTSIDE = ' runInTransaction:false';

function headOf(directives: readonly Directive[]): Directive | null {
  const heads = directives.filter(({ kind }) => kind === 'liquibase');
  return heads.length === 1 ? (heads[0] ?? null) : null;
}

/** Of a file with several change sets nothing can be said as of one script. */
function rulesOf({ directives }: ScriptText): ScriptRules {
  const head = headOf(directives);
  return {
    ...ONE_WAY,
    sendsOneByOne: true,
    // Each change set has a transaction of its own, or none.
    ...(head === null ? { transaction: () => 'unknown' as const } : {}),
    canLeave: head !== null,
    canAdd: false,
    leave: () => (head === null ? STAYS : { edits: [insertAt(head.span.end, OUTSIDE)], creates: [] }),
    leaveDown: () => null,
  };
}

export const liquibase: Layout = {
  id: 'liquibase',
  title: 'Liquibase change logs',
  transactionIsImplicit: false,

  // The changelog tells.
  recognize: () => null,

  // Of a file with one change set; the reader of the file divides those with several.
  transaction: ({ directives }) =>
    directives.some((one) => /^changeset\b.*\bruninTransaction:false\b/i.test(one)) ? 'none' : 'per-file',

  pathOf: (folder, version, name) => `${folder}/${version}_${name}.sql`,

  downPath: () => null,

  scripts: rulesOf,
};
