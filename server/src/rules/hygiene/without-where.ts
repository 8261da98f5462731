// UPDATE and DELETE of every row.

import { concernOf, dataChanges } from '../../analysis/data-changes.js';
import type { WholeMigration } from '../../analysis/whole-migration.js';
import type { Finding } from '../rule.js';

export function* withoutWhere(whole: WholeMigration, verb: 'update' | 'delete'): Iterable<Finding> {
  for (const change of dataChanges(whole)) {
    const { step, table } = change;
    const { operation } = step;
    if (change.verb !== verb || table === null || concernOf(change) !== 'without-where') continue;
    if (operation.kind !== 'write-rows') continue;
    const { whereAt } = operation;
    yield {
      step,
      at: operation.keyword,
      message: `${SAYS[verb]} every row of "${table.name}": it has no WHERE. ${REMEDY[verb]}`,
      weighs: table,
      fixes:
        whereAt === undefined
          ? []
          : [
              {
                title: 'Say that every row is meant: WHERE true',
                safety: 'needs-review',
                edit: (editor) => editor.insertWords(operation, whereAt.start, 'where true'),
              },
            ],
    };
  }
}

const SAYS = { update: 'This updates', delete: 'This deletes' } as const;

const REMEDY = {
  update:
    'Add the condition, or update the rows in batches; on a small table, WHERE true says that all are meant.',
  delete:
    'Add the condition, or delete the rows in batches; on a small table, WHERE true says that all are meant.',
} as const;
