// Where the parts of an operation stand in the Elixir file: what is drawn under a line is what that part points at.

import assert from 'node:assert/strict';
import type { Expression } from '../../server/src/catalog/expression.js';
import type { ConstraintDefinition, Operation } from '../../server/src/catalog/operation.js';
import { ectoMigrationIn } from '../../server/src/migrations/from-ecto.js';
import type { Span } from '../../server/src/text/span.js';
import { readMarks } from '../support/marks.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { moduleAround } from './from-ecto-reading.js';

type Part = readonly [label: string, span: Span];

/** The parts of an operation by the labels under which they are drawn; its keyword goes by the operation's kind. */
function partsOf(operation: Operation): readonly Part[] {
  const parts: Part[] = [
    [operation.kind, operation.keyword],
    ['whole', operation.span],
  ];
  const expression = (label: string, value: Expression | null) => {
    if (value !== null) parts.push([label, value.span]);
  };
  const constraint = (definition: ConstraintDefinition) => {
    parts.push(
      [`${definition.kind}-keyword`, definition.keyword],
      [`${definition.kind}-whole`, definition.span],
    );
    if (definition.name !== null) parts.push(['name', definition.name.span]);
    if (definition.kind === 'foreign-key') parts.push(['references', definition.references.span]);
    if (definition.kind === 'check') expression('expression', definition.expression);
  };
  if ('table' in operation && operation.table !== null) parts.push(['table', operation.table.span]);
  switch (operation.kind) {
    case 'create-table':
      for (const column of operation.columns) {
        parts.push(['column', column.name.span], ['type', column.type.span], ['column-whole', column.span]);
        expression('default', column.default);
      }
      operation.constraints.forEach(constraint);
      break;
    case 'add-column':
      parts.push(['column', operation.column.name.span], ['type', operation.column.type.span]);
      expression('default', operation.column.default);
      break;
    case 'add-constraint':
      constraint(operation.constraint);
      break;
    case 'alter-column-type':
      parts.push(['column', operation.column.span], ['type', operation.type.span]);
      break;
    case 'set-default':
      expression('default', operation.value);
      break;
    case 'drop-column':
    case 'set-not-null':
    case 'drop-not-null':
      parts.push(['column', operation.column.span]);
      break;
    case 'drop-constraint':
      parts.push(['name', operation.constraint.span]);
      break;
    case 'rename-column':
    case 'rename-table':
      parts.push(['to', operation.to.span]);
      if (operation.kind === 'rename-column') parts.push(['column', operation.column.span]);
      break;
    case 'create-index':
      if (operation.index !== null) parts.push(['name', operation.index.span]);
      if (operation.concurrently !== null) parts.push(['concurrently', operation.concurrently]);
      expression('where', operation.where);
      for (const key of operation.keys) expression('key', key.expression);
      break;
    case 'drop-index':
      parts.push(['name', operation.index.span]);
      if (operation.concurrently !== null) parts.push(['concurrently', operation.concurrently]);
      break;
    default:
      break;
  }
  return parts;
}

function check(says: string, drawn: string): void {
  it(says, () => {
    const { text, expected } = readMarks(moduleAround(drawn.replace(/^\n|\n\s*$/g, '')));
    const migration = ectoMigrationIn(elixirParser.parse(text), null, sqlParser);
    const parts = (migration?.statements ?? []).flatMap(({ operations }) => operations.flatMap(partsOf));
    assert.ok(expected.length > 0, 'something is drawn');
    for (const { rule, span } of expected) {
      const own = parts
        .filter(([label]) => label === rule)
        .map(([, found]) => text.slice(found.start, found.end));
      const hit = parts.some(
        ([label, found]) => label === rule && found.start === span.start && found.end === span.end,
      );
      assert.ok(
        hit,
        `${rule} is drawn at ${text.slice(span.start, span.end)} and points at ${own.join(' | ')}`,
      );
    }
  });
}

