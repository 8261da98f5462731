// The fix for an index on a partitioned table: the parent's alone, then that of each partition concurrently, then attached.

import { partitionIndexes, partitionSteps } from '../../analysis/partition-indexes.js';
import { certain } from '../../catalog/knowledge.js';
import type { CreateIndex } from '../../catalog/operation.js';
import type { Editor } from '../../fixes/editor.js';
import type { Fix, Moment } from '../rule.js';

type FollowUp = Parameters<Editor['runLater']>[0][number];

/** Nothing where partitions are not known, or are partitioned themselves. */
export function indexByPartition(operation: CreateIndex, moment: Moment): readonly Fix[] {
  const parent = certain(moment.before.table(operation.table));
  const { index } = operation;
  if (index === null || parent?.partitioned !== true) return [];
  const parts = partitionIndexes(moment.before.whole(), parent, operation);
  // A partition that is made later gets its index by itself; one that is gone by then has none.
  if (parts === null || parts.some(({ partition }) => moment.latest.tableById(partition) === null)) return [];
  // Not every runner of scripts can run several of them in one file.
  const steps = partitionSteps(index.name, parts, moment.migration?.layout === 'ecto');
  const followUps = steps.map(
    ({ name, outside, statements }): FollowUp => ({
      name,
      outside,
      notes: [],
      up: statements.map((sql) => ({ kind: 'sql', sql })),
      down: [],
    }),
  );
  return [
    {
      title: 'Build the index partition by partition',
      safety: 'needs-review',
      edit: (editor) => editor.together(onlyParent(editor, operation), editor.runLater(followUps)),
    },
  ];
}

/** ON ONLY, and without CONCURRENTLY. */
function onlyParent(editor: Editor, operation: CreateIndex) {
  const { concurrently, only, table, keyword } = operation;
  const inSql = editor.together(
    ...(only ? [] : [editor.insertWords(operation, table.span.start, 'only')]),
    ...(concurrently === null ? [] : [editor.replaceWords(operation, concurrently, '')]),
  );
  return (
    inSql ??
    editor.together(
      ...(only ? [] : [editor.setOption(operation, keyword, 'only', 'true')]),
      ...(concurrently === null ? [] : [editor.setOption(operation, keyword, 'concurrently', null)]),
    )
  );
}
