// What is given to who runs a query, by the function that runs it.

import assert from 'node:assert/strict';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

const CASES = [
  ['Repo.one(query)', 'one'],
  ['Repo.get_by!(Post, slug: slug)', 'one'],
  ['Repo.get(Post, id)', 'by-key'],
  ['Repo.exists?(query)', 'whether'],
  ['Repo.aggregate(query, :count)', 'number'],
  ['Repo.stream(query)', 'stream'],
  ['Repo.all(query)', 'many'],
  ['Repo.update_all(query, set: [state: "old"])', 'many'],
] as const;

describe('what is given by', () => {
  for (const [call, gives] of CASES) {
    it(`${call}: ${gives}`, () => {
      const text = `defmodule Shop.Posts do\n  import Ecto.Query\n  def run(id, slug) do\n    query = from p in Post\n    ${call}\n  end\nend\n`;
      const sinks = queriesIn(elixirParser.parse(text), sqlParser).flatMap(({ sink }) => sink ?? []);
      assert.deepEqual(
        sinks.map((sink) => sink.gives),
        [gives],
      );
    });
  }
});
