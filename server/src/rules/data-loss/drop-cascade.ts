import { droppedByCascade, type Falling, isNewSince, listed } from '../../analysis/cascades.js';
import type { MigrationStep, WholeMigration } from '../../analysis/whole-migration.js';
import type { ObjectRef } from '../../catalog/apply/dependencies.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { Operation, OperationOf } from '../../catalog/operation.js';
import { type Finding, type Fix, given, migration, rule, sql } from '../rule.js';

const tables = sql`
  create table users (id bigint primary key);
  create table posts (id bigint primary key, user_id bigint references users (id));
  create index posts_user on posts (user_id);
`;

const DROPS = [
  'drop-table',
  'drop-column',
  'drop-constraint',
  'drop-index',
  'drop-view',
  'drop-sequence',
  'drop-type',
  'drop-function',
  'drop-extension',
] as const;

type Drop = OperationOf<(typeof DROPS)[number]>;

export default rule({
  id: 'drop-cascade',
  severity: 'warning',
  docs: {
    what: 'DROP … CASCADE drops things that it does not name.',
    why: 'Foreign keys, views, columns, defaults, policies, triggers and functions that depend on what is dropped go too, without a word: the server mentions them in a notice that a runner does not show. Each table that loses something is locked against reads and writes.',
    instead:
      'Drop what depends on it first, by name. Without CASCADE the server refuses when something was forgotten.',
    unless:
      'Silent for what the same migration makes, for IF EXISTS on what does not exist, for what the migration drops or makes again by itself, and for views of a table or column, of which `drop-table-in-use` and `drop-column-in-use` speak. Info where it is not known what depends on it; a hint where nothing does, so that CASCADE can go. DROP SCHEMA has `drop-schema`.',
    references: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          drop table users cascade;
                           ^^^^^^^ drop-cascade
        `,
      ),
      given(
        [tables],
        migration`
          drop table(:users), mode: :cascade
                              ^^^^^^^^^^^^^^ drop-cascade
        `,
      ),
    ],
    good: [
      given(
        [tables],
        sql`
          alter table posts drop constraint posts_user_id_fkey;
          drop table users;
        `,
      ),
    ],
  },
  covers: ['drop-cascade'],
  aliases: ['no-drop-table-cascade'],
  on: ['migration'],

  *check(whole, moment) {
    const first = whole.steps[0]?.before;
    for (const { drops, step } of cascadesIn(whole)) {
      const { before } = step;
      const [drop] = drops;
      if (drop === undefined || drops.every((one) => first !== undefined && isNewSince(one, before, first))) {
        continue;
      }
      const place = { step, at: drop.cascadeAt ?? drop.keyword };
      const name = listed(drops.map(nameOf));
      const cascade = droppedByCascade(drops, before, moment.afterMigration.whole(), moment.postgres);
      const { everything, newObjects } = before.doubts;
      if (cascade === null) {
        const isAbsent = everything === null && newObjects === null;
        if (!isAbsent || !drops.every(({ ifExists }) => ifExists)) yield unknownFall(place, name);
        continue;
      }
      const speaksOfViews = drop.kind === 'drop-table' || drop.kind === 'drop-column';
      const falls = cascade.falls.filter(({ object }) => !(speaksOfViews && isView(before, object)));
      if (falls.length > 0) {
        yield {
          ...place,
          message: `CASCADE also drops ${listed(falls.map(({ by }) => by))}, which depend${falls.length === 1 ? 's' : ''} on ${name}${cascade.certain ? '' : ', and perhaps more'}. Drop what has to go by name.`,
          related: falls.flatMap(({ origin, by }) =>
            origin === null ? [] : [{ at: origin, message: `${by} is made here` }],
          ),
          fixes: byName(drop, before, cascade.falls),
        };
      } else if (!cascade.certain) {
        yield unknownFall(place, name);
      } else if (cascade.isIdle) {
        yield {
          ...place,
          severity: 'hint',
          message: `Nothing depends on ${name}, so CASCADE drops nothing more. Without it the server refuses when that is no longer true.`,
          fixes: [withoutCascade(drop)],
        };
      }
    }
  },
});

interface CascadingDrop {
  /** What one statement drops, or one action of an ALTER TABLE. */
  readonly drops: readonly Drop[];
  /** The first of them. */
  readonly step: MigrationStep;
}

function cascadesIn({ steps }: WholeMigration): readonly CascadingDrop[] {
  const found = new Map<string, CascadingDrop>();
  for (const step of steps) {
    const { operation, statement } = step;
    if (!isDrop(operation) || !operation.cascade) continue;
    const key = `${statement} ${(operation.cascadeAt ?? operation.keyword).start}`;
    const same = found.get(key);
    found.set(
      key,
      same === undefined ? { drops: [operation], step } : { ...same, drops: [...same.drops, operation] },
    );
  }
  return [...found.values()];
}

function isDrop(operation: Operation): operation is Drop {
  return (DROPS as readonly string[]).includes(operation.kind);
}

function unknownFall(place: Pick<Finding, 'step' | 'at'>, name: string): Finding {
  return {
    ...place,
    severity: 'info',
    message: `CASCADE also drops all that depends on ${name}, and what that is, is not known here. Drop what has to go by name.`,
  };
}

function nameOf(operation: Drop): string {
  switch (operation.kind) {
    case 'drop-table':
      return `"${operation.table.name}"`;
    case 'drop-column':
      return `"${operation.column.name}" of "${operation.table.name}"`;
    case 'drop-constraint':
      return `"${operation.constraint.name}" of "${operation.table.name}"`;
    case 'drop-index':
      return `"${operation.index.name}"`;
    case 'drop-view':
      return `"${operation.view.name}"`;
    case 'drop-sequence':
      return `"${operation.sequence.name}"`;
    case 'drop-type':
      return `"${operation.type.name}"`;
    case 'drop-function':
      return `"${operation.function.name}"`;
    case 'drop-extension':
      return `the extension "${operation.extension.name}"`;
  }
}

function isView(catalog: Catalog, object: ObjectRef): boolean {
  return object.kind === 'relation' && catalog.relations.get(object.id)?.kind === 'view';
}

function withoutCascade(operation: Drop): Fix {
  return {
    title: 'Drop it without CASCADE',
    safety: 'needs-review',
    edit: (editor) => {
      const at = operation.cascadeAt;
      if (at === undefined) return null;
      return editor.replaceWords(operation, at, '') ?? editor.setOption(operation, at, 'mode', null);
    },
  };
}

/** Offered where all that falls is foreign keys and the like: what else falls, somebody has to look at. */
function byName(operation: Drop, before: Catalog, falls: readonly Falling[]): readonly Fix[] {
  const constraints = falls.flatMap(({ object }) => {
    const table = object.kind === 'constraint' ? before.relations.get(object.relation) : undefined;
    return object.kind === 'constraint' && table !== undefined ? [{ table, constraint: object.name }] : [];
  });
  if (constraints.length < falls.length) return [];
  return [
    {
      title: 'Drop the constraints by name, and then without CASCADE',
      safety: 'needs-review',
      edit: (editor) =>
        editor.together(
          editor.runBefore(
            operation,
            constraints.map(({ table: { schema, name }, constraint }) => ({
              up: {
                kind: 'drop-constraint',
                table: { schema: schema === 'public' ? null : schema, name },
                constraint,
              },
              down: null,
            })),
          ),
          withoutCascade(operation).edit(editor),
        ),
    },
  ];
}
