// The parsers as tests use them: loaded once, from where npm put their files.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { loadElixirParser } from '../../server/src/syntax/elixir/parse.js';
import { loadSqlParser } from '../../server/src/syntax/sql/parse.js';

const require = createRequire(import.meta.url);

export const elixirParser = await loadElixirParser((name) =>
  require.resolve(name === 'web-tree-sitter.wasm' ? `web-tree-sitter/${name}` : `tree-sitter-elixir/${name}`),
);

export const sqlParser = await loadSqlParser(dirname(require.resolve('libpg-query/wasm/libpg-query.wasm')));

export const parsers = { sql: sqlParser, elixir: elixirParser };
