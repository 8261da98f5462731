import type { Operation } from '../../catalog/operation.js';
import { migration, rule } from '../rule.js';

export default rule({
  id: 'repo-call-without-flush',
  severity: 'warning',
  docs: {
    what: 'A call of the Repo that needs a table or a column that a command above it makes.',
    why: 'Commands of a migration are gathered and sent when its callback returns, or at `flush()`; the Repo is asked at once. So the call runs first, and fails for want of what stands above it.',
    instead:
      'Call `flush()` between them, in `up/0`. Or hand the call to `execute` as a function, which waits its turn.',
    unless:
      'Silent where the call names nothing that the commands above it make, about indexes and constraints, and inside functions given to `execute`.',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migration.html#flush/0'],
  },
  examples: {
    bad: [
      migration`
        create table(:settings) do
          add :name, :text
        end

        repo().insert_all("settings", [%{name: "theme"}])
               ^^^^^^^^^^ repo-call-without-flush: "settings" is not there
      `,
    ],
    good: [
      migration`
        create table(:settings) do
          add :name, :text
        end

        execute(fn -> repo().insert_all("settings", [%{name: "theme"}]) end, fn -> :ok end)
      `,
    ],
  },
  covers: ['repo-call-without-flush'],
  on: ['ecto-migration'],

  *check({ repoCalls, isTurnedRound }) {
    for (const { call, waiting } of repoCalls) {
      const awaited = waiting.map(madeBy).find((made) => made !== null);
      if (awaited == null) continue;
      yield {
        at: call.word,
        message: `This runs before the commands above it, which wait until the end: ${awaited} is not there yet.`,
        fixes: [
          isTurnedRound
            ? {
                title: 'Let it wait its turn, on the way up alone',
                safety: 'needs-review',
                edit: (editor) => editor.runOnTheWayUp(call.span),
              }
            : {
                title: 'Flush the commands above it',
                safety: 'needs-review',
                edit: (editor) => editor.flushBefore(call.span),
              },
        ],
      };
    }
  },
});

/** In words, what the command makes. */
function madeBy(operation: Operation): string | null {
  switch (operation.kind) {
    case 'create-table':
      return `the table "${operation.table.name}"`;
    case 'add-column':
      return `the column "${operation.column.name.name}"`;
    case 'rename-table':
    case 'rename-column':
      return `the name "${operation.to.name}"`;
    default:
      return null;
  }
}
