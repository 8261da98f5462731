// Ecto schemas as data: what they say themselves, and what their wrappers decide.

import assert from 'node:assert/strict';
import type { EctoSchema, Field } from '../../server/src/ecto/model.js';
import { resolveSchema } from '../../server/src/ecto/resolve.js';
import { schemasIn, schemaWrappersIn } from '../../server/src/ecto/schemas.js';
import { elixirParser } from '../support/parsers.js';

function schemaIn(text: string): EctoSchema {
  const [schema] = schemasIn(elixirParser.parse(text));
  assert.ok(schema !== undefined, 'a schema');
  return schema;
}

/** A module with this schema's content, and what stands before it. */
function schemaWith(content: string, before = 'use Ecto.Schema'): EctoSchema {
  return schemaIn(`defmodule Shop.Orders.Order do\n${before}\nschema "orders" do\n${content}\nend\nend\n`);
}

function fieldText({ name, column, type, virtual, primaryKey, from }: Field): string {
  const renamed = column === name ? '' : ` in ${column}`;
  return `${name}${renamed} ${type}${virtual ? ' virtual' : ''}${primaryKey ? ' key' : ''}${from === 'field' ? '' : ` (${from})`}`;
}

function fieldsOf(schema: EctoSchema): readonly string[] {
  return schema.fields.map(fieldText);
}

