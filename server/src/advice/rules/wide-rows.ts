import { nodeTitle } from '../../plans/names.js';
import { isSort } from '../../plans/node-types.js';
import { executed } from '../../plans/nodes.js';
import { bytesText, countText } from '../../text/numbers.js';
import { adviceRule } from '../rule.js';

export default adviceRule({
  id: 'wide-rows',
  severity: 'info',
  docs: {
    what: 'Wide rows go into a sort or a hash table.',
    why: 'All columns that are selected are carried along, so memory is soon full, and files are large.',
    instead:
      'Select the columns that are needed. Or find the ids first, and fetch the wide columns of those that are left.',
    unless:
      'Silent for few rows, and where the sort or the hash went into files, since that advice says how wide the rows are.',
    references: ['https://hexdocs.pm/ecto/Ecto.Query.html#select/3'],
  },
  needs: 'estimates',
  gate: 'own',
  thresholds: {
    width: { value: 1024, means: 'N a row', unit: 'bytes' },
    bytes: { value: 1024 * 1024, means: 'N altogether', unit: 'bytes' },
  },
  betterSaidBy: ['sort-spill', 'hash-spill', 'top-n-index'],
  on: 'node',

  *check(node, moment, limits) {
    if (!isSort(node) && node.type !== 'Hash') return;
    const width = node.estimate?.width ?? 0;
    const [child] = node.children;
    const rows = (child === undefined ? null : executed(child)?.rows) ?? moment.expectedRows(node) ?? 0;
    if (width < limits.width || width * rows < limits.bytes) return;
    yield {
      message: `${nodeTitle(node)} takes ${countText(rows)} rows of about ${bytesText(width)} each, ${bytesText(width * rows)} altogether: ${moment.shareText(node)}.`,
      whatToDo:
        'Select only the columns that are needed; or find the ids first, and fetch the wide columns of those that are left.',
      sql: 'SELECT id, title FROM …  -- in the place of SELECT *',
      ecto: 'select: struct(x, [:id, :title])',
      saves: 0.3,
    };
  },
});
