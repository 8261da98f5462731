// What a plan says of the server that made it.

/** Where a plan comes from; part of every result. */
export interface DatabaseSource {
  readonly kind: 'embedded' | 'database';
  readonly name: string;
  /** As the server says it, without its build: `18.6`. */
  readonly postgres: string;
  /**
   * `none` on the embedded server's empty tables, `assumed` with sizes of the configuration alone; else the ISO date of the
   * statistics, today's for a server's own.
   */
  readonly statistics: string;
}
