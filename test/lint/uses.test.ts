// Whose code counts as using a table where a workspace has several databases.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { type MemoryFile, memoryWorkspace, ROOT } from '../support/workspace.js';

const USERS = 'create table users (id bigint primary key, name text);';
const DROP = 'alter table users drop column name;';

const app = (name: string, ...sql: readonly string[]): readonly MemoryFile[] =>
  sql.map((text, index) => ({
    path: `apps/${name}/priv/repo/migrations/2024010${index + 1}000000_step.sql`,
    text,
  }));

const schema = (path: string, module: string, field: string): MemoryFile => ({
  path,
  text: `defmodule ${module} do\n  use Ecto.Schema\n\n  schema "users" do\n    field :${field}, :string\n  end\nend\n`,
});

const query = (path: string, of: string): MemoryFile => ({
  path,
  text: `defmodule Web.Q do\n  import Ecto.Query\n  def names, do: Core.Repo.all(from u in ${of}, select: u.name)\nend\n`,
});

/** What is said of the last migration of `core`. */
function saidOfDrop(core: readonly MemoryFile[], others: readonly MemoryFile[]): string {
  const workspace = memoryWorkspace([...core, ...others], {}, ['apps/core', 'apps/billing', 'apps/web']);
  const found = lintFile(workspace, `${ROOT}/${core.at(-1)?.path}`);
  return found
    .filter(({ rule }) => rule === 'drop-column-in-use')
    .map(({ severity, message }) => `${severity} ${message.replace(/^.*: /, '')}`)
    .join('\n');
}

const core = app('core', USERS, DROP);
const billing = [...app('billing', USERS), schema('apps/billing/lib/user.ex', 'Billing.User', 'name')];
const nothing = 'info nothing in this workspace does any more; make sure that no running release does.';
const unknown = 'warning make sure that no running release does.';

describe('uses of a table, with several databases', () => {
  const cases: readonly (readonly [string, readonly MemoryFile[], string])[] = [
    ['code of another database alone says nothing', billing, unknown],
    [
      'a schema of another database is none of this one',
      [...billing, schema('apps/core/lib/user.ex', 'Core.User', 'mail')],
      nothing,
    ],
    [
      'a schema of this one is',
      [...billing, schema('apps/core/lib/user.ex', 'Core.User', 'name')],
      'error the schema Core.User still does.',
    ],
    [
      'an application without a database queries a schema of this one',
      [
        ...billing,
        schema('apps/core/lib/user.ex', 'Core.User', 'mail'),
        query('apps/web/lib/q.ex', 'Core.User'),
      ],
      'error a query in names/0 still does.',
    ],
    [
      'it queries a schema of another one',
      [
        ...billing,
        schema('apps/core/lib/user.ex', 'Core.User', 'mail'),
        query('apps/web/lib/q.ex', 'Billing.User'),
      ],
      nothing,
    ],
    [
      'it queries a table that only this one has',
      [
        ...app('billing', 'create table bills (id bigint primary key);'),
        query('apps/web/lib/q.ex', '"users"'),
      ],
      'error a query in names/0 still does.',
    ],
  ];
  for (const [name, others, expected] of cases) {
    it(name, () => {
      assert.equal(saidOfDrop(core, others), expected);
    });
  }
});
