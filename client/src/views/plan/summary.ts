// What stands above the table: where the plan is from, what it is a plan of, and what holds for all of it.

import type { ExplainParams, PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';
import { type Fact, factsOf } from '../../../../server/src/plans/facts.js';
import { EMBEDDED_NAME, sourceText } from '../../../../server/src/plans/source.js';

export interface Summary {
  /** Where the plan is from, and how far it can be trusted. */
  readonly source: string;
  readonly statement: string;
  readonly facts: readonly Fact[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export function summaryOf(result: PlanResult): Summary {
  const { sql, source, plan, notes } = result;
  const facts = factsOf(plan, source);
  return { source: sourceText(source, plan), statement: sql.trim(), facts, notes };
}

/** Whom a plan was wanted from, also where nobody came to be asked: `the embedded PostgreSQL`, `the connection "dev"`. */
export function askedText({ connection }: Pick<ExplainParams, 'connection'>): string {
  return connection === null ? EMBEDDED_NAME : `the connection "${connection}"`;
}

/** The beginning of a statement, for the title of a tab. */
export function shortStatement(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= 40 ? line : `${line.slice(0, 39).trimEnd()}…`;
}
