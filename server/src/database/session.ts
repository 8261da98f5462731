// One connection to PostgreSQL, as the parts that are the same on every server see it: SQL in, rows or an error out.

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /**
   * `simple` sends text that may hold several statements; the answer is that of the last one, or of the one that failed.
   * `extended` lets the server itself refuse more than one (42601). Never rejects.
   */
  query(sql: string, protocol: 'simple' | 'extended'): Promise<Answer>;
}

export type Answer = RowsAnswer | ErrorAnswer | LostAnswer;

export interface RowsAnswer {
  readonly kind: 'rows';
  readonly rows: readonly Row[];
}

export interface ErrorAnswer {
  readonly kind: 'error';
  readonly error: ServerError;
}

/** The server is gone, or no answer came in time. */
export interface LostAnswer {
  readonly kind: 'lost';
  readonly message: string;
}

/** What the server said, unworded. */
export interface ServerError {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Where in functions and such it happened, in the server's words; absent when it was in the statement itself. */
  readonly context?: string | undefined;
  /** As the server counts: characters of the text that was sent, from 1. */
  readonly position: number | null;
}

/** The one value of the one row, or `undefined`. */
export function singleValue(rows: readonly Row[]): unknown {
  return Object.values(rows[0] ?? {})[0];
}
