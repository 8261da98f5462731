// The question before a statement is run on a server of the user's.

import assert from 'node:assert/strict';
import { questionOf } from '../../client/src/may-run-text.js';

const ASKED = {
  connection: 'staging',
  description: 'ann@db.example.com:6000/shop',
  host: 'db.example.com',
  database: 'shop',
  statement: 'DELETE FROM orders',
};

describe('the question before a statement is run', () => {
  it('names host, database and statement, and says of what writes all that stays', () => {
    const { message, detail, button } = questionOf({ ...ASKED, writes: true });
    assert.equal(
      message,
      'This statement changes rows. Run it in "shop" on db.example.com to measure it, and roll it back?',
    );
    assert.equal(button, 'Run and Roll Back');
    assert.match(detail, /^DELETE FROM orders\n\nConnection: staging \(ann@db\.example\.com:6000\/shop\)\n/);
    for (const word of [
      /Triggers run/,
      /sequences stay taken/,
      /holds locks/,
      /Do not do this on a production/,
    ]) {
      assert.match(detail, word);
    }
  });

  it('says of what reads that it can do no more', () => {
    const { message, detail, button } = questionOf({ ...ASKED, statement: 'SELECT 1', writes: false });
    assert.equal(message, 'Run this statement in "shop" on db.example.com to measure it?');
    assert.match(detail, /read-only transaction/);
    assert.equal(button, 'Run It');
  });

  it('shows the beginning of a long statement', () => {
    const { detail } = questionOf({ ...ASKED, statement: `SELECT ${'x'.repeat(9000)}`, writes: false });
    assert.ok(detail.length < 1000);
  });
});
