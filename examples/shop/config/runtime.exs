import Config

config :shop, Shop.Repo,
  url: System.get_env("DATABASE_URL", "postgres://localhost/shop_dev"),
  pool_size: String.to_integer(System.get_env("POOL_SIZE", "10"))
