// What a law of fixes does not ask of a fix, and why: the one list of them. A fix that breaks a law on purpose has a line here; a
// line that no fix of that rule needs fails in laws.test.ts.

export type Law = 'repetition' | 'findings' | 'comments' | 'schema' | 'locks';

export interface Exception {
  readonly rule: string;
  /** How the titles of the fixes begin; all of the rule's when it is empty. */
  readonly fix: string;
  /** The law that is not asked. */
  readonly law: Law;
  /** For `findings`: the one other rule that has something to say then; absent when anything may be found. */
  readonly brings?: string;
  readonly why: string;
}

const SCHEMA: readonly (readonly [rule: string, fix: string, why: string])[] = [
  ['add-column-required-without-default', 'Make "', 'NOT NULL is left to a later migration'],
  ['add-column-rewrites-table', '', 'the type of the column is what is mended'],
  ['column-type-rebuilds-index', '', 'the type of the column is what is mended'],
  ['column-type-rewrites-table', 'Move to a new column', 'the old one stays as long as code reads it'],
  [
    'column-type-set-again',
    'Leave the type out',
    'a CHECK is not made anew, so it is not spelled anew either',
  ],
  [
    'concurrently-in-transaction',
    'Run it outside a transaction',
    'the server had refused it, so it made nothing',
  ],
  ['constraint-never-validated', '', 'it was forgotten'],
  ['detach-concurrently-beside-default', '', 'without CONCURRENTLY no CHECK of the bounds is left'],
  ['detach-partition-blocking', '', 'CONCURRENTLY leaves a CHECK of the bounds'],
  ['foreign-key-without-index', 'Add an index on', 'it was forgotten'],
  ['json-column', '', 'the type of the column is what is mended'],
  ['missing-column', 'Write "', 'the statement was about nothing'],
  ['missing-object', 'Write "', 'the statement was about nothing'],
  ['missing-table', 'Write "', 'the statement was about nothing'],
  ['not-null-check-left-behind', '', 'it was left behind'],
  ['policy-without-row-level-security', 'Enable row-level security', 'it was forgotten'],
  ['rename-column-in-use', 'Add "', 'the old column stays as long as code reads it'],
  ['rename-column-in-use', 'Keep the column', 'the code is what changes'],
  ['rename-table-in-use', 'Leave a view with the name', 'a view has the old name meanwhile'],
  ['table-without-row-level-security', 'Enable row-level security', 'it was forgotten'],
  ['uncommitted-transaction', 'Commit at the end', 'nothing was committed, so nothing was made'],
  ['definer-function-open-to-all', '', 'it was forgotten'],
  ['extension-in-public-schema', '', 'where the extension stands is what is mended'],
  ['foreign-key-without-tenant', '', 'what the foreign key holds is what is mended'],
  ['function-without-search-path', '', 'it was forgotten'],
  ['policy-calls-function-per-row', '', 'the policy asks the same, once'],
  ['policy-column-without-index', 'Add an index on', 'it was forgotten'],
  ['row-level-security-not-forced', '', 'it was forgotten'],
  ['setting-read-without-default', '', 'what the policy says where the setting is missing is what is mended'],
  ['view-bypasses-row-level-security', '', 'whose rights the view has is what is mended'],
];

/** The next step of the author is then found. */
const FINDINGS: readonly (readonly [rule: string, fix: string, why: string])[] = [
  ['domain-constraint-scanning-tables', '', 'to validate it scans as well, in a transaction of its own'],
  ['drop-cascade', 'Drop the constraints by name', 'what was said of CASCADE is said of each by its name'],
  ['missing-object', 'Write "', 'what is about nothing is not judged'],
  ['missing-table', 'Write "', 'what is about nothing is not judged'],
  ['new-partition-locks-parent', '', 'a lock that is held already is not said again'],
  ['repo-call-in-change', 'Let it wait its turn', 'only then the rows are changed after the commands'],
  [
    'repo-call-without-flush',
    'Flush the commands above it',
    'only then the rows are changed after the commands',
  ],
  ['schema-module-in-migration', 'Name the table', 'a query is judged as far as it can be read'],
  ['statement-after-access-exclusive', '', 'it is said once for a transaction'],
  [
    'truncate-cascade',
    'Name all tables that it empties',
    'what was said of one table is said of each by its name',
  ],
];

export const EXCEPTIONS: readonly Exception[] = [
  ...SCHEMA.map(([rule, fix, why]) => ({ rule, fix, law: 'schema' as const, why })),
  ...FINDINGS.map(([rule, fix, why]) => ({ rule, fix, law: 'findings' as const, why })),
  {
    rule: 'create-index-blocking-writes',
    fix: 'Build the index concurrently',
    law: 'findings',
    brings: 'concurrent-index-if-not-exists',
    why: "it is the author's IF NOT EXISTS",
  },
  {
    rule: 'detach-partition-blocking',
    fix: 'Detach it concurrently',
    law: 'findings',
    brings: 'down-not-inverse',
    why: 'the CHECK that stays behind does no harm when it is attached and detached again',
  },
  {
    rule: 'new-partition-scanning-default',
    fix: 'Leave the bounds out of the default partition',
    law: 'findings',
    brings: 'new-partition-locks-parent',
    why: 'in a migration of its own no lock is held already',
  },
  {
    rule: 'missing-table',
    fix: 'Write "',
    law: 'repetition',
    why: 'only the first use is reported, and then the next',
  },
  {
    rule: 'new-partition-locks-parent',
    fix: '',
    law: 'repetition',
    why: 'a lock that is held already is not said again, and where it is gone it is said of the next',
  },
  { rule: 'unused-suppression', fix: '', law: 'comments', why: 'a comment is what is mended' },
  {
    rule: 'concurrently-not-supported',
    fix: '',
    law: 'locks',
    why: 'the server had refused it, so it took none',
  },
  {
    rule: 'detach-concurrently-beside-default',
    fix: '',
    law: 'locks',
    why: 'the server had refused it, so it took none',
  },
  { rule: 'missing-table', fix: 'Write "', law: 'locks', why: 'the statement was about nothing' },
];
