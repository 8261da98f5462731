import { listed, truncatedByCascade } from '../../analysis/cascades.js';
import type { Table } from '../../catalog/catalog.js';
import { displayName } from '../../catalog/names.js';
import type { WriteRows } from '../../catalog/operation.js';
import type { Fix } from '../rule.js';
import { given, rule, sql } from '../rule.js';

const tables = sql`
  create table users (id bigint primary key);
  create table posts (id bigint primary key, user_id bigint references users (id));
  create index posts_user on posts (user_id);
  create table comments (id bigint primary key, post_id bigint references posts (id));
  create index comments_post on comments (post_id);
`;

export default rule({
  id: 'truncate-cascade',
  severity: 'error',
  docs: {
    what: 'TRUNCATE … CASCADE empties tables that it does not name.',
    why: 'It goes along every foreign key: all tables that refer to the named ones lose all their rows, then those that refer to these, and each is locked against reads and writes (ACCESS EXCLUSIVE). A foreign key that is added later makes the same statement reach further.',
    instead: 'Name every table that is to be emptied. The server then refuses where one is missing.',
    unless:
      'Silent where no foreign key of another table points at the named ones, and for tables that the same migration makes. A warning where it is not known which tables refer to them.',
    references: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  },
  examples: {
    bad: [
      given(
        [tables],
        sql`
          truncate users cascade;
                         ^^^^^^^ truncate-cascade
        `,
      ),
    ],
    good: [given([tables], sql`truncate users, posts, comments;`)],
  },
  covers: ['truncate-cascade'],
  aliases: ['ban-truncate-cascade', 'banTruncateCascade'],
  on: ['write-rows'],

  *check(operation, moment) {
    const { verb, table, together, keyword, cascadeAt } = operation;
    if (verb !== 'truncate' || !operation.cascade || table === null) return;
    // One statement, one finding: its first table speaks for all.
    if (table.span.start !== together[0]?.span.start) return;
    if (together.every((one) => moment.tableIsNew(one))) return;
    const { tables: others, certain } = truncatedByCascade(moment.before.whole(), together);
    if (others.length === 0 && certain) return;
    const named = listed(together.map(({ name }) => `"${name}"`));
    const fallen = listed(others.map((one) => `"${displayName(one)}"`));
    yield {
      at: cascadeAt ?? keyword,
      ...(others.length === 0
        ? {
            severity: 'warning' as const,
            message: `CASCADE empties every table with a foreign key to ${named}, too, and which those are is not known here. Name the tables that are to be emptied.`,
          }
        : {
            message: `CASCADE also empties ${fallen}, which refer${others.length === 1 ? 's' : ''} to ${named}${certain ? '' : ', and perhaps others'}. Name the tables that are to be emptied.`,
          }),
      weighs: table,
      related: others.flatMap(({ origin, name }) =>
        origin === null ? [] : [{ at: origin, message: `"${name}" is made here` }],
      ),
      fixes: certain ? [nameThem(operation, others)] : [],
    };
  },
});

/** The same tables today, and none by surprise tomorrow. */
function nameThem(operation: WriteRows, others: readonly Table[]): Fix {
  return {
    title: 'Name all tables that it empties, without CASCADE',
    safety: 'safe',
    edit(editor) {
      const last = operation.together.at(-1);
      if (last === undefined || operation.cascadeAt === undefined) return null;
      const names = [
        last,
        ...others.map(({ schema, name }) => ({ schema: schema === 'public' ? null : schema, name })),
      ];
      const list = names.map(({ schema, name }) => `${schema === null ? '' : `"${schema}".`}"${name}"`);
      return editor.together(
        editor.replaceWords(operation, last.span, list.join(', ')),
        editor.replaceWords(operation, operation.cascadeAt, ''),
      );
    },
  };
}
