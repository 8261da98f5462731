// The door to SQL syntax. Loading is the one thing here that is async and touches the disk: a host does it once, and hands the
// parser to whoever reads SQL.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFile } from './file.js';
import { loadGrammar } from './grammar.js';
import { readerWith } from './read.js';
import type { SqlFile, SqlStatement } from './statement.js';

/** Synchronous, and never throws, whatever the text. */
export interface SqlParser {
  /**
   * A file. With its `previous` version, only what changed is read: the statements in between are the same objects, so what
   * is kept by them stays good.
   */
  parse(text: string, previous?: SqlFile): SqlFile;
  /** A text that is one statement, such as SQL that we have written ourselves. Of several, `node` is the first. */
  statement(text: string): SqlStatement;
}

/** @param wasmFolder the folder of `libpg-query.wasm`. Rejects when it cannot be read or is not WebAssembly. */
export async function loadSqlParser(wasmFolder: string): Promise<SqlParser> {
  const reader = readerWith(await loadGrammar(await readFile(join(wasmFolder, 'libpg-query.wasm'))));
  return {
    parse: (text, previous) => parseFile(reader, text, previous),
    statement: (text) => reader.statement(text),
  };
}
