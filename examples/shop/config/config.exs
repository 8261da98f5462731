import Config

config :shop, ecto_repos: [Shop.Repo]

config :shop, Shop.Repo,
  migration_timestamps: [type: :utc_datetime_usec],
  # No statement waits long for a lock: what queues behind it would wait as well.
  after_connect: {Postgrex, :query!, ["SET lock_timeout = '5s'", []]}
