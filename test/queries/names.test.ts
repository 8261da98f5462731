// What names say: each is told by a word of its own, and not by one that is a part of another.

import assert from 'node:assert/strict';
import * as sweep from '../../server/src/analysis/sweep-names.js';
import * as columns from '../../server/src/queries/column-names.js';
import * as code from '../../server/src/queries/from-ecto/code-names.js';
import * as session from '../../server/src/queries/session-names.js';

type Case = readonly [asks: (name: string) => unknown, yes: string, no: string];

const CASES: readonly Case[] = [
  [columns.isCalledId, 'id uuid', 'uid post_id valid'],
  [columns.isCalledReference, 'post_id postId', 'id uuid paid post_ids'],
  [columns.isCalledKey, 'id uuid post_id postId', 'valid uid'],
  [columns.isCalledLikeForeignKey, 'post_id post_uuid call_sid postId postUUID payment_ref', 'id uuid href'],
  [columns.isCalledName, 'slug name short_name subdomain hostname code', 'rename code_name slugs'],
  [columns.isCalledAddress, 'email e_mail billing_email', 'mailbox'],
  [columns.isCalledUnguessable, 'token reset_token tokenHash key api_key invite_code', 'tokens primary_key'],
  [columns.isCalledSecret, 'password user_api_key ssn', 'password_hash classn api_keys'],
  [columns.isCalledSecretOfRow, 'password password_hash tax_id bank_account', 'taxi_id password_digest'],
  [columns.isCalledDerivedSecret, 'password_hash hashed_pin encrypted_ssn', 'hash content_hash'],
  [columns.isCalledMadeUp, 'email user_token urls sha256', 'title position keyboard'],
  [columns.isCalledTime, 'inserted_at expiresOn valid_until timestamp', 'state format'],
  [columns.isCalledPublic, 'public is_public isPublic', 'published public_id'],
  [columns.isCalledLikePublic, 'visibility published_at is_template', 'private state'],

  [code.isCalledWhoIsConnected, 'current_user _scope actor', 'user scopes currently'],
  [code.isCalledMap, 'attrs user_params filter x', 'user attr index'],
  [code.isCalledOptions, 'opts _opts options', 'opt params'],
  [code.isCalledStream, 'stream _stream', 'streams'],
  [code.calledForFramework, 'conn _socket info resolution', 'connection information'],
  [code.structOfFramework, 'Plug.Conn Phoenix.Socket Absinthe.Resolution Oban.Job', 'Shop.Conn Shop.Job'],
  [code.isSentIn, 'params req_headers cookies', 'assigns private'],
  [code.givesWhatIsSent, 'get_req_header get_connect_params', 'get_session'],
  [code.isCalledWeb, 'ShopWeb.Page PostController PostLive UserChannel', 'Shop.Website Alive.Posts'],
  [code.isCalledResolver, 'Shop.Resolvers.Post PostResolver', 'Shop.Resolve'],
  [code.isCalledAuthorization, 'authorize! user_authorise permit can? allowed?', 'author cancel allowance'],
  [code.isCalledCheck, 'ensure_member verify! belongs_to? has_access?', 'checkout has_many'],
  [code.isCalledRole, 'is_admin admin? valid_role? staff', 'administer canvas'],

  [
    sweep.isOnceByPath,
    'priv/repo/seeds.exs test/a.ex lib/mix/tasks/a.ex',
    'lib/shop/test/a.ex lib/latest/a.ex',
  ],
  [sweep.isOnceByModule, 'Mix.Tasks.Fix Shop.Release Shop.Factory', 'Shop.Music.Release Shop.Testing'],
  [
    sweep.isSweepByPath,
    'lib/workers/a.ex lib/admin/a.ex lib/post_jobs.ex',
    'lib/coworkers/a.ex lib/jobseekers/a.ex',
  ],
  [sweep.isSweepByName, 'list_all delete_expired_posts poll', 'install pollen small'],
  [sweep.isWorkInBackground, 'Oban.Worker Worker Quantum Shop.Job', 'Shop.Coworker Shop.Jobs'],
  [sweep.isSweepByComment, 'sweeps cross-tenant janitor', 'tenant sweepstake crossing'],
  [sweep.isCalledCursor, 'cursor next_cursor after after_id last', 'thereafter first'],
  [sweep.isOfNobody, '_ignored cutoff start_time limit opts', 'user id name'],

  [session.isSessionFunction, 'auth.uid current_setting current_tenant user get_org', 'user_name now lower'],
  [session.asksWhoIsConnected, 'current_setting session_user user inet_client_addr', 'users now lower'],
  [
    session.readsSession,
    'current_setting pg_catalog.current_setting auth.uid',
    'auth.user_ids my_current_setting',
  ],
  [session.codeAsksWhoCalls, 'auth.uid() is_member(x) current_user current_org()', 'uid() author() members'],
];

describe('names', () => {
  for (const [asks, yes, no] of CASES) {
    for (const name of yes.split(' ')) {
      it(`${asks.name}: ${name}`, () => assert.ok(asks(name)));
    }
    for (const name of no.split(' ')) {
      it(`${asks.name}: not ${name}`, () => assert.ok(!asks(name)));
    }
  }

  it('isProcess: what a process runs, but for those of pages', () => {
    assert.ok(sweep.isProcess('handle_info/2', 'Shop.Poster'));
    assert.ok(!sweep.isProcess('handle_info/2', 'ShopWeb.PostLive'));
    assert.ok(!sweep.isProcess('handle_call/3', 'Shop.Poster'));
  });

  it('have a case each', () => {
    const all = [columns, code, sweep, session].flatMap((file) => Object.values(file) as unknown[]);
    const asked = new Set<unknown>(CASES.map(([asks]) => asks));
    asked.add(sweep.isProcess);
    assert.deepEqual(
      all.filter((one) => !asked.has(one)),
      [],
    );
  });
});
