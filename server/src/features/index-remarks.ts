// What an index costs, and what else is to be known before it is made: sentences for people.

import type { WishedIndex } from '../advice/advice.js';
import { missingExtension } from '../advice/index-texts.js';
import type { Candidate } from '../advice/indexes/candidates.js';
import { superfluousBeside } from '../advice/indexes/existing.js';
import type { Trial } from '../advice/indexes/verdict.js';
import type { Catalog, Index } from '../catalog/catalog.js';
import { ectoWorld } from '../lint/names.js';
import { queriesOfFile } from '../lint/placed-queries.js';
import type { Workspace } from '../lint/workspace.js';
import { bytesText } from '../text/numbers.js';
import { relativePath } from '../text/source-file.js';
import { count } from '../text/words.js';

export interface Around {
  readonly catalog: Catalog | null;
  readonly indexes: readonly Index[];
  readonly superfluous: readonly string[];
  readonly updates: readonly Updated[];
  /** Those that are advised with it, and itself; empty for one that is not. */
  readonly together: readonly WishedIndex[];
}

export function remarksOn(
  { index, columns, doubts }: Candidate,
  trial: Trial,
  around: Around,
): readonly string[] {
  const { catalog, indexes, superfluous, updates } = around;
  const { table, method } = index;
  const size =
    method === 'gin'
      ? `About ${bytesText(trial.bytes)}; statistics do not tell what a GIN index holds, so it may be several times as much.`
      : trial.guessed
        ? `About ${bytesText(trial.bytes)}; how long the values of the expression are is not known, so that is rough.`
        : `About ${bytesText(trial.bytes)}.`;
  const extension = missingExtension(catalog, index);
  return [
    size,
    `"${table.name}" would have ${countText(index, around)}, and each new row is written to all of them${method === 'gin' ? '; a GIN index takes most' : ''}.`,
    ...hotRemark(index, columns, indexes, updates),
    ...(superfluous.length === 0
      ? []
      : [
          `Then nobody needs ${superfluous.map((name) => `"${name}"`).join(' and ')}: drop ${superfluous.length === 1 ? 'it' : 'them'} in a later migration.`,
        ]),
    ...(trial.guessed
      ? [
          'Until ANALYZE has run over it, the server guesses how many rows fit an expression; then it is likely to be better still.',
        ]
      : []),
    ...(doubts === '' ? [] : [doubts]),
    ...(extension === null ? [] : [`It needs the extension ${extension}, which is not in the schema yet.`]),
    ...(index.partitioned
      ? [
          'A partitioned table takes no index CONCURRENTLY, so writes wait while this statement builds it: the migration that Plumbline writes builds it partition by partition.',
        ]
      : []),
  ];
}

/** How many the table has then: `7 indexes with the 5 that are advised here`. */
function countText(index: WishedIndex, { indexes, superfluous, together }: Around): string {
  const { schema, name } = index.table;
  const all = together.filter(({ table }) => table.name === name && table.schema === schema);
  if (all.length < 2) return count(indexes.length + 1 - superfluous.length, 'index', 'indexes');
  const gone = new Set(all.flatMap((one) => superfluousBeside(indexes, one)));
  return `${indexes.length + all.length - gone.size} indexes with the ${all.length} that are advised here`;
}

/** An UPDATE that changes no indexed column leaves all indexes alone (heap-only tuple). */
function hotRemark(
  { table }: WishedIndex,
  columns: readonly string[],
  indexes: readonly Index[],
  updates: readonly Updated[],
): readonly string[] {
  const isIndexed = (column: string) =>
    indexes.some(
      ({ keys, include }) => include.includes(column) || keys.some((key) => key.column === column),
    );
  const found = updates.find(
    (one) => one.table === table.name && columns.includes(one.column) && !isIndexed(one.column),
  );
  return found === undefined
    ? []
    : [
        `An UPDATE of "${found.column}", as in ${found.place}, leaves all indexes alone now (HOT); with this one it writes to each of them.`,
      ];
}

interface Updated {
  readonly table: string;
  readonly column: string;
  /** `lib/shop.ex:12` */
  readonly place: string;
}

/** As far as queries say it: what a changeset changes is not told. */
export function updatedColumns(workspace: Workspace): readonly Updated[] {
  const { schemas } = ectoWorld(workspace);
  return [...workspace.readings.values()].flatMap((reading) =>
    queriesOfFile(workspace, reading).flatMap(({ query: { block, span }, start }) => {
      const source = block.verb === 'update' ? block.relations[0]?.source : undefined;
      const table =
        source?.kind === 'table'
          ? source.table.name
          : source?.kind === 'schema'
            ? (source.table ?? schemas.get(source.module)?.table?.name ?? null)
            : null;
      if (table === null) return [];
      const line = reading.file.lines.positionAt(start + span.start).line + 1;
      const place = `${relativePath(workspace.root, reading.file.path)}:${line}`;
      return block.assignments.map(({ column }) => ({ table, column, place }));
    }),
  );
}
