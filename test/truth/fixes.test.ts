// What a fix leaves runs, with all migrations in order on a real server, and back and forth again where there is a way down; the
// finding is gone; and the server then holds the schema that the author asked for. Of all pairs of fix and layout a part is tried; EVERY_FIX=1 tries all of them, in three minutes.

import assert from 'node:assert/strict';
import { lintFile, type PlacedFinding } from '../../server/src/lint/lint.js';
import type { Workspace } from '../../server/src/lint/workspace.js';
import { withChange } from '../support/check.js';
import { type MemoryFile, memoryWorkspace } from '../support/workspace.js';
import { ECTO_VARIANTS, ectoModule, ectoSubjects } from './support/fix-cases-ecto.js';
import {
  base,
  LAYOUTS,
  plainNames,
  qualifiedNames,
  scripts,
  subjects,
  VARIANTS,
} from './support/fix-cases-sql.js';
import { type RealServer, useRealServer } from './support/real-server.js';
import { runHistory } from './support/run-history.js';
import { schemaOn } from './support/schema-on.js';

/** Rules whose fixes leave another schema than the author's migrations, and why. */
const OTHER_SCHEMA: Readonly<Record<string, string>> = {
  'concurrently-in-transaction': 'the server refuses what the author wrote',
  'add-column-required-without-default': 'the server refuses what the author wrote, as there are rows',
  'foreign-key-without-index': 'an index is added',
  'column-type-rewrites-table': 'the old column stays as long as code reads it',
};

describe('truth: fixes', function () {
  this.timeout(60_000);
  const server = useRealServer(18);

  const mended = new Set<string>();
  let pairs = 0;

  for (const [layout, render] of Object.entries(LAYOUTS)) {
    for (const { title, names, alone, shape } of VARIANTS) {
      for (const subject of subjects(names)) {
        if (pairs++ % 13 > 0 && process.env.EVERY_FIX === undefined) continue;
        it(`${layout}, ${subject.rule}, ${subject.title}, ${title}`, async () => {
          const [up, down] = scripts(names, subject, alone);
          const files = [...render(base(names), [], 1, 'base'), ...render(up, down, 2, 'change')].map(
            ({ path, text }) => ({ path, text: shape(text) }),
          );
          const { workspace, left, applied } = mendAll(memoryWorkspace(files), subject.rule);
          // Some layouts give no reason to mend it.
          if (applied === 0) return;
          mended.add(subject.rule);
          const database = await server().createDatabase();
          try {
            const migrations = workspace.histories[0]?.history.migrations.length ?? 0;
            await runHistory(server(), database, workspace, migrations - 1);
            assert.deepEqual(left, []);
            // What is not undone is there twice after the way back and forth.
            if (subject.down !== 'select 1') {
              await compareWithOriginal(server(), database, subject.rule, memoryWorkspace(files));
            }
            for (const { text } of workspace.files.values()) {
              if (title.includes('CRLF')) assert.doesNotMatch(text, /[^\r]\n/, 'line ends are kept');
            }
          } finally {
            await server().run('postgres', `drop database ${database} with (force)`);
          }
        });
      }
    }
  }

  it('each rule has been mended somewhere', () => {
    assert.deepEqual([...mended].sort(), [...new Set(subjects(plainNames).map(({ rule }) => rule))].sort());
  });
});

describe('truth: fixes in Ecto', function () {
  this.timeout(60_000);
  const server = useRealServer(18);

  for (const { title, schema, alone, shape } of ECTO_VARIANTS) {
    for (const subject of ectoSubjects(schema ? ', prefix: "app"' : '', schema ? 'app.' : '')) {
      it(`${subject.rule}, ${subject.title}, ${title}`, async () => {
        const setup = base(schema ? qualifiedNames : plainNames).map((sql) => `execute("${sql}", "")`);
        const before = alone
          ? ''
          : `alter table(:users${schema ? ', prefix: "app"' : ''}) do\n      add :extra, :text\n    end\n\n    `;
        const files = [
          {
            path: 'priv/repo/migrations/20240101000000_base.exs',
            text: ectoModule('Base', { up: setup.join('\n    ') }, ''),
          },
          {
            path: 'priv/repo/migrations/20240102000000_change.exs',
            text: ectoModule('Change', subject, before),
          },
        ].map(({ path, text }) => ({ path, text: shape(text) }));
        const { workspace, left, applied } = mendAll(memoryWorkspace(files), subject.rule);
        assert.ok(applied > 0, 'it has a fix');
        const database = await server().createDatabase();
        try {
          await runHistory(server(), database, workspace, 0);
          assert.deepEqual(left, []);
          await compareWithOriginal(server(), database, subject.rule, memoryWorkspace(files));
          for (const { text } of workspace.files.values()) {
            if (title.includes('CRLF')) assert.doesNotMatch(text, /[^\r]\n/, 'line ends are kept');
          }
        } finally {
          await server().run('postgres', `drop database ${database} with (force)`);
        }
      });
    }
  }
});

