import type { OperationOf } from '../../catalog/operation.js';
import type { TypeName } from '../../catalog/types.js';
import { migration, rule, sql } from '../rule.js';

export default rule({
  id: 'json-column',
  severity: 'warning',
  docs: {
    what: 'A column is of the type json.',
    why: 'json is kept as text and read anew for each use. It cannot be compared, so SELECT DISTINCT, UNION and GROUP BY of it fail, and indexes do not serve it as they serve jsonb.',
    instead: 'jsonb; in Ecto `:map`.',
    unless:
      'Silent for a domain over json. Fine where the text itself has to be kept: the order of keys, repeated keys, blanks.',
    references: ['https://www.postgresql.org/docs/current/datatype-json.html'],
  },
  examples: {
    bad: [
      sql`
        create table events (id bigint primary key, payload json);
                                                            ^^^^ json-column
      `,
      migration`
        alter table(:events) do
          add :payload, :json
                        ^^^^^ json-column
        end
      `,
    ],
    good: [
      sql`create table events (id bigint primary key, payload jsonb);`,
      migration`
        alter table(:events) do
          add :payload, :map
        end
      `,
    ],
  },
  covers: ['add-json-column'],
  aliases: ['prefer-jsonb', 'add-column-json', 'column_type_json', 'json_column_added', 'E3'],
  on: ['create-table', 'add-column', 'alter-column-type'],

  *check(operation) {
    for (const { name, type } of typedBy(operation)) {
      if (type.schema !== null || type.name !== 'json') continue;
      yield {
        at: type.span,
        message: `"${name}" of "${operation.table.name}" is json, which is read anew for each use and cannot be compared. Take jsonb.`,
        fixes: [
          {
            title: 'Take jsonb',
            safety: 'needs-review',
            edit: (editor) => editor.replaceType(operation, type.span, 'jsonb'),
          },
        ],
      };
    }
  },
});

function typedBy(
  operation: OperationOf<'create-table' | 'add-column' | 'alter-column-type'>,
): readonly { readonly name: string; readonly type: TypeName }[] {
  switch (operation.kind) {
    case 'create-table':
      return operation.columns.map(({ name, type }) => ({ name: name.name, type }));
    case 'add-column':
      return [{ name: operation.column.name.name, type: operation.column.type }];
    case 'alter-column-type':
      return [{ name: operation.column.name, type: operation.type }];
  }
}
