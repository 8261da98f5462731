import assert from 'node:assert/strict';
import { nodeSpan } from '../../../server/src/syntax/sql/node-span.js';
import type { Node } from '../../../server/src/syntax/sql/nodes.js';
import { asNode, walk } from '../../../server/src/syntax/sql/nodes.js';
import { textAt } from '../../../server/src/text/span.js';
import { sqlParser } from '../../support/parsers.js';

/** The texts of all SELECTs in a statement, outermost first. They begin with the first thing that has a location. */
function selectsIn(text: string): readonly string[] {
  const statement = sqlParser.statement(text);
  const found: Node[] = [];
  const own = asNode(statement.node, 'SelectStmt');
  if (own !== null) found.push({ SelectStmt: own });
  walk(statement.node ?? [], ({ kind, value }) => {
    if (kind === 'SelectStmt' && value !== own) found.push({ SelectStmt: value });
    return true;
  });
  return found.map((node) => textAt(text, nodeSpan(statement, node) ?? { start: 0, end: 0 }));
}

describe('the end of a SELECT', () => {
  const cases: readonly (readonly [text: string, ...expected: string[]])[] = [
    ['select a from t', 'select a from t'],
    ['select a from t x', 'select a from t x'],
    ['select a from t as x', 'select a from t as x'],
    ['select a from t x, u "Y"', 'select a from t x, u "Y"'],
    ['select a from t x for update', 'select a from t x for update'],
    ['select a from t order by a desc', 'select a from t order by a desc'],
    ['select a from (select b from t x) y', 'select a from (select b from t x) y', 'select b from t x'],
    [
      'with c as (select b from t x) select a from c y',
      'with c as (select b from t x) select a from c y',
      'select b from t x',
    ],
    ['insert into t (a) select a from u x on conflict do nothing', 'select a from u x'],
    ['insert into t (a) select a from u x returning a', 'select a from u x'],
    ['delete from t where a in (select a from u x)', 'select a from u x'],
  ];
  for (const [text, ...expected] of cases) {
    it(text, () => {
      const found = selectsIn(text);
      assert.equal(found.length, expected.length);
      for (const [index, select] of found.entries()) {
        assert.notEqual(select, '');
        assert.ok(expected[index]?.endsWith(select), select);
      }
    });
  }
});
