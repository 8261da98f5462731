// Elixir of the kinds that we read, for tests that change it at random, and the random numbers for that.

export interface Random {
  /** From 0 to before 1. */
  next(): number;
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The same numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}

const migration = `defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  @disable_ddl_transaction true

  def up do
    create table(:orders, primary_key: false) do
      add :id, :uuid, primary_key: true
      add(:shop_id, references(:shops, on_delete: :delete_all), null: false)
      add :state, :string, default: "new", null: false
      timestamps(type: :utc_datetime_usec)
    end

    create index(:orders, [:shop_id, "lower(state)"], concurrently: true, where: "state <> 'done'")

    execute """
    UPDATE orders SET state = '#{@state}'
      WHERE state IS NULL
    """

    for table <- [:carts, :wishes], do: alter(table(table), do: remove(:old))
  end

  def down, do: drop(table(:orders))
end
`;

const schema = `defmodule Shop.Order do
  @moduledoc """
  An order.

      iex> Shop.Order.changeset(%Order{}, %{})
  """
  use Ecto.Schema
  import Ecto.Changeset
  alias Shop.{Item, Repo}
  alias Shop.Accounts.User, as: Buyer

  @primary_key {:id, :binary_id, autogenerate: true}
  @states ~w(new paid done)a

  schema "orders" do
    field :state, Ecto.Enum, values: @states
    field(:total, :decimal)
    belongs_to :buyer, Buyer, type: :binary_id
    has_many :items, Item, on_delete: :delete_all
    embeds_one :note, Note do
      field :text, :string
    end

    timestamps()
  end

  @spec changeset(%__MODULE__{}, map()) :: Ecto.Changeset.t()
  def changeset(order \\\\ %__MODULE__{}, attrs) when is_map(attrs) do
    order
    |> cast(attrs, [:state, :total])
    |> validate_required([:state])
    |> unique_constraint([:buyer_id, :state], name: :orders_buyer_state_index)
  end
end
`;

const queries = `defmodule Shop.Orders do
  import Ecto.Query, warn: false

  def list(organization, opts \\\\ []) do
    query =
      from o in Order,
        join: b in assoc(o, :buyer),
        as: :buyer,
        where: o.organization_id == ^organization.id and not is_nil(b.email),
        select: %{o | total: fragment("coalesce(?, 0)", o.total)}

    # Newest first.
    query
    |> order_by([o], desc: o.inserted_at)
    |> Repo.all(prefix: opts[:prefix])
    |> Enum.map(fn
      %{state: :new} = order when order.total > 0 -> {:ok, order}
      order -> {:skip, order.id}
    end)
  end

  def pay(%Order{} = order) do
    case Repo.update(Order.changeset(order, %{state: :paid})) do
      {:ok, order} ->
        Logger.info("paid #{order.id} by #{inspect(order.buyer)}")
        broadcast(order)

        {:ok, order}

      {:error, %{errors: [_ | _]} = changeset} ->
        {:error, changeset}
    end
  rescue
    e in [Ecto.StaleEntryError] -> {:error, e}
  end

  defp broadcast(order), do: Enum.each([:a, :b], &PubSub.broadcast(&1, {__MODULE__, order}))
end
`;

const configuration = `import Config

config :shop, Shop.Repo,
  migration_timestamps: [type: :utc_datetime_usec],
  migration_primary_key: [name: :id, type: :binary_id]

if config_env() == :prod do
  config :shop, Shop.Repo, url: System.get_env("DATABASE_URL") || raise("no URL")
end
`;

export const sources: readonly string[] = [migration, schema, queries, configuration];
