import type { Irreversible } from '../../analysis/ecto-code.js';
import { type Fix, given, migration, rule, sql } from '../rule.js';

export default rule({
  id: 'irreversible-change',
  severity: 'warning',
  docs: {
    what: 'A command in `change/0` that Ecto cannot turn round, or an `up/0` without a `down/0`.',
    why: 'A rollback of the migration raises, in the moment in which one is needed: `remove` does not say what column to make again, `modify` not what it was, `execute` with one text not how to undo it.',
    instead:
      'Say what is missing: `from:` in `modify`, the type in `remove`, a second text in `execute`. Or write `up/0` and `down/0`; a `down/0` that raises says that there is no way back.',
    unless:
      'Said once for a migration, at the first such command. Silent about commands that the way down does not reach, as under `if direction() == :up`, and where something that the migration uses may bring the other callback.',
    references: [
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-change',
      'https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/2',
    ],
  },
  examples: {
    bad: [
      given(
        [sql`create table users (id bigint primary key, note text not null default '');`],
        migration`
          alter table(:users) do
            remove :note
            ^^^^^^ irreversible-change: what column
          end
        `,
      ),
      given(
        [sql`create table users (id bigint primary key, age integer);`],
        migration`
          alter table(:users) do
            modify :age, :bigint
            ^^^^^^ irreversible-change
          end
        `,
      ),
      migration`
        execute "CREATE TYPE mood AS ENUM ('glad', 'sad')"
        ^^^^^^^ irreversible-change
      `,
    ],
    good: [
      migration`
        execute "CREATE TYPE mood AS ENUM ('glad', 'sad')", "DROP TYPE mood"
      `,
    ],
  },
  covers: ['irreversible-change'],
  on: ['ecto-migration'],

  *check({ irreversible, upAlone }) {
    const refuse: Fix = {
      title: 'Say that there is no way back',
      safety: 'needs-review',
      edit: (editor) => editor.refuseWayBack(),
    };
    const [first, ...more] = oncePerPlace(irreversible);
    if (first !== undefined) {
      const tell: Fix = {
        title: more.length === 0 ? 'Say how it is undone' : 'Say how each is undone',
        safety: 'needs-review',
        edit: (editor) => editor.together(...[first, ...more].map((one) => editor.giveWayBack(one))),
      };
      yield {
        at: first.call.word,
        message: `Ecto cannot undo this: ${missing(first)}.${others(more.length)} A rollback of the migration raises.`,
        related: more.map((command) => ({ at: command.call.word, message: `nor this: ${missing(command)}` })),
        fixes: [tell, refuse],
      };
    }
    if (upAlone === null) return;
    const call: Fix = {
      title: 'Call it change: Ecto knows the way back',
      safety: 'needs-review',
      edit: (editor) => editor.callItChange(),
    };
    yield {
      at: upAlone.at,
      severity: 'info',
      message: 'There is no down/0 beside this, so a rollback of the migration raises.',
      fixes: upAlone.isReversible ? [call, refuse] : [refuse],
    };
  },
});

/** In the order of the file; what runs several times is one command. */
function oncePerPlace(commands: readonly Irreversible[]): readonly Irreversible[] {
  const byPlace = new Map(commands.map((command) => [command.call.word.start, command]));
  return [...byPlace.values()].sort((a, b) => a.call.word.start - b.call.word.start);
}

function others(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? ' It is the same with another command.'
    : ` It is the same with ${count} other commands.`;
}

function missing({ verb, object }: Irreversible): string {
  switch (verb) {
    case 'remove':
    case 'remove_if_exists':
      return 'it is not told what column to make again';
    case 'modify':
      return 'it is not told what the column was before (from:)';
    case 'add_if_not_exists':
      return 'whether the column was there before is not known';
    case 'flush':
      return 'flush() has no way back in change/0';
    case 'drop':
    case 'drop_if_exists':
      return `it is not told what the ${object} was`;
    default:
      return 'a second argument would say how';
  }
}
