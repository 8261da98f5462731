import assert from 'node:assert/strict';
import { count, snakeCase } from '../../server/src/text/words.js';

describe('words', () => {
  it('are counted', () => {
    assert.deepEqual(
      [count(0, 'file'), count(1, 'file'), count(2, 'file')],
      ['0 files', '1 file', '2 files'],
    );
    assert.deepEqual([count(1, 'fix', 'fixes'), count(2, 'fix', 'fixes')], ['1 fix', '2 fixes']);
  });

  it('of a name are put together', () => {
    assert.equal(snakeCase('add', 'User_tenantId_idx'), 'add_user_tenant_id_idx');
    assert.equal(snakeCase('validate', 'größe > 0'), 'validate_gr_e_0');
    assert.equal(snakeCase('CleanupHTTPWorkers'), 'cleanup_http_workers');
  });
});
