[
  import_deps: [:ecto, :ecto_sql],
  inputs: ["*.{ex,exs}", "{config,lib}/**/*.{ex,exs}", "priv/repo/migrations/*.exs"]
]
