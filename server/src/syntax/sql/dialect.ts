// SQL of other databases. PostgreSQL's grammar has no say about it, and nothing of what we know of PostgreSQL holds there.

import { tokenize } from './lexer.js';
import type { SqlStatement } from './statement.js';

const OTHERS =
  'mysql|mariadb|sqlite3?|libsql|mssql|sqlserver|oracle|clickhouse|bigquery|snowflake|duckdb|cassandra|spanner|cockroach(?:db)?|tidb';
const KINDS = 'migrations?|schemas?|structure|repo|db|sql|queries|init|setup|tables?|seeds?';

/** A product's name may stand before it, as in `riversqlite/`. */
const FOLDER = new RegExp(
  `(?:^|/)(?:[a-z]+(?:sqlite3?|mysql)|(?:(?:${KINDS})[-_.])?(?:${OTHERS})(?:[-_.](?:${KINDS}))?)/`,
  'i',
);
const FILE = new RegExp(
  `(?:^|/)(?:[^/]*\\.|(?:${KINDS})[-_])?(?:${OTHERS})(?:[-_](?:${KINDS}))?(?:\\.[^/]*)?\\.sql$`,
  'i',
);

/**
 * A folder or file that is called after another database: `db/sqlite/`, `01_users.mysql.up.sql`. A migration that only speaks
 * of one, `20240101_leave_mysql.sql`, is not.
 *
 * @param path relative to the workspace, with `/` between folders
 */
export function isNamedForOtherDatabase(path: string): boolean {
  return FOLDER.test(path) || FILE.test(path);
}

/** What PostgreSQL never accepts and another database does, in a statement without comments and strings. */
const MARKS = [
  /`/,
  /^pragma\b/,
  /\bengine = \w/,
  /\bauto_?increment\b/,
  /\bwithout rowid\b/,
  /\bon duplicate key\b/,
  /\bsqlite_master\b/,
  /\b(?:datetime|strftime|julianday) \( '' /,
  /\bidentity \( \d+ , \d+ \)/,
  /\bfor each row (?:when .*)?begin\b/,
  /\bn?varchar \( max \)/,
  /\border by \( .* \) engine\b|\bengine\b.*\bmergetree\b/,
];

/** Whether PostgreSQL's grammar rejects the statement, and it is one of another database. */
export function speaksOtherDialect({ text, problems }: SqlStatement): boolean {
  if (problems.length === 0) return false;
  const words = tokenize(text).map(({ kind, span }) =>
    kind === 'string' ? "''" : text.slice(span.start, span.end).toLowerCase(),
  );
  const bare = words.join(' ');
  return MARKS.some((mark) => mark.test(bare));
}
