// What stands above the table: where the plan is from, what it is a plan of, and what holds for all of it.

import type { PlanResult } from '../../../../server/src/hosts/lsp/extensions.js';
import { sourceText } from '../../../../server/src/plans/names.js';
import { costText, timeText } from '../../../../server/src/text/numbers.js';
import { buffersText } from './rows.js';

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
  const { root, planningMs, executionMs, jit, triggers, settings, planningBuffers } = plan;
  const facts: Fact[] = [
    ...fact('Planning', planningMs, timeText),
    ...fact('Execution', executionMs, timeText),
    ...fact('Cost', root.estimate, ({ totalCost }) => costText(totalCost)),
    ...fact('Just-in-time compilation', jit, ({ functions, ms }) =>
      ms === null ? `${functions} functions` : `${functions} functions, ${timeText(ms)}`,
    ),
    ...fact('Planning buffers', planningBuffers, buffersText),
    ...triggers.map(({ name, relation, calls, ms }) => ({
      name: `Trigger ${name}${relation === null ? '' : ` on ${relation}`}`,
      value: `${calls} ${calls === 1 ? 'call' : 'calls'}${ms === null ? '' : `, ${timeText(ms)}`}`,
    })),
    // Those of the embedded server are always the same, and nobody's choice.
    ...(source.kind === 'database' ? fact('Settings', settingsText(settings), (text) => text) : []),
    ...Object.entries(plan.details).map(([name, value]) => ({ name, value: detailText(value) })),
  ];
  return { source: sourceText(source, plan), statement: sql.trim(), facts, notes };
}

/** The beginning of a statement, for the title of a tab. */
export function shortStatement(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= 40 ? line : `${line.slice(0, 39).trimEnd()}…`;
}

/** Of what has no words of its own: `Time 0.1, Format text`. */
function detailText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${detailText(part)}`)
    .join(', ');
}

function settingsText(settings: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return pairs.length === 0 ? null : pairs.join(', ');
}

function fact<T>(name: string, value: T | null, text: (value: T) => string): readonly Fact[] {
  return value === null ? [] : [{ name, value: text(value) }];
}
