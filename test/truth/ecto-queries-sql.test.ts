// The SQL that we write for an Ecto query is the SQL that Ecto itself made of it, to the letter, with as many parameters in the same
// order. The queries and the SQL are recorded from Ecto: test/truth/ecto-queries.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolveSchema } from '../../server/src/ecto/resolve.js';
import { schemasIn } from '../../server/src/ecto/schemas.js';
import { queriesIn } from '../../server/src/queries/from-ecto.js';
import { translated } from '../../server/src/queries/to-sql.js';
import { elixirParser, sqlParser } from '../support/parsers.js';

const folder = new URL('./ecto-queries/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

interface Recorded {
  readonly kind?: string;
  readonly sql?: string | null;
  readonly params?: readonly string[];
}

const { _meta, ...recorded } = JSON.parse(read('expected.json')) as Record<string, Recorded>;
const queries = [...read('queries.md').matchAll(/^## (.+)\n\n.+\n\n```elixir\n([\s\S]*?)```/gm)].map(
  ([, id = '', code = '']) => ({ id, code }),
);
const schemas = new Map(
  schemasIn(elixirParser.parse(read('schemas.ex'))).map((schema) => [
    schema.module,
    resolveSchema(schema, []),
  ]),
);

/** What is not written, and what we say of it. Ecto itself refuses those whose names begin with `err-`. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  'from-source-mapper': 'the columns of Shop.ImportRow are named by code (@field_source_mapper)',
  'where-custom-type-literal': 'Shop.Cents decides what is stored for it',
  'misc-optional-filters': 'code decides at run time which query it is: with where ilike(…), or without it',
  'err-fragment-source-whole': 'all of a fragment cannot be selected: name its columns',
  'err-update-field-twice': 'the field labels is updated twice',
  'err-delete-left-join': 'PostgreSQL takes no left join in a DELETE',
  'err-compare-nil': 'Ecto refuses a comparison with nil: is_nil() is for that',
  'err-keyword-nil': 'Ecto refuses a comparison with nil: is_nil() is for that',
  'err-keyword-nil-pin': 'Ecto refuses a comparison with nil: is_nil() is for that',
  'err-too-many-bindings': 'the binding "c" is not there, or is named at run time',
  'err-assoc-literal-type': 'Ecto cannot store it as :integer',
  'err-update-without-update': 'update_all updates nothing',
  'err-duplicate-as': 'Ecto refuses a second binding named :x',
};

describe('the SQL of Ecto queries', () => {
  for (const { id, code } of queries) {
    it(id, () => {
      const { sql, kind = 'all', params = [] } = recorded[id] ?? {};
      const text = runIn(code, kind);
      const query = queriesIn(elixirParser.parse(text), sqlParser, true).find(({ sink }) => sink !== null);
      assert.ok(query !== undefined);
      const translation = translated(query, { text, schemas });
      if (translation.kind === 'unsupported' || id in UNSUPPORTED) {
        assert.deepEqual(
          translation.kind === 'unsupported' ? translation.reason : translation.sql,
          UNSUPPORTED[id],
        );
        return;
      }
      assert.equal(translation.sql, sql);
      const texts = translation.parameters.map((parameter) => writtenIn(parameter.text, code));
      assert.equal(texts.length, params.length);
      // What stands there as it is in the code is compared, what is computed is not.
      const shown = params.map((param, index) =>
        isPlain(texts[index] ?? '') && isPlain(param) ? param : texts[index],
      );
      assert.deepEqual(texts, shown);
    });
  }

  it('writes at least four in five', () => {
    assert.equal(queries.length, 150);
    assert.ok(Object.keys(UNSUPPORTED).length <= queries.length / 5);
  });
});

function runIn(code: string, kind: string): string {
  return [
    'defmodule Shop.Example do',
    '  import Ecto.Query',
    '  alias Shop.{Repo, Organization, User, Membership, Category, Product, Tag, Order, LineItem, Coupon, Address}',
    '  alias Shop.{Comment, LegacyCustomer, ImportRow, AuditEvent}',
    '  def run do',
    `    query = (\n${code}\n)`,
    kind === 'update_all' ? '    Repo.update_all(query, [])' : `    Repo.${kind}(query)`,
    '  end',
    'end',
  ].join('\n');
}

/** A variable's value, where the code sets it once on a line of its own. */
function writtenIn(text: string, code: string): string {
  const found = [...code.matchAll(new RegExp(`^${text.replace(/\W/g, '\\$&')} = (.+)$`, 'gm'))];
  return found.length === 1 ? (found[0]?.[1] ?? text) : text;
}

/** A number, which Ecto stores as it stands. */
function isPlain(text: string): boolean {
  return /^\d+$/.test(text);
}