describe('Ecto schemas', () => {
  it('reads the module, the table and its schema', () => {
    const schema = schemaWith('field :a', 'use Ecto.Schema\n@schema_prefix "sales"');
    assert.equal(schema.module, 'Shop.Orders.Order');
    assert.equal(schema.table?.name, 'orders');
    assert.equal(schema.prefix, 'sales');
    assert.equal(schema.wrapper, null);
    assert.deepEqual(schema.primaryKey, { kind: 'unset' });
    assert.equal(schemaWith('field :a', 'use Ecto.Schema\n@schema_prefix :sales').prefix, 'sales');
  });

  it('reads fields', () => {
    const schema = schemaWith(`
      field :title
      field :body, :string, source: :body_text
      field(:tags, {:array, :string}, default: [])
      field :status, Ecto.Enum, values: [:a, :b]
      field :total, Money.Type
      field :secret, :string, virtual: true, redact: true
      field :legacy, default: 1
      field :code, :string, primary_key: true
      field :extra, {:map, Shop.Extra}
    `);
    assert.deepEqual(fieldsOf(schema), [
      'title :string',
      'body in body_text :string',
      'tags {:array, :string}',
      'status Ecto.Enum',
      'total Money.Type',
      'secret :string virtual',
      'legacy :string',
      'code :string key',
      'extra {:map, Shop.Extra}',
    ]);
  });

  it('reads aliases in types and associations', () => {
    const schema = schemaWith(
      'field :price, Price\nbelongs_to :user, Accounts.User\nhas_many :lines, __MODULE__.Line',
      'use Ecto.Schema\nalias Shop.Types.{Price, Weight}\nalias Shop.Accounts',
    );
    assert.deepEqual(fieldsOf(schema), ['price Shop.Types.Price', 'user_id null (belongs_to)']);
    assert.deepEqual(
      schema.associations.map(({ module }) => module),
      ['Shop.Accounts.User', 'Shop.Orders.Order.Line'],
    );
  });

  it('reads belongs_to', () => {
    const schema = schemaWith(`
      belongs_to :user, Shop.User
      belongs_to :buyer, Shop.User, foreign_key: :purchased_by, references: :uuid, type: :binary_id
      belongs_to :store, Shop.Store, source: :shop_id
      belongs_to :parent, __MODULE__, define_field: false
      belongs_to :account, Shop.Account, primary_key: true
    `);
    assert.deepEqual(fieldsOf(schema), [
      'user_id null (belongs_to)',
      'purchased_by :binary_id (belongs_to)',
      'store_id in shop_id null (belongs_to)',
      'account_id null key (belongs_to)',
    ]);
    assert.deepEqual(
      schema.associations.map(({ name, module, foreignKey, references }) => [
        name,
        module,
        foreignKey,
        references,
      ]),
      [
        ['user', 'Shop.User', 'user_id', null],
        ['buyer', 'Shop.User', 'purchased_by', 'uuid'],
        ['store', 'Shop.Store', 'store_id', null],
        ['parent', 'Shop.Orders.Order', 'parent_id', null],
        ['account', 'Shop.Account', 'account_id', null],
      ],
    );
  });

  it('reads has_one, has_many and many_to_many', () => {
    const schema = schemaWith(`
      has_many :lines, Shop.Line
      has_one :invoice, Shop.Invoice, foreign_key: :order_ref
      has_many :products, through: [:lines, :product]
      many_to_many :tags, Shop.Tag, join_through: "orders_tags", on_replace: :delete
      many_to_many :users, Shop.User, join_through: Shop.OrderUser
    `);
    assert.deepEqual(
      schema.associations.map(({ kind, module, foreignKey, through, joinThrough }) => [
        kind,
        module,
        foreignKey,
        through,
        joinThrough,
      ]),
      [
        ['has_many', 'Shop.Line', 'order_id', null, null],
        ['has_one', 'Shop.Invoice', 'order_ref', null, null],
        ['has_many', null, null, ['lines', 'product'], null],
        ['many_to_many', 'Shop.Tag', null, null, 'orders_tags'],
        ['many_to_many', 'Shop.User', null, null, 'Shop.OrderUser'],
      ],
    );
    assert.deepEqual(schema.fields, []);
  });

  it('names the key of has_many after its own', () => {
    const schema = schemaWith(
      'has_many :lines, Shop.Line',
      'use Ecto.Schema\n@primary_key {:uuid, :binary_id, []}',
    );
    assert.equal(schema.associations[0]?.foreignKey, 'order_uuid');
  });

  it('reads embeds, and not what they hold', () => {
    const schema = schemaWith(`
      embeds_one :address, Shop.Address, source: :addr
      embeds_many :notes, Note, on_replace: :delete do
        field :text, :string
      end
    `);
    assert.deepEqual(fieldsOf(schema), ['address in addr :map (embed)', 'notes {:array, :map} (embed)']);
    assert.deepEqual(
      schema.embeds.map(({ kind, name, module }) => [kind, name, module]),
      [
        ['embeds_one', 'address', 'Shop.Address'],
        ['embeds_many', 'notes', 'Note'],
      ],
    );
  });

  it('reads timestamps', () => {
    const stamps = (content: string, attribute = '') =>
      fieldsOf(schemaWith(content, `use Ecto.Schema\n${attribute}`));
    assert.deepEqual(stamps('timestamps()'), [
      'inserted_at null (timestamps)',
      'updated_at null (timestamps)',
    ]);
    assert.deepEqual(stamps('timestamps'), ['inserted_at null (timestamps)', 'updated_at null (timestamps)']);
    assert.deepEqual(stamps('timestamps(type: :utc_datetime, updated_at: false)'), [
      'inserted_at :utc_datetime (timestamps)',
    ]);
    assert.deepEqual(
      stamps(
        'timestamps(updated_at: :changed_at)',
        '@timestamps_opts [type: :utc_datetime_usec, inserted_at: :created_at]',
      ),
      ['created_at :utc_datetime_usec (timestamps)', 'changed_at :utc_datetime_usec (timestamps)'],
    );
    assert.deepEqual(stamps('timestamps(inserted_at_source: :created)'), [
      'inserted_at in created null (timestamps)',
      'updated_at null (timestamps)',
    ]);
  });

  it('reads embedded schemas, and several schemas in a file', () => {
    const found = schemasIn(
      elixirParser.parse(`
        defmodule Shop.Address do
          use Ecto.Schema
          @primary_key false
          embedded_schema do
            field :street, :string
          end
          defmodule Geo do
            use Ecto.Schema
            schema "geo", do: field(:lat, :float)
          end
        end
      `),
    );
    assert.deepEqual(
      found.map(({ module, table, primaryKey }) => [module, table?.name ?? null, primaryKey.kind]),
      [
        ['Shop.Address', null, 'none'],
        ['Shop.Address.Geo', 'geo', 'unset'],
      ],
    );
  });

  it('reads TypedEctoSchema, and a table that an attribute names', () => {
    const schema = schemaIn(`
      defmodule A do
        use TypedEctoSchema
        @table "things"
        typed_schema @table, null: false do
          field(:x, :integer) :: non_neg_integer()
          field :y, :string
        end
      end
    `);
    assert.equal(schema.table?.name, 'things');
    assert.equal(schema.wrapper, null);
    assert.deepEqual(fieldsOf(schema), ['x :integer', 'y :string']);
  });

  it('points at names and associations', () => {
    const text = `defmodule A do
  use Ecto.Schema
  schema "as" do
    belongs_to :org, Org, foreign_key: :tenant_id
    field :title, :string
  end
end`;
    const schema = schemaIn(text);
    const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    const [association] = schema.associations;
    assert.ok(association !== undefined);
    assert.equal(at(association.keyword), 'belongs_to :org');
    assert.equal(at(association.span), 'belongs_to :org, Org, foreign_key: :tenant_id');
    assert.deepEqual(
      schema.fields.map(({ nameSpan }) => at(nameSpan)),
      [':org', ':title'],
    );
    assert.equal(at(schema.fields[1]?.span ?? schema.span), 'field :title, :string');
    assert.equal(at(schema.table?.span ?? schema.span), '"as"');
    assert.ok(at(schema.span).startsWith('schema "as" do') && at(schema.span).endsWith('end'));
  });

  it('reads what is half typed', () => {
    const schema = schemaIn(
      'defmodule A do\n  use Ecto.Schema\n  schema "as" do\n    field :a, :string\n    field :b, ',
    );
    assert.equal(schema.table?.name, 'as');
    assert.equal(fieldsOf(schema)[0], 'a :string');
  });
});

