// The text of plans that real servers made: what `plumbline explain` prints is what the viewer's table says, in lines that fit
// a terminal. Sessions with whole plans are in explain.md.

import assert from 'node:assert/strict';
import { planTable } from '../../client/src/views/plan/rows.js';
import { planIn } from '../../server/src/hosts/cli/formats/plan.js';
import { NO_COLOURS } from '../../server/src/hosts/cli/output.js';
import { nodeHeading } from '../../server/src/plans/names.js';
import { nodesOf } from '../../server/src/plans/nodes.js';
import type { Plan } from '../../server/src/plans/plan.js';
import { columnsOf } from '../../server/src/plans/table.js';
import { recordedPlan, recordedPlans } from '../client/plan/plans.js';

describe('the text of a recorded plan', () => {
  for (const name of recordedPlans()) {
    const plan = recordedPlan(name);
    const lines = printed(plan);

    const header = lines.findIndex((line) => line.trimEnd().endsWith('Node'));
    const tree = lines[header]?.indexOf('Node') ?? 0;
    const table = lines.slice(header + 1, lines.indexOf('', header));

    it(`has a line for each node, with the numbers of the viewer: ${name}`, () => {
      const { columns, rows } = planTable(plan);
      const inColumns = new Set(
        columnsOf(plan).flatMap(({ id, inText }) => (inText === 'column' ? [id] : [])),
      );
      const headings = nodesOf(plan).map(nodeHeading);
      const numbers = table.filter(
        (line) => line.slice(0, tree).trim() !== '' && !line.startsWith('Rows are'),
      );
      assert.equal(numbers.length, tree === 0 ? 0 : rows.length);
      for (const [at, line] of numbers.entries()) {
        const shown = (rows[at]?.cells ?? []).filter((_, column) =>
          inColumns.has(columns[column]?.id ?? 'io'),
        );
        for (const { text } of shown)
          assert.ok(` ${line.slice(0, tree)}`.includes(` ${text} `), `${text}: ${line}`);
        const name = line.slice(tree).replace(/^ *-> /, '');
        assert.ok(headings[at]?.startsWith(name), line);
      }
    });

    it(`fits a terminal: ${name}`, () => {
      for (const line of table) {
        // Deeper in, nodes have 40 characters all the same.
        const isDeep = line.search(/[^ ]/) > 58 || line.indexOf('-> ') > 54;
        assert.ok(line.length <= 100 || isDeep, line);
      }
    });
  }

  it('says what is of one loop and what of all, where that differs', () => {
    const unit = (name: string) =>
      printed(recordedPlan(name)).filter((line) => line.startsWith('Rows are those'));
    assert.equal(unit('nested-loop').length, 1);
    assert.equal(unit('filter').length, 0);
  });

  it('names what was not run, and has no share for it', () => {
    const never = printed(recordedPlan('never-executed')).filter((line) => line.includes('never run'));
    assert.ok(never.length > 0);
    for (const line of never) assert.match(line, /^ +never run/);
  });
});

function printed(plan: Plan): readonly string[] {
  const source = { kind: 'saved' as const, name: 'here', postgres: '', statistics: 'none' };
  const whole = {
    sql: '',
    source,
    parameters: [],
    plan,
    json: null,
    notes: [],
    advice: [],
    replay: null,
    besides: {},
  };
  return planIn('text', whole, NO_COLOURS).split('\n');
}
