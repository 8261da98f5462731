// PGlite as a session, by its wire protocol: that way errors keep their position, the transaction's state is known, and
// text goes by the simple or the extended protocol as it would to a real server.

import { messages, type PGlite, protocol } from '@electric-sql/pglite';
import type { Answer, Row, ServerError, Session } from './session.js';

export interface EmbeddedSession extends Session {
  /** As of the last answer. */
  readonly transaction: 'none' | 'open' | 'failed';
}

const NO_SUCH_STATEMENT = '26000';

/** All values come as the server's text, NULL as null. */
export function embeddedSession(database: PGlite): EmbeddedSession {
  let transaction: EmbeddedSession['transaction'] = 'none';
  let broken = false;
  return {
    get transaction() {
      return transaction;
    },
    async query(sql, kind) {
      if (broken) return { kind: 'lost', message: 'the embedded server broke' };
      const bytes = kind === 'simple' ? protocol.serialize.query(sql) : extendedQuery(sql);
      try {
        const { messages: answers } = await database.execProtocol(bytes, {
          syncToFs: false,
          throwOnError: false,
        });
        const ready = answers.find((message) => message instanceof messages.ReadyForQueryMessage);
        if (ready === undefined) throw new Error('no answer');
        transaction = ready.status === 'T' ? 'open' : ready.status === 'E' ? 'failed' : 'none';
        const answer = answerOf(answers);
        // PGlite swallows a trap while it parses and goes on to the next message, which then lacks its statement.
        if (answer.kind === 'error' && answer.error.code === NO_SUCH_STATEMENT && kind === 'extended') {
          if (!answers.some(({ name }) => name === 'parseComplete')) throw new Error('no statement');
        }
        return answer;
      } catch (error) {
        // WebAssembly that trapped once is in no state to go on.
        broken = true;
        return { kind: 'lost', message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function extendedQuery(sql: string): Uint8Array {
  const { serialize } = protocol;
  const parts = [
    serialize.parse({ text: sql }),
    serialize.bind({}),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ];
  return Buffer.concat(parts);
}

function answerOf(answers: readonly messages.BackendMessage[]): Answer {
  let names: readonly string[] = [];
  let rows: Row[] = [];
  for (const message of answers) {
    if (message instanceof messages.DatabaseError) return { kind: 'error', error: serverErrorOf(message) };
    if (message instanceof messages.RowDescriptionMessage) {
      names = message.fields.map((field) => field.name);
      rows = [];
    } else if (message instanceof messages.DataRowMessage) {
      rows.push(Object.fromEntries(names.map((name, index) => [name, message.fields[index] ?? null])));
    }
  }
  return { kind: 'rows', rows };
}

function serverErrorOf(error: messages.DatabaseError): ServerError {
  return {
    code: error.code ?? 'XX000',
    message: error.message,
    detail: error.detail ?? null,
    hint: error.hint ?? null,
    context: error.where,
    position: error.position === undefined ? null : Number(error.position),
  };
}
