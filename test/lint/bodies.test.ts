// An edit of a function's body leaves what is said of everything else as it is, and not what is said of the function.

import assert from 'node:assert/strict';
import { lintFile } from '../../server/src/lint/lint.js';
import { updateWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

const FIRST = 'db/migrations/20240101000000_first.sql';
const LATER = 'db/migrations/20240102000000_later.sql';

function definer(body: string): string {
  return `create or replace function f() returns integer language sql security definer as $$ ${body} $$;`;
}

function rulesIn(workspace: Workspace, path: string): readonly string[] {
  return lintFile(workspace, `${ROOT}/${path}`).map(({ rule }) => rule);
}

function edited(workspace: Workspace, path: string, text: string): Workspace {
  return updateWorkspace(workspace, [{ path: `${ROOT}/${path}`, file: sourceFile(`${ROOT}/${path}`, text) }]);
}

describe('the body of a function', () => {
  const RULE = 'function-without-search-path';

  it('decides whether what is said of an earlier one still stands', () => {
    const before = memoryWorkspace([
      { path: FIRST, text: definer('select 1') },
      { path: LATER, text: definer('select 1') },
    ]);
    assert.ok(rulesIn(before, FIRST).includes(RULE));
    const replaced = edited(before, LATER, definer('select 2'));
    assert.ok(!rulesIn(replaced, FIRST).includes(RULE));
    assert.ok(rulesIn(replaced, LATER).includes(RULE));
    assert.ok(rulesIn(edited(replaced, LATER, definer('select 1')), FIRST).includes(RULE));
  });
});
