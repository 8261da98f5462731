import { doubtAbout, findTable, meansSame, tableById } from '../../catalog/lookup.js';
import { given, migration, rule, sql } from '../rule.js';

const notes = sql`create table notes (id bigint primary key, body text);`;

export default rule({
  id: 'table-dropped-and-made-again',
  severity: 'error',
  docs: {
    what: 'A migration drops a table and makes another one of the same name.',
    why: 'It looks like a change of the table, but all its rows are gone, and so are the indexes, foreign keys, triggers, policies and rights that the new definition does not repeat.',
    instead:
      'Alter the table in steps. Where it has to be another one, make it under a new name, copy the rows, and rename both.',
    unless:
      'Silent for a table that the same migration made before, for temporary tables, for one that was not there or of which that is not known, and when rows are written into the new table in the same migration or it is made from a query: then they may have been kept.',
    references: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  },
  examples: {
    bad: [
      given(
        [notes],
        sql`
          drop table notes;
          create table notes (id uuid primary key, body text);
                       ^^^^^ table-dropped-and-made-again
        `,
      ),
      given(
        [notes],
        migration`
          drop table(:notes)
          create table(:notes) do
                       ^^^^^^ table-dropped-and-made-again
            add :body, :text
          end
        `,
      ),
    ],
    good: [given([notes], sql`alter table notes add column title text;`)],
  },
  covers: ['create-table-force'],
  on: ['migration'],

  *check({ steps }) {
    const first = steps[0]?.before;
    if (first === undefined) return;
    for (const [index, step] of steps.entries()) {
      const { operation, before } = step;
      if (operation.kind !== 'create-table') continue;
      const { table, temporary, fromQuery } = operation;
      if (temporary || fromQuery || findTable(before, table) !== null) continue;
      const old = findTable(first, table);
      // Under another name it is still there.
      if (old === null || doubtAbout(first, old) !== null || tableById(before, old.id) !== null) continue;
      const isFilled = steps
        .slice(index + 1)
        .some(
          ({ operation: later, before: then }) =>
            later.kind === 'unknown' ||
            (later.kind === 'write-rows' &&
              later.verb !== 'truncate' &&
              later.table !== null &&
              meansSame(then, later.table, table)),
        );
      if (isFilled) continue;
      yield {
        step,
        at: table.span,
        message: `"${table.name}" was dropped above and is made anew here: its rows are gone, with all of its indexes, keys and rights that are not repeated. Alter it, or copy its rows into a table of another name and rename that.`,
        related: old.origin === null ? [] : [{ at: old.origin, message: `"${old.name}" is first made here` }],
      };
    }
  },
});
