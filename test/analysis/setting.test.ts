// What kind of code a query stands in.

import assert from 'node:assert/strict';
import { type Setting, settingOf } from '../../server/src/analysis/setting.js';

const cases: readonly (readonly [
  path: string,
  module: string | null,
  name: string | null,
  setting: Setting,
])[] = [
  ['lib/shop/posts.ex', 'Shop.Posts', 'list_posts/1', 'application'],
  ['lib/shop_web/live/post_live.ex', 'ShopWeb.PostLive', 'handle_event/3', 'application'],
  ['lib/shop/posts.ex', 'Shop.Posts', 'list_all_posts/0', 'sweep'],
  ['lib/shop/posts.ex', 'Shop.Posts', 'delete_expired_drafts/1', 'sweep'],
  ['lib/shop/posts.ex', 'Shop.Posts', 'install/1', 'application'],
  ['lib/shop/workers/digest.ex', 'Shop.Workers.Digest', 'perform/1', 'sweep'],
  ['lib/shop/jobs/digest.ex', 'Shop.Jobs.Digest', 'run/1', 'sweep'],
  ['lib/shop/telemetry.ex', 'Shop.Telemetry', 'count/0', 'sweep'],
  ['test/shop/posts_test.exs', 'Shop.PostsTest', null, 'once'],
  ['test/support/fixtures/posts.ex', 'Shop.PostsFixtures', 'post_fixture/1', 'once'],
  ['priv/repo/seeds.exs', null, null, 'once'],
  ['lib/mix/tasks/shop.fix.ex', 'Mix.Tasks.Shop.Fix', 'run/1', 'once'],
  ['lib/shop/release.ex', 'Shop.Release', 'migrate/0', 'once'],
  ['db/queries/posts.sql', null, 'ListPosts', 'application'],
  ['db/queries/posts.sql', null, 'CleanupOldPosts', 'sweep'],
  ['db/queries/posts.sql', null, null, 'application'],
  ['lib/shop/data/change_012_titles.ex', 'Shop.Data.Change012Titles', 'run/0', 'once'],
  ['lib/shop_web/admin/post_controller.ex', 'ShopWeb.Admin.PostController', 'index/2', 'sweep'],
  ['internal/posts/queries.sql', null, 'ListPosts', 'application'],
  ['db/queries/posts.sql', null, 'ListPostsPerTenant', 'sweep'],
];

describe('the setting of a query', () => {
  for (const [path, module, name, setting] of cases) {
    it(`${path} ${name ?? ''}`, () =>
      assert.equal(settingOf({ path, module, name, given: [], says: '' }, 'org_id'), setting));
  }

  for (const [given, setting] of [
    ['scope', 'application'],
    ['current_scope', 'application'],
    ['org_id', 'application'],
    ['current_org', 'application'],
    ['organism', 'sweep'],
    ['user', 'sweep'],
  ] as const) {
    it(`a function called like a sweep that gets ${given}`, () => {
      const place = {
        path: 'lib/shop/posts.ex',
        module: 'Shop.Posts',
        name: 'overdue/1',
        given: [given],
        says: '',
      };
      assert.equal(settingOf(place, 'org_id'), setting);
    });
  }

  for (const [says, setting] of [
    ['Sweeps drafts nobody came back to.', 'sweep'],
    ['for the nightly report: cross-tenant', 'sweep'],
    ['All posts, across all organizations.', 'sweep'],
    ['@doc "Posts for every tenant"', 'sweep'],
    ['All posts of the organization.', 'application'],
    ['Lists posts and swept drafts of one tenant.', 'application'],
  ] as const) {
    it(`a comment that says: ${says}`, () => {
      const place = { path: 'lib/shop/posts.ex', module: 'Shop.Posts', name: 'list/0', given: [], says };
      assert.equal(settingOf(place, 'org_id'), setting);
    });
  }
});
