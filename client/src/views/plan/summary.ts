// What stands above the table: where the plan is from, what it is a plan of, and what holds for all of it.

import type { PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';
import { costText, timeText } from './format.js';

export interface Summary {
  /** Where the plan is from, and how far it can be trusted. */
  readonly source: string;
  readonly statement: string;
  readonly facts: readonly Fact[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function summaryOf(result: PlanResult): Summary {
  const { sql, source, plan, notes } = result;
  const { root, planningMs, executionMs, jit, triggers, settings } = plan;
  const facts: Fact[] = [
    ...fact('Planning', planningMs, timeText),
    ...fact('Execution', executionMs, timeText),
    ...fact('Cost', root.estimate, ({ totalCost }) => costText(totalCost)),
    ...fact('Just-in-time compilation', jit, ({ functions, ms }) =>
      ms === null ? `${functions} functions` : `${functions} functions, ${timeText(ms)}`,
    ),
    ...triggers.map(({ name, relation, calls, ms }) => ({
      name: `Trigger ${name}${relation === null ? '' : ` on ${relation}`}`,
      value: `${calls} ${calls === 1 ? 'call' : 'calls'}${ms === null ? '' : `, ${timeText(ms)}`}`,
    })),
    // Those of the embedded server are always the same, and nobody's choice.
    ...(source.kind === 'database' ? fact('Settings', settingsText(settings), (text) => text) : []),
  ];
  return { source: sourceText(result), statement: sql.trim(), facts, notes };
}

/** `Embedded PostgreSQL 18.6, no statistics: costs say little about production`. */
export function sourceText({ source, plan }: Pick<PlanResult, 'source' | 'plan'>): string {
  const { kind, name, postgres, statistics } = source;
  if (kind === 'database') return `${name}, PostgreSQL ${postgres}`;
  const embedded = `Embedded PostgreSQL ${postgres}`;
  if (plan.analyzed) return `${embedded}, empty tables: times say nothing about production`;
  return statistics === 'none'
    ? `${embedded}, no statistics: costs say little about production`
    : `${embedded}, with statistics of ${statistics}`;
}

/** The beginning of a statement, for the title of a tab. */
export function shortStatement(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= 40 ? line : `${line.slice(0, 39).trimEnd()}…`;
}

function settingsText(settings: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return pairs.length === 0 ? null : pairs.join(', ');
}

function fact<T>(name: string, value: T | null, text: (value: T) => string): readonly Fact[] {
  return value === null ? [] : [{ name, value: text(value) }];
}
