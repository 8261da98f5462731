// Runs the query at the cursor to measure it: on the embedded PostgreSQL, or on the connection that it is given. Before it runs
// there the language server asks, by way of `may-run.ts`.

import type { Command } from './command.js';
import { placeOf } from './place.js';

export const explainAnalyzeQuery: Command = {
  id: 'plumbline.explainAnalyzeQuery',

  async run({ plans }, argument) {
    const place = await placeOf(argument);
    if (place === null) return;
    const connection = connectionOf(argument);
    await plans.explain({ ...place, connection, analyze: true, ...valuesOf(argument) });
  },
};

function connectionOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('connection' in argument)) return null;
  return typeof argument.connection === 'string' ? argument.connection : null;
}

/** Of its parameters, from a plan that was made with them. */
function valuesOf(argument: unknown): { readonly values?: readonly (string | null)[] } {
  if (typeof argument !== 'object' || argument === null || !('values' in argument)) return {};
  const { values } = argument;
  const isValue = (value: unknown) => value === null || typeof value === 'string';
  return Array.isArray(values) && values.every(isValue) ? { values } : {};
}
