// What the real Ecto did with the migrations in this folder, each of which shows one form, and the schema that they left behind.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordedMigration {
  readonly file: string;
  readonly status: 'ok' | 'error';
  readonly error: string | null;
  readonly statements: readonly { readonly sql: string; readonly ok: boolean; readonly in_tx: boolean }[];
}

export interface RecordedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly default?: string;
  }[];
  readonly primary_key?: { readonly name: string; readonly columns: readonly string[] };
  readonly foreign_keys?: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly ref_schema: string;
    readonly ref_table: string;
    readonly ref_columns: readonly string[];
    readonly on_delete: string;
    readonly on_update: string;
    readonly validated: boolean;
  }[];
  readonly indexes: readonly {
    readonly name: string;
    readonly unique: boolean;
    readonly using: string;
    readonly columns: readonly { readonly column?: string; readonly expr?: string }[];
    readonly where?: string | null;
  }[];
  readonly checks?: readonly { readonly name: string; readonly validated: boolean }[];
  readonly exclusions?: readonly { readonly name: string }[];
}

interface Recorded {
  readonly migrations: readonly RecordedMigration[];
  readonly schema: { readonly tables: readonly RecordedTable[] };
}

export function recorded(): Recorded {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8'));
}

export function sourceOf({ file }: RecordedMigration): string {
  return readFileSync(join(import.meta.dirname, 'migrations', file), 'utf8');
}
