// Ecto schemas and Repo modules as data, as one file says them. Nothing is resolved against other files or the catalog.

import type { StaticValue } from '../syntax/elixir/static.js';
import type { Span } from '../text/span.js';

export interface EctoSchema {
  readonly kind: 'schema';
  /** The full module name. */
  readonly module: string;
  /** `null` for `embedded_schema`. */
  readonly table: { readonly name: string; readonly span: Span } | null;
  /** `@schema_prefix`. */
  readonly prefix: string | null;
  readonly primaryKey: PrimaryKey;
  readonly foreignKeyType: string | null;
  readonly fields: readonly Field[];
  readonly associations: readonly Association[];
  readonly embeds: readonly Embed[];
  /** What this file says of its timestamps; `null` when it has none. Their fields are among {@link fields}. */
  readonly timestamps: TimestampOptions | null;
  /** `use MyApp.Schema`, when that is not `Ecto.Schema` itself; its attributes hold where this file sets none. */
  readonly wrapper: WrapperUse | null;
  /** Other modules that it uses: they may set what its attributes do not. Left out: none. */
  readonly uses?: readonly string[];
  /** Attributes that code decides, as `primary_key` in an `if`, or a computed `schema_prefix`. Left out: none. */
  readonly undecided?: readonly string[];
  /** It does `use Ecto.Schema` itself. */
  readonly direct?: true;
  /** A macro in its block that is not Ecto's, and may add fields: its name. */
  readonly unread?: string;
  /** Calls of macros without arguments in its block that are not Ecto's, of which the project may say what they add. Left out: none. */
  readonly macros?: readonly FieldMacroCall[];
  /** `@field_source_mapper` computes the names of its columns. */
  readonly mapsColumns?: true;
  /** The module says by itself what is shown of its structs: `@derive {Inspect, …}`, `@schema_redact`, an implementation of Inspect. */
  readonly hidesFields: boolean;
  /** From `schema` to its `end`. */
  readonly span: Span;
}

export interface FieldMacroCall {
  readonly name: string;
  /** How many fields stand before it. */
  readonly at: number;
  readonly span: Span;
}

/** `@primary_key`; `unset` leaves it to the wrapper or to Ecto's `{:id, :id, autogenerate: true}`. */
export type PrimaryKey =
  | { readonly kind: 'unset' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly type: string;
      readonly source: string | null;
      readonly span: Span;
    };

export interface Field {
  readonly name: string;
  /** The column; the same as `name` unless `source:` says otherwise. */
  readonly column: string;
  /**
   * As Elixir would print it: `:string`, `{:array, :integer}`, `Ecto.Enum`, `MyApp.Money`. `null` where the module's defaults
   * decide (keys, timestamps), which may be those of its wrapper: `resolve.ts` fills it in.
   */
  readonly type: string | null;
  readonly virtual: boolean;
  readonly primaryKey: boolean;
  /** `redact: true`: it is not shown when the struct is inspected. */
  readonly redacted?: true;
  /** `load_in_query: false`: it is not selected unless it is named. */
  readonly notLoaded?: true;
  /** `writable:`, where it is not `:always`: no update may set it. */
  readonly notUpdatable?: true;
  /** Of an `Ecto.Enum`: what is stored for each atom; `null` where that is computed. */
  readonly enumValues?: ReadonlyMap<string, string | number> | null;
  /** Of `field`: where `, option: value` can be put in; absent where its options stand in a list, or it has no type. */
  readonly optionsAt?: number;
  /** Which macro makes it. */
  readonly from: 'field' | 'timestamps' | 'belongs_to' | 'embed';
  readonly span: Span;
  /** The name alone. */
  readonly nameSpan: Span;
}

