// The tables, and a schema of one of them, that examples of several rules begin with.

import { elixir, sql } from '../rule.js';

export const tables = sql`
  create table organizations (id bigint primary key, name text);
  create table projects (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table labels (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    name text
  );
  create table devices (
    id bigint primary key,
    organization_id bigint not null references organizations (id),
    status text
  );
`;

export const schema = elixir`
  defmodule Shop.Device do
    use Ecto.Schema

    schema "devices" do
      field :status, :string
      field :organization_id, :integer
    end
  end
`;
