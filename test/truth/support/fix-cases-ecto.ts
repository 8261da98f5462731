// Ecto migrations that each rule with a fix finds fault with.

/** A rule, and the body of a migration that it finds fault with; `down` makes the body that of `up`. */
export interface EctoSubject {
  readonly rule: string;
  readonly title: string;
  readonly up: string;
  readonly down?: string;
}

/** @param prefix as an option of a table; @param q what SQL calls the schema */
export const ectoSubjects = (prefix: string, q: string): readonly EctoSubject[] => [
  { rule: 'create-index-blocking-writes', title: 'index', up: `create index(:orders, [:total]${prefix})` },
  {
    rule: 'create-index-blocking-writes',
    title: 'unique index both ways',
    up: `create unique_index(:users, [:email]${prefix}, name: "users_mail")`,
    down: `drop index(:users, [:email]${prefix}, name: "users_mail")`,
  },
  {
    rule: 'create-index-blocking-writes',
    title: 'index in SQL',
    up: `execute("create index orders_total on ${q}orders (total)", "drop index ${q}orders_total")`,
  },
  {
    rule: 'create-index-blocking-writes',
    title: 'index in SQL both ways',
    up: `execute """\n    CREATE INDEX orders_total\n      ON ${q}orders (total)\n    """`,
    down: `execute "DROP INDEX ${q}orders_total"`,
  },
  {
    rule: 'drop-index-blocking',
    title: 'drop index',
    up: `drop index(:orders, [:note]${prefix}, name: :orders_note)`,
  },
  {
    rule: 'drop-index-blocking',
    title: 'drop index in SQL',
    up: `execute "drop index ${q}orders_note", "create index orders_note on ${q}orders (note)"`,
  },
  {
    rule: 'concurrently-in-transaction',
    title: 'concurrent index',
    up: `create index(:orders, [:total]${prefix}, concurrently: true)`,
  },
  {
    rule: 'concurrently-in-transaction',
    title: 'concurrent index in SQL',
    up: `execute "create index concurrently orders_total on ${q}orders (total)", "drop index concurrently ${q}orders_total"`,
  },
  {
    rule: 'foreign-key-validated-at-once',
    title: 'reference',
    up: `alter table(:orders${prefix}) do\n      # who pays\n      add :owner_id, references(:users${prefix}, on_delete: :delete_all)\n    end`,
  },
  {
    rule: 'foreign-key-validated-at-once',
    title: 'modified reference',
    up: `alter table(:orders${prefix}) do\n      modify :user_id, references(:users${prefix}, type: :bigint), from: :bigint\n    end`,
  },
  {
    rule: 'foreign-key-validated-at-once',
    title: 'foreign key in SQL',
    up: `execute "alter table ${q}orders add constraint orders_user foreign key (user_id) references ${q}users (id)", "alter table ${q}orders drop constraint orders_user"`,
  },
  {
    rule: 'check-constraint-validated-at-once',
    title: 'check',
    up: `create constraint(:orders, :positive, check: "total >= 0"${prefix})`,
  },
  {
    rule: 'check-constraint-validated-at-once',
    title: 'check in SQL',
    up: `execute "alter table ${q}orders add constraint positive check (total >= 0)", "alter table ${q}orders drop constraint positive"`,
  },
  {
    rule: 'unique-constraint-building-index',
    title: 'unique in SQL',
    up: `execute "alter table ${q}users add constraint users_mail unique (email)", "alter table ${q}users drop constraint users_mail"`,
  },
  {
    rule: 'unique-constraint-building-index',
    title: 'unique in SQL both ways',
    up: `execute "alter table ${q}users add constraint users_mail unique (email)"`,
    down: `execute "alter table ${q}users drop constraint users_mail"`,
  },
  {
    rule: 'set-not-null-scanning-table',
    title: 'not null',
    up: `alter table(:orders${prefix}) do\n      modify :total, :integer, null: false, from: {:integer, null: true}\n    end`,
  },
  {
    rule: 'set-not-null-scanning-table',
    title: 'not null and more',
    up: `alter table(:orders${prefix}) do\n      modify :note, :text, null: false, default: "", from: {:text, null: true}\n      add :more, :text\n    end`,
  },
  {
    rule: 'set-not-null-scanning-table',
    title: 'not null in SQL',
    up: `execute "ALTER TABLE ${q}orders ALTER COLUMN total SET NOT NULL", "ALTER TABLE ${q}orders ALTER COLUMN total DROP NOT NULL"`,
  },
  {
    rule: 'add-column-volatile-default',
    title: 'volatile default',
    up: `alter table(:orders${prefix}) do\n      add :public_id, :uuid, default: fragment("gen_random_uuid()"), null: false\n    end`,
  },
  {
    rule: 'add-column-volatile-default',
    title: 'volatile default in SQL',
    up: `execute "alter table ${q}orders add column public_id uuid default gen_random_uuid()", "alter table ${q}orders drop column public_id"`,
  },
  {
    rule: 'add-column-required-without-default',
    title: 'required',
    up: `alter table(:orders${prefix}) do\n      add :more, :text, null: false\n    end`,
  },
  {
    rule: 'column-type-rewrites-table',
    title: 'type',
    up: `alter table(:orders${prefix}) do\n      modify :total, :bigint, from: :integer\n    end`,
  },
  {
    rule: 'column-type-rewrites-table',
    title: 'type both ways',
    up: `alter table(:orders${prefix}) do\n      modify :total, :bigint\n    end`,
    down: `alter table(:orders${prefix}) do\n      modify :total, :integer\n    end`,
  },
  {
    rule: 'foreign-key-without-index',
    title: 'new table',
    up: `create table(:items${prefix}) do\n      add :order_id, references(:orders${prefix})\n    end`,
  },
  {
    rule: 'foreign-key-without-index',
    title: 'new column',
    up: `alter table(:orders${prefix}) do\n      add :owner_id, references(:users${prefix}, validate: false)\n    end`,
  },
];

export const ECTO_VARIANTS: readonly {
  readonly title: string;
  readonly schema: boolean;
  readonly alone: boolean;
  readonly shape: (text: string) => string;
}[] = [
  { title: 'alone', schema: false, alone: true, shape: (text) => text },
  { title: 'prefixed among others', schema: true, alone: false, shape: (text) => text },
  {
    title: 'among others with CRLF',
    schema: false,
    alone: false,
    shape: (text) => text.replace(/\n/g, '\r\n'),
  },
];

export function ectoModule(
  name: string,
  { up, down }: { readonly up: string; readonly down?: string },
  before: string,
): string {
  const body = `    ${before}# why it is there\n    ${up} # and so on\n`;
  const callbacks =
    down === undefined
      ? `  def change do\n${body}  end\n`
      : `  def up do\n${body}  end\n\n  def down do\n    ${down}\n  end\n`;
  return `defmodule Shop.Repo.Migrations.${name} do\n  use Ecto.Migration\n\n${callbacks}end\n`;
}