describe('places in Ecto migrations', () => {
  check(
    'create table',
    `
    create table(:posts) do
    ^^^^^^^^^^^^ create-table
                 ^^^^^^ table
      add :title, :string, null: false, default: "it's"
          ^^^^^^ column
                  ^^^^^^^ type
                                                 ^^^^^^ default
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ column-whole
      add :at, :utc_datetime, default: fragment("now()")
                                                 ^^^^^ default
      add(:user_id, references(:users, on_delete: :delete_all), null: false)
                    ^^^^^^^^^^ type
                    ^^^^^^^^^^ foreign-key-keyword
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ foreign-key-whole
                               ^^^^^^ references
      add :kind_id, references("kinds", type: :uuid, name: "posts_kind")
                                              ^^^^^ type
                                                           ^^^^^^^^^^^^ name
                               ^^^^^^^ references
      timestamps(type: :utc_datetime)
      ^^^^^^^^^^ column
                       ^^^^^^^^^^^^^ type
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ column-whole
    end
    `,
  );

  check(
    'create table with its own key',
    `
    create table("posts", primary_key: false) do
                 ^^^^^^^ table
      add :id, :uuid, primary_key: true
                      ^^^^^^^^^^^^^^^^^ primary-key-keyword
    end
    `,
  );

  check(
    'alter table: add, remove, modify',
    `
    alter table(:posts) do
                ^^^^^^ table
      add :views, :integer, default: 0
      ^^^ add-column
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
          ^^^^^^ column
                  ^^^^^^^^ type
                                     ^ default
      remove :old
      ^^^^^^ drop-column
             ^^^^ column
      modify :body, :text, null: false, default: "x"
      ^^^^^^ alter-column-type
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
             ^^^^^ column
                    ^^^^^ type
                           ^^^^^^^^^^^ set-not-null
                                        ^^^^^^^^^^^^ set-default
                                                 ^^^ default
      modify :tag, {:array, :string}, null: true
                   ^^^^^^^^^^^^^^^^^ type
                                      ^^^^^^^^^^ drop-not-null
    end
    `,
  );

  check(
    'alter table: references',
    `
    alter table(:posts) do
      add :user_id, references(:users)
          ^^^^^^^^ column
                    ^^^^^^^^^^ add-constraint
                    ^^^^^^^^^^ foreign-key-keyword
                    ^^^^^^^^^^^^^^^^^^ foreign-key-whole
                               ^^^^^^ references
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
      modify :kind_id, references(:kinds), from: references(:old)
                       ^^^^^^^^^^ foreign-key-keyword
                                                 ^^^^^^^^^^ drop-constraint
      remove :gone_id, references(:gone)
      ^^^^^^ drop-column
                       ^^^^^^^^^^ drop-constraint
    end
    `,
  );

  check(
    'indexes',
    `
    create index(:posts, [:a, :b])
    ^^^^^^^^^^^^ create-index
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
                 ^^^^^^ table
                         ^^^^^^^^ name
    create unique_index(:posts, ["lower(title)"], name: :posts_title, where: "gone IS NULL", concurrently: true)
    ^^^^^^^^^^^^^^^^^^^ create-index
                                  ^^^^^^^^^^^^ key
                                                        ^^^^^^^^^^^^ name
                                                                              ^^^^^^^^^^^^ where
                                                                                             ^^^^^^^^^^^^^^^^^^ concurrently
    create_if_not_exists index(:posts, [:c])
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ create-index
    create(index(:posts, [:d]))
    ^^^^^^^^^^^^ create-index
    index(:posts, [:e]) |> create()
                           ^^^^^^ create-index
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
    drop index(:posts, [:a], concurrently: true)
    ^^^^^^^^^^ drop-index
                             ^^^^^^^^^^^^^^^^^^ concurrently
    drop_if_exists index(:posts, [:a], name: "x")
    ^^^^^^^^^^^^^^^^^^^^ drop-index
                                             ^^^ name
    `,
  );

  check(
    'constraints',
    `
    create constraint(:products, :price_is_positive, check: "price > 0")
    ^^^^^^^^^^^^^^^^^ add-constraint
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whole
                      ^^^^^^^^^ table
                                 ^^^^^^^^^^^^^^^^^^ name
                                                     ^^^^^ check-keyword
                                                             ^^^^^^^^^ expression
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ check-whole
    create constraint("rooms", "no_overlap", exclude: ~s|gist (r WITH &&)|)
                                             ^^^^^^^ exclusion-keyword
    drop constraint(:products, :price_is_positive)
    ^^^^^^^^^^^^^^^ drop-constraint
                               ^^^^^^^^^^^^^^^^^^ name
    `,
  );

  check(
    'drops and renames',
    `
    drop table(:posts)
    ^^^^^^^^^^ drop-table
               ^^^^^^ table
    rename table(:posts), to: table(:articles)
    ^^^^^^ rename-table
                 ^^^^^^ table
                                    ^^^^^^^^^ to
    rename table(:articles), :title, to: :headline
    ^^^^^^ rename-column
                             ^^^^^^ column
                                         ^^^^^^^^^ to
    `,
  );

  check(
    'SQL in texts',
    `
    execute "ALTER TABLE users ADD CONSTRAINT a UNIQUE (email)", ""
                               ^^^^^^^^^^^^^^ add-constraint
                         ^^^^^ table
                                                ^^^^^^ unique-keyword
    execute """
      CREATE INDEX
      ^^^^^^^^^^^^ create-index
        by_email ON "users" (email)
        ^^^^^^^^ name
                    ^^^^^^^ table
    """
    execute ~s[ALTER TABLE users DROP COLUMN "old"]
                                 ^^^^^^^^^^^ drop-column
                                             ^^^^^ column
    execute "ALTER TABLE \\"users\\" DROP COLUMN gone"
                         ^^^^^^^^^ table
                                               ^^^^ column
    repo().query!("UPDATE users SET a = 1")
                          ^^^^^ table
                   ^^^^^^ write-rows
    `,
  );

  check(
    'values that come from elsewhere',
    `
    for t <- [:a, :b] do
      create index(t, [:x])
      ^^^^^^^^^^^^ create-index
                   ^ table
      execute "DROP TABLE #{t}_old"
                          ^^^^^^^^ table
               ^^^^^^^^^^ drop-table
    end
    sql = "ALTER TABLE a " <> "DROP COLUMN b"
                       ^ table
                               ^^^^^^^^^^^ drop-column
    execute sql
    `,
  );

  it('points into an attribute that holds the SQL', () => {
    const text = `defmodule A do
  use Ecto.Migration
  @sql "DROP TABLE old_users"
  def change, do: execute(@sql)
end
`;
    const migration = ectoMigrationIn(elixirParser.parse(text), null, sqlParser);
    const [operation] = migration?.statements[0]?.operations ?? [];
    assert.equal(operation?.kind, 'drop-table');
    if (operation?.kind !== 'drop-table') return;
    assert.equal(operation.table.span.start, text.indexOf('old_users'));
  });

  it('keeps what is inside an expression relative to its text', () => {
    const text = moduleAround('    create constraint(:t, :c, check: "price > 0 AND amount < 5")');
    const migration = ectoMigrationIn(elixirParser.parse(text), null, sqlParser);
    const [operation] = migration?.statements[0]?.operations ?? [];
    assert.ok(operation?.kind === 'add-constraint' && operation.constraint.kind === 'check');
    const { text: sql, mentions } = operation.constraint.expression;
    assert.deepEqual(
      mentions.map(({ name, span }) => [name, sql.slice(span.start, span.end)]),
      [
        ['price', 'price'],
        ['amount', 'amount'],
      ],
    );
  });

  it('gives a statement the span of its call', () => {
    const text = moduleAround(
      '    create table(:t) do\n      add :x, :text\n    end\n    execute "DROP TABLE u"',
    );
    const migration = ectoMigrationIn(elixirParser.parse(text), null, sqlParser);
    assert.deepEqual(
      migration?.statements.map(({ span, start }) => [start, text.slice(span.start, span.end)]),
      [
        [0, 'create table(:t) do\n      add :x, :text\n    end'],
        [0, 'execute "DROP TABLE u"'],
      ],
    );
  });
});
