defmodule Shop.Repo.Migrations.BackfillChannelOfOrders do
  use Ecto.Migration

  @disable_ddl_transaction true
  @disable_migration_lock true

  @batch_size 5_000
  @pause_ms 100

  # Each batch is a transaction of its own, so that no row stays locked for long.
  def up do
    %{num_rows: updated} =
      repo().query!(
        """
        UPDATE orders
        SET channel = CASE WHEN shipping_address IS NULL THEN 'store' ELSE 'web' END
        WHERE id IN (SELECT id FROM orders WHERE channel IS NULL ORDER BY id LIMIT $1)
        """,
        [@batch_size]
      )

    if updated > 0 do
      Process.sleep(@pause_ms)
      up()
    end
  end

  def down, do: :ok
end