describe('wrappers of Ecto.Schema', () => {
  const wrapper = `
    defmodule Shop.Schema do
      defmacro __using__(_opts) do
        quote do
          use Ecto.Schema
          import Ecto.Changeset
          @primary_key {:id, :binary_id, autogenerate: true}
          @foreign_key_type :binary_id
          @timestamps_opts [type: :utc_datetime_usec, inserted_at: :created_at]
          @schema_prefix "shop"
        end
      end
    end
  `;
  const wrappersIn = (text: string) => schemaWrappersIn(elixirParser.parse(text));

  it('are found', () => {
    const [found, ...others] = wrappersIn(wrapper);
    assert.deepEqual(others, []);
    assert.ok(found !== undefined);
    const { primaryKey, ...rest } = found;
    assert.deepEqual(rest, {
      module: 'Shop.Schema',
      variant: null,
      foreignKeyType: ':binary_id',
      prefix: 'shop',
      timestamps: { type: ':utc_datetime_usec', insertedAt: 'created_at', updatedAt: null },
      wrapper: null,
      direct: true,
    });
    assert.ok(primaryKey.kind === 'field');
    assert.deepEqual([primaryKey.name, primaryKey.type], ['id', ':binary_id']);
  });

  it('are found as functions of a module that is told what to be', () => {
    const found = wrappersIn(`
      defmodule ShopWeb do
        def schema do
          quote do
            use Ecto.Schema
            @foreign_key_type :binary_id
          end
        end
        def controller do
          quote do
            use Phoenix.Controller
          end
        end
        defmacro __using__(which) when is_atom(which), do: apply(__MODULE__, which, [])
      end
    `);
    assert.deepEqual(
      found.map(({ module, variant, foreignKeyType }) => [module, variant, foreignKeyType]),
      [['ShopWeb', 'schema', ':binary_id']],
    );
  });

  it('decide what a schema leaves open', () => {
    const schema = schemaWith(
      'belongs_to :user, Shop.User\nfield :a, :string\ntimestamps()',
      'use Shop.Schema',
    );
    assert.deepEqual(schema.wrapper, { module: 'Shop.Schema', variant: null });
    const resolved = resolveSchema(schema, wrappersIn(wrapper));
    assert.deepEqual(resolved.fields.map(fieldText), [
      'id :binary_id key',
      'user_id :binary_id (belongs_to)',
      'a :string',
      'created_at :utc_datetime_usec (timestamps)',
      'updated_at :utc_datetime_usec (timestamps)',
    ]);
    assert.equal(resolved.prefix, 'shop');
  });

  it('give way to the schema', () => {
    const schema = schemaWith(
      'belongs_to :user, Shop.User, type: :integer\ntimestamps(type: :naive_datetime, inserted_at: :made_at)',
      'use Shop.Schema\n@primary_key {:code, :string, source: :order_code}',
    );
    assert.deepEqual(resolveSchema(schema, wrappersIn(wrapper)).fields.map(fieldText), [
      'code in order_code :string key',
      'user_id :integer (belongs_to)',
      'made_at :naive_datetime (timestamps)',
      'updated_at :naive_datetime (timestamps)',
    ]);
  });

  it('use each other', () => {
    const inner = wrapper;
    const outer = `
      defmodule Shop.UuidSchema do
        defmacro __using__(_) do
          quote do
            use Shop.Schema
            @foreign_key_type Ecto.UUID
          end
        end
      end
    `;
    const schema = schemaWith('belongs_to :user, Shop.User', 'use Shop.UuidSchema');
    const resolved = resolveSchema(schema, [...wrappersIn(outer), ...wrappersIn(inner)]);
    assert.deepEqual(resolved.fields.map(fieldText), ['id :binary_id key', 'user_id Ecto.UUID (belongs_to)']);
  });

  it('are not needed', () => {
    const plain = resolveSchema(schemaWith('belongs_to :user, Shop.User\ntimestamps()'), []);
    assert.deepEqual(plain.fields.map(fieldText), [
      'id :id key',
      'user_id :id (belongs_to)',
      'inserted_at :naive_datetime (timestamps)',
      'updated_at :naive_datetime (timestamps)',
    ]);
    const keyless = schemaWith('field :a, :string, primary_key: true', 'use Ecto.Schema\n@primary_key false');
    assert.deepEqual(resolveSchema(keyless, []).fields.map(fieldText), ['a :string key']);
  });

  it('are told by name where a module uses several', () => {
    const schema = schemaWith('field :a', 'use Shop, :schema\nuse Waffle.Ecto.Attachment');
    assert.deepEqual(schema.wrapper, { module: 'Shop', variant: 'schema' });
  });
});
