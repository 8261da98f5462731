defmodule Shop.Audit.Event do
  use Shop.Schema

  alias Shop.Accounts.{Organization, User}

  schema "audit_events" do
    field :action, :string
    field :subject_type, :string
    field :subject_id, :integer
    field :changes, :map, default: %{}

    belongs_to :organization, Organization
    belongs_to :actor, User

    timestamps(updated_at: false)
  end
end
