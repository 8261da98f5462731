// Loads the WASM parsers once. Everything behind them is synchronous.

import type { Parsers } from '../lint/reading.js';
import { loadElixirParser } from '../syntax/elixir/parse.js';
import { loadSqlParser } from '../syntax/sql/parse.js';

/** @param folder where the `.wasm` files are: beside the bundle */
export async function loadParsers(folder: string): Promise<Parsers> {
  const [sql, elixir] = await Promise.all([loadSqlParser(folder), loadElixirParser(folder)]);
  return { sql, elixir };
}
