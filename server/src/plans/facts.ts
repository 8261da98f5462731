// What holds for all of a plan, as names and values: those that stand above the table of the viewer and of reports, and
// below the command line's.

import { costText, countText, timeText } from '../text/numbers.js';
import type { Plan } from './plan.js';
import type { PlanSource } from './source.js';
import { buffersText } from './table.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export function factsOf(plan: Plan, source: Pick<PlanSource, 'kind'>): readonly Fact[] {
  const { root, planningMs, executionMs, jit, triggers, settings, planningBuffers } = plan;
  return [
    ...fact('Planning', planningMs, timeText),
    ...fact('Execution', executionMs, timeText),
    ...fact('Cost', root.estimate, ({ totalCost }) => costText(totalCost)),
    ...fact('Buffers', root.buffers, buffersText),
    ...fact('Just-in-time compilation', jit, ({ functions, ms }) =>
      ms === null ? `${functions} functions` : `${functions} functions, ${timeText(ms)}`,
    ),
    ...fact('Planning buffers', planningBuffers, buffersText),
    ...triggers.map(({ name, relation, calls, ms }) => ({
      name: `Trigger ${name}${relation === null ? '' : ` on ${relation}`}`,
      value: `${countText(calls)} ${calls === 1 ? 'call' : 'calls'}${ms === null ? '' : `, ${timeText(ms)}`}`,
    })),
    // Those of the embedded server are always the same, and nobody's choice.
    ...(source.kind === 'embedded' ? [] : fact('Settings', settingsText(settings), (text) => text)),
    ...Object.entries(plan.details).map(([name, value]) => ({ name, value: detailText(value) })),
  ];
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
