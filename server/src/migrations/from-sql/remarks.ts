// What a statement of any kind says beside what it does to the schema: passwords that are written out, and what it reaches
// outside of the database.

import type { Operation, OutsideUse } from '../../catalog/operation.js';
import { isSign, type TokenText, wordAt } from '../../syntax/sql/segments.js';
import type { Span } from '../../text/span.js';

/** Puts them to the statement's first operation. */
export function withRemarks(of: TokenText, operations: readonly Operation[]): readonly Operation[] {
  const [first, ...others] = operations;
  if (first === undefined || !MAY_HAVE.test(of.text)) return operations;
  const secrets = secretsIn(of);
  const outside = outsideUsesIn(of);
  if (secrets.length === 0 && outside.length === 0) return operations;
  const remarks = {
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(outside.length === 0 ? {} : { outside }),
  };
  return [{ ...first, ...remarks }, ...others];
}

const MAY_HAVE = /password|:\/\/|dblink|pg_read|pg_ls_dir|pg_stat_file|lo_(?:im|ex)port|program/i;

/** `postgres://name:password@host`, and `password=…` of a connection string. */
const IN_CONNECTION = /:\/\/[^\s:/@]+:([^\s@/]+)@|\bpassword\s*=\s*([^\s']+)/i;

/** Filled in by others, empty, or what the server keeps in the place of a password. */
const NO_SECRET = /^$|^[$:<%{@]|\$\{|\{\{|^SCRAM-SHA-256\$|^(?:x|\*)+$/i;

/** Spans of whole literals. */
function secretsIn(of: TokenText): readonly Span[] {
  const saysPassword = HAS_PASSWORD.test(`${wordAt(of, 0)} ${wordAt(of, 1)}`);
  return of.tokens.flatMap(({ kind, span }, index): readonly Span[] => {
    if (kind !== 'string') return [];
    const value = of.text.slice(span.start, span.end).replace(/^[^']*'|'$/g, '');
    // `psql` puts a variable in the place of `:'name'`.
    const isVariable = of.text[span.start - 1] === ':';
    const given = saysPassword && wordAt(of, index - 1) === 'password' ? value : null;
    const [, inUrl, inWords] = IN_CONNECTION.exec(value) ?? [];
    const secret = given ?? inUrl ?? inWords ?? null;
    return secret === null || isVariable || NO_SECRET.test(secret) ? [] : [span];
  });
}

const HAS_PASSWORD = /^(?:create|alter) (?:role|user|group|server|subscription)$/;

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE, …/dblink.html, …/lo-funcs.html */
const REACH =
  /^(?:dblink(?:_connect(?:_u)?|_exec|_open|_send_query)?|pg_read_(?:binary_)?file|pg_ls_dir|pg_stat_file|lo_(?:im|ex)port)$/;

function outsideUsesIn(of: TokenText): readonly OutsideUse[] {
  return of.tokens.flatMap(({ span }, index): readonly OutsideUse[] => {
    const word = wordAt(of, index);
    if (word === null) return [];
    if (REACH.test(word) && isSign(of, index + 1, '(')) return [{ what: word, span }];
    const before = wordAt(of, index - 1);
    const isProgram =
      word === 'program' && wordAt(of, 0) === 'copy' && (before === 'from' || before === 'to');
    return isProgram ? [{ what: 'program', span }] : [];
  });
}