describe('truth: NOT NULL in two steps (PostgreSQL 18)', function () {
  this.timeout(60_000);
  const server = useRealServer(18);
  const isOne = ({ rule }: { readonly rule: string }) => rule === 'set-not-null-scanning-table';
  const postgres = { postgres: 18 };

  for (const subject of subjects(plainNames).filter(isOne)) {
    it(`goose, ${subject.title}`, async () => {
      const render = LAYOUTS.goose;
      assert.ok(render !== undefined);
      const [up, down] = scripts(plainNames, subject, false);
      await check([...render(base(plainNames), [], 1, 'base'), ...render(up, down, 2, 'change')], 1);
    });
  }

  for (const subject of ectoSubjects('', '').filter(isOne)) {
    it(`Ecto, ${subject.title}`, async () => {
      const setup = base(plainNames).map((sql) => `execute("${sql}", "")`);
      await check(
        [
          {
            path: 'priv/repo/migrations/20240101000000_base.exs',
            text: ectoModule('Base', { up: setup.join('\n    ') }, ''),
          },
          {
            path: 'priv/repo/migrations/20240102000000_change.exs',
            text: ectoModule('Change', subject, ''),
          },
        ],
        0,
      );
    });
  }

  async function check(files: readonly MemoryFile[], back: number): Promise<void> {
    const { workspace, left, applied } = mendAll(
      memoryWorkspace(files, postgres),
      'set-not-null-scanning-table',
    );
    assert.deepEqual([applied, left], [1, []]);
    const database = await server().createDatabase();
    try {
      await runHistory(server(), database, workspace, 2 * back);
      await compareWithOriginal(
        server(),
        database,
        'set-not-null-scanning-table',
        memoryWorkspace(files, postgres),
      );
    } finally {
      await server().run('postgres', `drop database ${database} with (force)`);
    }
  }
});

/** Whether the mended history has made what the original one makes. */
async function compareWithOriginal(
  server: RealServer,
  mended: string,
  rule: string,
  { histories }: Workspace,
): Promise<void> {
  if (rule in OTHER_SCHEMA) return;
  const migrations = histories[0]?.history.migrations ?? [];
  const original = migrations
    .flatMap(({ migration }) => migration.statements)
    .filter(({ sql, operations }) => sql !== '' && !operations.some(({ kind }) => kind === 'transaction'))
    .map(({ sql }) => sql);
  assert.deepEqual(await schemaOn(server, mended), await schemaOn(server, 'postgres', original));
}

/** Applies fixes of that rule one after the other, until none is left. */
function mendAll(workspace: Workspace, rule: string) {
  let now = workspace;
  let applied = 0;
  for (; applied < 10; applied++) {
    const change = findingsOf(now, rule).flatMap(({ fixes }) => fixes[0]?.change() ?? [])[0];
    if (change === undefined) break;
    now = withChange(now, change);
  }
  const left = findingsOf(now, rule).map(({ path, message }) => `${path}: ${message}`);
  return { workspace: now, applied, left };
}

function findingsOf(workspace: Workspace, rule: string): readonly PlacedFinding[] {
  return [...workspace.files.keys()]
    .filter((path) => /\.(?:sql|exs)$/.test(path) && !/_base/.test(path))
    .flatMap((path) => lintFile(workspace, path))
    .filter((finding) => finding.rule === rule || finding.rule === 'syntax-error');
}
