// Values of parameters as texts, which the server reads by the parameters' types.

import type { ParameterValue } from './database.js';

/**
 * `null` for NULL. A list is JSON for a parameter of JSON, and an array of the server for any other: also for a domain, whose
 * name tells nothing, and where the type is not known.
 * @param type as `format_type` prints it; empty when it is not known
 */
export function valueText(value: ParameterValue, type: string): string | null {
  if (typeof value === 'string' || value === null) return value;
  return isJson(type) ? JSON.stringify(value) : arrayText(value, isJson(type.replace(/\[\]$/, '')));
}

function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb';
}

/** As the server writes arrays: manual, section 8.15.2. */
function arrayText(values: readonly unknown[], ofJson: boolean): string {
  const parts = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value) && !ofJson) return arrayText(value, ofJson);
    const text = typeof value === 'string' && !ofJson ? value : JSON.stringify(value);
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}