export interface Association {
  readonly kind: 'belongs_to' | 'has_one' | 'has_many' | 'many_to_many';
  readonly name: string;
  /** The related schema; `null` for `through:` and where it cannot be read. */
  readonly module: string | null;
  /** The field that holds the key: on this schema for `belongs_to`, on the other for `has_*`. */
  readonly foreignKey: string | null;
  /** `references:`; `null` means the primary key. */
  readonly references: string | null;
  readonly through: readonly string[] | null;
  readonly joinThrough: string | null;
  /** The table of `has_many :x, {"table", Schema}`. */
  readonly table?: string;
  /** `where:`, `join_where:` and `join_keys:`; `null` where they are computed. */
  readonly where?: StaticValue | null;
  readonly joinWhere?: StaticValue | null;
  readonly joinKeys?: StaticValue | null;
  readonly span: Span;
  /** `belongs_to :org`: the macro and the name. Findings point here. */
  readonly keyword: Span;
}

export interface Embed {
  readonly kind: 'embeds_one' | 'embeds_many';
  readonly name: string;
  readonly column: string;
  readonly module: string | null;
  readonly span: Span;
}

/** A project's own `use MyApp.Schema`: what its `__using__` sets. */
export interface SchemaWrapper {
  /** The module that is used. */
  readonly module: string;
  /** The function of `use MyApp, :schema`, or the macro that stands for {@link fields}; `null` for what `__using__` itself sets. */
  readonly variant: string | null;
  /** Of a macro that is called in blocks of schemas: what stands in its place. Left out: it is none. */
  readonly fields?: readonly Field[];
  readonly primaryKey: PrimaryKey;
  readonly foreignKeyType: string | null;
  readonly prefix: string | null;
  readonly timestamps: TimestampOptions;
  /** The wrapper that it uses in its turn. */
  readonly wrapper: WrapperUse | null;
  /** Names of modules that it gives to those who use it, with what they mean. Left out: none. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** Other modules that those who use it use then: they may give more names. Left out: none. */
  readonly uses?: readonly string[];
  /** It gives names alone, and is no schema's wrapper. */
  readonly namesOnly?: true;
  /** It does `use Ecto.Schema` itself. */
  readonly direct?: true;
  /** As in {@link EctoSchema}. */
  readonly undecided?: readonly string[];
}

export interface WrapperUse {
  readonly module: string;
  readonly variant: string | null;
}

/** What `@timestamps_opts` and the arguments of `timestamps` say; `null` where they say nothing. */
export interface TimestampOptions {
  readonly type: string | null;
  /** The field's name; `false` when there is none. */
  readonly insertedAt: string | false | null;
  readonly updatedAt: string | false | null;
}

/** A module that does `use Ecto.Repo`. */
export interface EctoRepo {
  readonly module: string;
  readonly otpApp: string | null;
  /** `Ecto.Adapters.Postgres`; `null` where it is computed. */
  readonly adapter: string | null;
  readonly span: Span;
}

/**
 * `config :app, MyApp.Repo, …`: what changes the SQL of migrations, and what bears on how they run. `null` where it is not set.
 * https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-repo-configuration
 */
export interface RepoConfig {
  /** `null` when one configuration is for every Repo of the file's project. */
  readonly repo: string | null;
  /** `priv:`; the folder above `migrations`. */
  readonly priv: string | null;
  readonly migrationPrimaryKey: ConfigOptions | 'none' | null;
  readonly migrationForeignKey: ConfigOptions | null;
  readonly migrationTimestamps: ConfigOptions | null;
  readonly migrationLock: 'table' | 'advisory' | 'none' | null;
  readonly migrationDefaultPrefix: string | null;
  /** `config :ecto_sql, postgres_map_type: …`: the type of `:map`, by default `jsonb`. */
  readonly mapType: string | null;
  /** Texts and atoms that the project keeps there for itself; migrations may ask for them. */
  readonly own: ConfigOptions;
  /** Its connections set `lock_timeout`: by `parameters:` or `after_connect:`. */
  readonly setsLockTimeout: boolean;
}

/** A keyword list of the configuration. */
export type ConfigOptions = readonly { readonly name: string; readonly value: StaticValue }[];
