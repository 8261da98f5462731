// What the real Ecto did with the migrations in this folder, each of which shows one form, and the schema that they left behind.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedSchema } from '../support/recorded-schema.js';

export interface RecordedMigration {
  readonly file: string;
  readonly status: 'ok' | 'error';
  readonly error: string | null;
  readonly statements: readonly { readonly sql: string; readonly ok: boolean; readonly in_tx: boolean }[];
}

interface Recorded {
  readonly migrations: readonly RecordedMigration[];
  readonly schema: RecordedSchema;
}

export function recorded(): Recorded {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8'));
}

export function sourceOf({ file }: RecordedMigration): string {
  return readFileSync(join(import.meta.dirname, 'migrations', file), 'utf8');
}
