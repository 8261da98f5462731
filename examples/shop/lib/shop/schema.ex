defmodule Shop.Schema do
  @moduledoc """
  What every schema of the shop has in common.

      use Shop.Schema

  gives `Ecto.Schema` with timestamps in UTC to the microsecond, and `Ecto.Changeset`.
  """

  defmacro __using__(_opts) do
    quote do
      use Ecto.Schema

      import Ecto.Changeset

      @timestamps_opts [type: :utc_datetime_usec]

      @type t :: %__MODULE__{}
    end
  end
end
