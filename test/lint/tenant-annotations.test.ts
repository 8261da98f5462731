// Annotations that say for whom a query is meant: what each form silences, and what is said of those that silence nothing.

import assert from 'node:assert/strict';
import type { RuleLevel } from '../../server/src/lint/config.js';
import { lintFile } from '../../server/src/lint/lint.js';
import { RULES } from '../../server/src/rules/index.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const TABLES = `
  create table organizations (id bigint primary key, name text);
  create table projects (id bigint primary key, organization_id bigint not null references organizations (id));
  create table devices (id bigint primary key, organization_id bigint not null references organizations (id), status text);
  create table tokens (id bigint primary key, organization_id bigint not null references organizations (id), revoked boolean);
`;
const SCHEMA = `
defmodule Shop.Device do
  use Ecto.Schema
  schema "devices" do
    field :status, :string
    field :organization_id, :integer
  end
end
`;
const TENANT_RULES: ReadonlySet<string> = new Set(
  RULES.filter(({ about }) => about === 'tenants').map(({ id }) => id),
);

interface World {
  readonly rules?: Readonly<Record<string, RuleLevel>>;
  /** False: there are no tenants. */
  readonly tenants?: boolean;
}

/** The lines, from 1, on which something is said of tenants, and what is said of annotations. */
function said(path: string, text: string, { rules = {}, tenants = true }: World = {}): readonly string[] {
  const files = [
    {
      path: 'db/migrations/20240101000000_tables.sql',
      text: tenants ? TABLES : 'create table devices (id int);',
    },
    { path: 'lib/shop/device.ex', text: SCHEMA },
    { path, text },
  ];
  return lintFile(memoryWorkspace(files, { rules }), `${ROOT}/${path}`).flatMap(
    ({ rule, span, message, severity }) => {
      const line = text.slice(0, span.start).split('\n').length;
      if (TENANT_RULES.has(rule)) return [`line ${line}`];
      return /suppression/.test(rule) ? [`${severity} on line ${line}: ${message}`] : [];
    },
  );
}

const unused = (line: number) =>
  `hint on line ${line}: Nothing would be said about tenants here, so this annotation is not needed.`;

describe('annotations of SQL queries', () => {
  const check = (what: string, text: string, expected: readonly string[], world: World = {}) =>
    it(what, () => assert.deepEqual(said('db/queries/devices.sql', text, world), expected, text));
  const all = 'select id,\n  status\nfrom devices;';

  check('none', all, ['line 1']);
  check('above the query', `-- tenant: global (nightly report)\n${all}`, []);
  check('above its name', `-- tenant: global (nightly report)\n-- name: ListDevices :many\n${all}`, []);
  check('below its name', `-- name: ListDevices :many\n-- tenant: ignore (nobody runs it)\n${all}`, []);
  check('with a colon before the reason', `-- tenant: global: nightly report\n${all}`, []);
  check('with brackets in the reason', `-- tenant: global (nightly (at two))\n${all}`, []);
  check('within the query', 'select id\n-- tenant: global (nightly)\nfrom devices;', []);
  check('at the end of its last line', 'select id\nfrom devices; -- tenant: global (nightly)', []);
  check('of one query of two', `-- tenant: global (nightly)\n${all}\n${all}`, ['line 5']);
  check('not below the query', `${all}\n-- tenant: global (nightly)\n`, ['line 1', unused(4)]);
  const misspelt = (line: number, word: string, meant: string) =>
    `info on line ${line}: "${word}" says nothing about tenants, so this silences nothing. Did you mean "${meant}"?`;
  check('misspelt', `-- tenant: globl (nightly)\n${all}`, [misspelt(1, 'globl', 'global'), 'line 2']);
  check('misspelt the other way', `-- tenant: ignroe\n${all}`, [misspelt(1, 'ignroe', 'ignore'), 'line 2']);
  check('about a tenant that is called something', `-- tenant: acme\n${all}`, ['line 2']);
  check('not in prose', `-- tenant: global settings are in another file\n${all}`, ['line 2']);
  check('without a reason', `-- tenant: global\n${all}`, [
    'hint on line 1: Say why: tenant: global (reason).',
  ]);
  check('with an empty reason', `-- tenant: ignore ()\n${all}`, [
    'hint on line 1: Say why: tenant: ignore (reason).',
  ]);
  check(
    'of a query that is scoped',
    '-- tenant: global (really)\nselect id from devices where organization_id = $1;',
    [unused(1)],
  );
  check('without tenants nothing is said of it', `-- tenant: global\n${all}`, [], { tenants: false });
  const off = Object.fromEntries([...TENANT_RULES].map((id) => [id, 'off'] as const));
  check('nothing is said of it where the rules are off', `-- tenant: global\n${all}`, [], { rules: off });
  check(
    'as loud as it is configured',
    `-- tenant: global\n${all}`,
    ['warning on line 1: Say why: tenant: global (reason).'],
    { rules: { 'suppression-without-reason': 'warning' } },
  );
  check(
    'other rules are not silenced',
    `-- tenant: ignore (x)\nselect from where;\n-- plumbline-ignore syntax-error: x\n`,
    [unused(1), 'info on line 3: "syntax-error" finds nothing here, so this suppression is not needed.'],
  );
});

describe('annotations in migrations', () => {
  it('are not called unused: the queries of a migration are not looked at', () => {
    const text = '-- tenant: global\nupdate devices set status = null;\n';
    assert.deepEqual(said('db/migrations/20240102000000_a.sql', text), []);
  });
});

describe('annotations of Elixir functions and queries', () => {
  /** @param functions in a module that knows devices */
  const check = (what: string, functions: string, expected: readonly string[]) =>
    it(what, () => {
      const text = `defmodule Shop.Devices do\n  import Ecto.Query\n  alias Shop.{Device, Repo}\n${functions}\nend\n`;
      assert.deepEqual(said('lib/shop/devices.ex', text), expected, text);
    });
  const piped = '    Device\n    |> where(status: "off")\n    |> Repo.all()';
  const list = `  def offline do\n${piped}\n  end`;

  check('none', list, ['line 7']);
  check('above the function', `  # tenant: global (nightly report)\n${list}`, []);
  check(
    'above its documentation',
    `  # tenant: global (nightly)\n  @doc "All."\n  @spec offline() :: list\n${list}`,
    [],
  );
  check('between its documentation and it', `  @doc "All."\n  # tenant: global (nightly)\n${list}`, []);
  check('on the line of its head', `  def offline do # tenant: global (nightly)\n${piped}\n  end`, []);
  check('of a function on one line', '  def offline, do: Repo.all(Device) # tenant: ignore (nightly)', []);
  check('above the query', `  def offline do\n    # tenant: global (nightly)\n${piped}\n  end`, []);
  check(
    'above the last line of the query',
    '  def offline do\n    Device\n    # tenant: global (nightly)\n    |> Repo.all()\n  end',
    [],
  );
  check('of the function before', `  # tenant: global (nightly)\n  def one, do: Repo.all(Device)\n${list}`, [
    'line 9',
  ]);
  check(
    'of every clause',
    `  # tenant: global (nightly)\n  def list(:all), do: Repo.all(Device)\n  def list(:off), do: Repo.all(Device)`,
    [],
  );
  check(
    'of one clause',
    `  def list(:all), do: Repo.all(Device)\n  # tenant: global (nightly)\n  def list(:off), do: Repo.all(Device)`,
    ['line 4'],
  );
  check('as an attribute, without a reason', `  @tenant :global\n${list}`, [
    'hint on line 4: Say why: @tenant {:global, "reason"}.',
  ]);
  check('as an attribute, with one', `  @tenant {:global, "nightly"}\n  @doc "All."\n${list}`, []);
  check(
    'as an attribute of the next function alone',
    `  @tenant {:global, "x"}\n  def one, do: Repo.all(Device)\n${list}`,
    ['line 9'],
  );
  check('as an attribute that is misspelt', `  @tenant {:globl, "nightly"}\n${list}`, [
    'info on line 4: "globl" says nothing about tenants, so this silences nothing. Did you mean "global"?',
    'line 8',
  ]);
  check('as an attribute of something else', `  @tenant :acme\n${list}`, ['line 8']);
  check('as an attribute of no function', `${list}\n  @tenant {:global, "x"}`, ['line 7', unused(9)]);
});

describe('the rules that annotations silence', () => {
  it('are all that look at queries', () => {
    const looking = RULES.filter(({ on }) => on.includes('query')).map(({ id }) => id);
    assert.deepEqual(looking, [...TENANT_RULES]);
  });
});
