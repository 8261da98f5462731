// Versions and names of new migrations, with a clock and without.

import assert from 'node:assert/strict';
import { camelCase, freeName, versionAfter } from '../../server/src/fixes/versions.js';
import { compareVersions } from '../../server/src/migrations/order.js';
import { mend, ROOT, workspaceOf, written } from './support/mend.js';

const now = new Date('2026-11-21T12:34:56.789Z');

describe('versionAfter', () => {
  const cases: readonly (readonly [newest: string, version: string, why: string])[] = [
    ['20240101000000', '20261121123456', 'a timestamp'],
    ['20270101000000', '20270101000001', 'the newest is dated in the future'],
    ['20271231235959', '20280101000000', 'a second later is another year'],
    ['20270101000099', '20270101000100', 'no time of day, but a number'],
    ['202401010000000000', '202611211234560000', 'Diesel, with four digits behind the time'],
    ['202401010000', '202611211234', 'without seconds'],
    ['20240101', '20261121', 'a date'],
    ['1704067200', '1795264496', 'seconds since 1970'],
    ['1704067200000', '1795264496789', 'milliseconds since 1970'],
    ['0007', '0008', 'a number with as many digits'],
    ['99', '100', 'a number that grows'],
    ['1.2', '1.3', 'Flyway'],
    ['2024.01.09', '2024.01.10', 'Flyway, which compares parts'],
    ['20249901000000', '20249901000001', 'a number that looks like a timestamp'],
  ];
  for (const [newest, version, why] of cases) {
    it(`${why}: ${version} after ${newest}`, () => {
      assert.equal(versionAfter(newest, now), version);
      assert.ok(compareVersions(version, newest) > 0);
    });
  }

  it('without a clock it is the next one', () => {
    assert.equal(versionAfter('20240101235959', null), '20240102000000');
    assert.equal(versionAfter('1704067200', null), '1704067201');
  });
});

describe('names', () => {
  it('are words of a file name', () => {
    assert.equal(camelCase('add_index_to_users'), 'AddIndexToUsers');
  });

  it('are free', () => {
    assert.equal(
      freeName('a', (name) => name === 'b'),
      'a',
    );
    assert.equal(
      freeName('a', (name) => name !== 'a_3'),
      'a_3',
    );
  });
});

describe('new migrations', () => {
  const files = {
    'priv/repo/migrations/20240101000000_users.exs': written`
      defmodule Shop.Repo.Migrations.Users do
        use Ecto.Migration

        def change do
          create table(:users) do
            add :email, :text
          end
        end
      end
    `,
    'db/migrations/20300101000000_report.sql': written`
      create table reports (id bigint);
    `,
    'priv/repo/migrations/20240101000001_validate_has_mail.exs': written`
      defmodule Shop.Repo.Migrations.ValidateHasMail do
        use Ecto.Migration

        def change, do: nil
      end
    `,
    'priv/repo/migrations/20240102000000_check.exs': written`
      defmodule Shop.Repo.Migrations.Check do
        use Ecto.Migration

        def change do
          create constraint(:users, :has_mail, check: "email <> ''")
        end
      end
    `,
  };

  it('come after all of the history, also in other folders, under a name of their own', () => {
    const path = 'priv/repo/migrations/20240102000000_check.exs';
    const mended = mend(workspaceOf(files, now.toISOString()), path, 'add-constraint', (editor, operation) =>
      editor.validateLater(operation, operation.constraint.span, 'has_mail'),
    );
    assert.deepEqual(
      mended.change?.creates.map((file) => file.path),
      [`${ROOT}/priv/repo/migrations/20300101000001_validate_has_mail_2.exs`],
    );
  });
});
