import type { Difference } from '../../analysis/way-down.js';
import { type Fix, rule } from '../rule.js';

export default rule({
  id: 'down-not-inverse',
  severity: 'warning',
  docs: {
    what: 'A way down that does not undo the way up: it leaves something, does not make it again, or makes it otherwise.',
    why: 'After a rollback the schema is none that any migration knows. Run again, the migration finds its table or column there already and is refused; what is missing is noticed when it is needed, as an index that is gone.',
    instead:
      'Undo on the way down everything that the way up does, last to first. Where there is no way back, raise.',
    unless:
      'Silent where something that either way does is not known, about a way down that does nothing to the schema, about rows, defaults, expressions, values of enums, extensions and schemas, about what IF NOT EXISTS makes, about NOT NULL of a column that is made again, and about names that are the only difference. Quieter where something is there again, but otherwise.',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-up-down'],
  },
  examples: {
    bad: [
      {
        language: 'sql',
        path: 'db/migrations/20240101000000_users.sql',
        source: [
          '-- +goose Up',
          'create table users (id bigint primary key);',
          "create type mood as enum ('glad', 'sad');",
          '^^^^^^^^^^^ down-not-inverse: the type "mood"',
          '',
          '-- +goose Down',
          'drop table users;',
        ].join('\n'),
      },
    ],
    good: [
      {
        language: 'sql',
        path: 'db/migrations/20240101000000_users.sql',
        source: [
          '-- +goose Up',
          'create table users (id bigint primary key);',
          "create type mood as enum ('glad', 'sad');",
          '',
          '-- +goose Down',
          'drop type mood;',
          'drop table users;',
        ].join('\n'),
      },
    ],
  },
  covers: ['down-not-inverse'],
  on: ['way-down'],

  *check({ differences }) {
    for (const difference of differences.filter(({ change }) => change === 'left')) {
      const what = named(difference);
      yield {
        at: difference.at,
        message: `The way down leaves ${what}, so the migration would find it there when it is run again. Take it away on the way down.`,
        fixes: fixesOf(difference),
      };
    }
    for (const [first, ...others] of byPlace(differences, 'lost')) {
      const more = others.length === 0 ? '' : `, nor ${others.length} more that went with it`;
      yield {
        at: first.at,
        message: `The way down does not make ${named(first)} again${more}. Make ${more === '' ? 'it as it was' : 'them as they were'}.`,
      };
    }
    for (const [first, ...others] of byPlace(differences, 'changed')) {
      const more =
        others.length === 0
          ? ''
          : ` ${others.length} more ${others.length === 1 ? 'is' : 'are'} not as before, too.`;
      yield {
        at: first.at,
        severity: 'info',
        message: `After the way down, ${named(first)} is ${first.after}; before the way up it was ${first.before}.${more} Change ${more === '' ? 'it' : 'them'} back.`,
      };
    }
  },
});

type Group = readonly [Difference, ...Difference[]];

/** Those that one operation of the way up makes. */
function byPlace(differences: readonly Difference[], change: Difference['change']): readonly Group[] {
  const groups = new Map<number, [Difference, ...Difference[]]>();
  for (const difference of differences) {
    if (difference.change !== change) continue;
    const known = groups.get(difference.at.start);
    if (known === undefined) groups.set(difference.at.start, [difference]);
    else known.push(difference);
  }
  return [...groups.values()];
}

function named({ object, name, of }: Difference): string {
  return `the ${object} "${name}"${of === null ? '' : ` of "${of}"`}`;
}

function fixesOf({ object, called }: Difference): readonly Fix[] {
  if (object === 'policy' || object === 'trigger') return [];
  const { name, of, schema } = called;
  return [
    {
      title: 'Take it away on the way down',
      safety: 'needs-review',
      edit: (editor) => editor.takeAwayOnTheWayDown({ object, name, table: { schema, name: of } }),
    },
  ];
}
