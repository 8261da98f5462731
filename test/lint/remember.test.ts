// A rule runs again only when something that it asked about has another answer now.

import assert from 'node:assert/strict';
import { evaluate, recall } from '../../server/src/lint/evaluate.js';
import { momentOfFile } from '../../server/src/lint/moment.js';
import { newTurn, remember, stillHolds } from '../../server/src/lint/remember.js';
import { type Moment, type Rule, rule } from '../../server/src/rules/rule.js';
import type { Problem } from '../../server/src/syntax/problem.js';
import { memoryWorkspace, ROOT } from '../support/workspace.js';

function momentOf(sql: string): Moment {
  const workspace = memoryWorkspace([{ path: 'db/migrations/20240101000000_a.sql', text: sql }]);
  return momentOfFile(workspace, `${ROOT}/db/queries/a.sql`);
}

const users = 'create table users (id bigint primary key, email text);';
const same = `${users}\n-- nothing else`;
const other = 'create table users (id bigint primary key, email text not null);';

describe('what was said', () => {
  const table = { schema: null, name: 'users' };
  const questions: readonly (readonly [what: string, ask: (moment: Moment) => unknown, world: boolean])[] = [
    ['a column', (moment) => moment.latest.column(table, 'email'), false],
    ['a table', (moment) => moment.before.table(table), false],
    ['all of the schema', (moment) => moment.afterMigration.whole().relations.size, false],
    ['uses', (moment) => [moment.usesOf(table), moment.latest.column(table, 'email')], true],
  ];
  for (const [what, ask, world] of questions) {
    it(`about ${what} holds until the answer is another`, () => {
      const moment = momentOf(users);
      const remembered = remember(newTurn(moment), ask);
      assert.deepEqual(remembered.result, ask(moment));
      assert.equal(remembered.asksWorld, world);
      assert.ok(stillHolds(remembered, newTurn(moment)));
      assert.ok(!stillHolds(remembered, newTurn(momentOf(other))));
    });
  }

  it('without a question holds for good', () => {
    const remembered = remember(newTurn(momentOf(users)), () => 'x');
    assert.deepEqual(remembered.asked, []);
    assert.ok(stillHolds(remembered, newTurn(momentOf(other))));
  });

  it('keeps nothing of the workspace alive: its moment answers no longer', () => {
    let kept: Moment | null = null;
    remember(newTurn(momentOf(users)), (moment) => {
      kept = moment;
    });
    assert.throws(() => (kept as Moment | null)?.latest.whole(), /asks after it has answered/);
  });

  it('about a column holds when only other things change', () => {
    const remembered = remember(newTurn(momentOf(users)), (moment) => moment.latest.column(table, 'email'));
    assert.ok(stillHolds(remembered, newTurn(momentOf(same))));
  });
});

describe('what a rule said', () => {
  let runs = 0;
  const table = { schema: null, name: 'users' };
  const asks = ruleWith('asks-about-column', function* (moment) {
    runs += 1;
    const answer = moment.latest.column(table, 'email');
    const found = answer.kind === 'known' ? answer.value : null;
    yield { at: { start: 0, end: 1 }, message: found === null ? 'absent' : `${found.notNull}` };
  });
  const asksWorld = ruleWith('asks-about-uses', function* (moment) {
    if (moment.usesOf(table).length > 0) yield { at: { start: 0, end: 1 }, message: 'used' };
  });
  const fails = ruleWith('fails', () => {
    throw new Error('an accident');
  });

  function ruleWith(id: string, check: (moment: Moment) => ReturnType<Rule['check']>): Rule {
    const docs = { what: '', why: '', instead: '', unless: '', references: [] };
    const examples = { bad: [], good: [] };
    return rule({
      id,
      severity: 'error',
      docs,
      examples,
      on: ['problem'],
      check: (_, moment) => check(moment),
    });
  }

  const problem = (): Problem => ({ kind: 'problem', span: { start: 0, end: 1 }, message: 'x' });
  const file = {};

  it('is asked for once as long as it stands where it stood', () => {
    const subject = problem();
    const standing = { rules: [asks], file, before: {}, transaction: null };
    runs = 0;
    assert.equal(recall(subject, standing.rules, file, standing.before, null), null);
    const said = evaluate(subject, standing, momentOf(users));
    assert.equal(recall(subject, standing.rules, file, standing.before, null), said);
    assert.equal(recall(subject, [asks], file, standing.before, null), null, 'other rules');
    assert.equal(recall(subject, standing.rules, {}, standing.before, null), null, 'another file');
    assert.equal(recall(subject, standing.rules, file, {}, null), null, 'another schema');
    assert.equal(recall(subject, standing.rules, file, standing.before, {}), null, 'another transaction');
    assert.equal(runs, 1);
  });

  it('is taken over when the answers are the same, and not when they are others', () => {
    const subject = problem();
    const say = (sql: string) =>
      evaluate(subject, { rules: [asks], file, before: {}, transaction: null }, momentOf(sql)).map(
        ({ finding }) => finding.message,
      );
    runs = 0;
    assert.deepEqual([say(users), say(same), runs], [['false'], ['false'], 1]);
    assert.deepEqual([say(other), say(users), runs], [['true'], ['false'], 3]);
  });

  it('about the workspace is never taken for granted', () => {
    const subject = problem();
    const standing = { rules: [asksWorld], file, before: {}, transaction: null };
    evaluate(subject, standing, momentOf(users));
    assert.equal(recall(subject, standing.rules, file, standing.before, null), null);
  });

  it('is lost alone when the rule fails, which is our bug', () => {
    const standing = { rules: [fails], file, before: {}, transaction: null };
    assert.throws(() => evaluate(problem(), standing, momentOf(users)), /bug: the rule fails failed/);
  });
});
