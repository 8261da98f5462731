import { findType } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const mood = sql`create type mood as enum ('sad', 'happy');`;

export default rule({
  id: 'add-enum-value-without-position',
  severity: 'off',
  docs: {
    what: 'A value is added to an enum without a word on where it goes.',
    why: 'It goes last, and ORDER BY, < and > follow that order. It cannot be moved later.',
    instead: 'Say BEFORE or AFTER which value it goes.',
    unless: 'Silent where it says so.',
    references: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  },
  examples: {
    bad: [
      given(
        [mood],
        sql`
          alter type mood add value 'glad';
                                    ^^^^^^ add-enum-value-without-position
        `,
      ),
      given(
        [mood],
        migration`
          execute "alter type mood add value 'glad'", ""
                                             ^^^^^^ add-enum-value-without-position
        `,
      ),
    ],
    good: [given([mood], sql`alter type mood add value 'glad' after 'happy';`)],
  },
  covers: ['enum-add-value-without-position'],
  aliases: ['require-enum-value-ordering', 'alter-enum-no-ordering'],
  on: ['add-enum-value'],

  *check(operation, moment) {
    const { type: name, value, position } = operation;
    if (position !== null) return;
    const type = findType(moment.before.whole(), name);
    const last = type?.kind === 'enum' && !type.values.includes(value.name) ? type.values.at(-1) : undefined;
    yield {
      at: value.span,
      message: `'${value.name}' goes last in "${name.name}"${last === undefined ? '' : `, after '${last}'`}. Say BEFORE or AFTER which value it goes.`,
      fixes:
        last === undefined
          ? []
          : [
              {
                title: `Write AFTER '${last}'`,
                safety: 'safe',
                edit: (editor) =>
                  editor.insertWords(operation, value.span.end, `AFTER '${last.replaceAll("'", "''")}'`),
              },
            ],
    };
  },
});
