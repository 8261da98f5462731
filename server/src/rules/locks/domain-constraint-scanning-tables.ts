import type { Catalog } from '../../catalog/catalog.js';
import { findType } from '../../catalog/lookup.js';
import { quotedName } from '../../catalog/names.js';
import type { AlterDomain } from '../../catalog/operation.js';
import { objectName } from '../../catalog/server-names.js';
import { quoted } from '../../text/quoted.js';
import { snakeCase } from '../../text/words.js';
import { type Fix, given, type Moment, rule, sql } from '../rule.js';

const tables = sql`
  create domain price as integer;
  create table products (id bigint primary key, price price);
`;

export default rule({
  id: 'domain-constraint-scanning-tables',
  severity: 'error',
  docs: {
    what: 'A domain that tables use gets a CHECK or NOT NULL, which is checked at once.',
    why: 'ALTER DOMAIN takes a SHARE lock on every table with a column of the domain, and keeps it while it reads all of their rows: writes to all of these tables wait until then. VALIDATE CONSTRAINT of a domain needs the same lock.',
    instead:
      'Add a CHECK to the columns instead, NOT VALID, and VALIDATE it in a later migration: that lets writes go on. Or add it to the domain NOT VALID, and VALIDATE it when few write; NOT NULL has no such form.',
    unless:
      'Silent where no table uses the domain, or only such as the same migration makes. A warning for VALIDATE.',
    references: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          alter domain price add constraint price_is_positive check (value > 0);
          ^^^^^^^^^^^^ domain-constraint-scanning-tables
        `,
      ),
      given(
        [tables],
        sql`
          alter domain price set not null;
          ^^^^^^^^^^^^ domain-constraint-scanning-tables
        `,
      ),
    ],
    good: [
      given([tables], sql`alter domain price add constraint price_is_positive check (value > 0) not valid;`),
      sql`
        create domain price as integer;
        alter domain price add constraint price_is_positive check (value > 0);
      `,
    ],
  },
  covers: ['alter-domain-add-constraint'],
  aliases: [
    'ban-alter-domain-with-add-constraint',
    'ban-alter-domain-add-constraint',
    'add-domain-constraint-without-not-valid',
    'add-domain-not-null',
  ],
  on: ['alter-domain'],

  *check(operation, moment) {
    const { action, keyword, type } = operation;
    const read = moment.locksOf(operation).scans.filter(({ relation }) => !moment.tableIsNew(relation));
    const [first] = read;
    if (first === undefined) return;
    const names = read.map(({ relation }) => `"${relation.name}"`);
    const last = names.pop();
    const tables = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
    const instead =
      action === 'validate'
        ? 'Do it when few write.'
        : action === 'set-not-null'
          ? 'Make the columns NOT NULL instead, proven by a validated CHECK.'
          : 'Add it NOT VALID, or as a CHECK of the columns.';
    yield {
      at: keyword,
      severity: action === 'validate' ? 'warning' : 'error',
      message: `Every value of "${type.name}" in ${tables} is checked while writes there wait (SHARE lock). ${instead}`,
      weighs: first.relation,
      fixes: action === 'add-check' ? [validLater(operation, moment)] : [],
    };
  },
});

function validLater(operation: AlterDomain, moment: Moment): Fix {
  const { type, constraint, span } = operation;
  const name = constraint?.name?.name ?? nameByServer(operation, moment);
  const words = `alter domain ${quotedName(type)} validate constraint ${quoted(name)}`;
  return {
    title: 'Add it NOT VALID, and validate it in a new migration',
    safety: 'needs-review',
    edit: (editor) =>
      editor.together(
        editor.insertWords(operation, span.end, 'not valid'),
        editor.runLater([
          {
            name: snakeCase('validate', name),
            outside: false,
            notes: ['Writes to the tables that use the domain wait for it, so run it when few write.'],
            up: [{ kind: 'words', sql: words }],
            down: [],
          },
        ]),
      ),
  };
}

/** `price_check`, or with a number when that is taken. */
function nameByServer({ type }: AlterDomain, moment: Moment): string {
  const constraintsIn = (catalog: Catalog) => {
    const found = findType(catalog, type);
    return found?.kind === 'domain' ? found.constraints.map(({ name }) => name) : [];
  };
  const before = constraintsIn(moment.before.whole());
  const made = constraintsIn(moment.afterMigration.whole()).find((name) => !before.includes(name));
  return made ?? objectName(type.name, '', 'check');
}
