// Values of parameters as they are given on the command line: JSON, since a shell has only texts, and NULL must be told from 'NULL'.
// The server reads each by its parameter's type, so all but lists become texts here.

import type { ParameterValue } from '../../database/database.js';

/** In order, or by names; `null` is NULL. */
export type GivenValues =
  | { readonly kind: 'list'; readonly values: readonly ParameterValue[] }
  | { readonly kind: 'named'; readonly values: ReadonlyMap<string, ParameterValue> };

/** Wrong ones say why, for people. */
export function readValues(text: string): GivenValues | { readonly message: string } {
  const how = 'Write a list, such as [42, "open", null], or {"$1": 42} by names.';
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { message: `--values is no JSON: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}\n${how}` };
  }
  if (typeof given !== 'object' || given === null) {
    return { message: `--values must hold a value for each parameter.\n${how}` };
  }
  // JSON.parse rounds them without a word.
  const unfit = numbersIn(text).find((number) => !hasRoom(number));
  if (unfit !== undefined) {
    return { message: `--values: a number of JSON has no room for ${unfit}. Write it in quotes.` };
  }
  if (Array.isArray(given)) return { kind: 'list', values: given.map(parameterValue) };
  return {
    kind: 'named',
    values: new Map(Object.entries(given).map(([name, value]) => [name, parameterValue(value)])),
  };
}

/** As they are written. */
function numbersIn(json: string): readonly string[] {
  const withoutTexts = json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return withoutTexts.match(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g) ?? [];
}

/** Whether it is read as what is written: 1e400 would be infinite, 1e-400 zero, and 16 digits and more are rounded. */
function hasRoom(number: string): boolean {
  const [digits = ''] = number.replace('-', '').split(/e/i);
  const value = Number(number);
  return Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(digits)) && digits.length <= 15;
}

/** A list stays one: how it is written depends on the type of its parameter. An object is a JSON value. */
function parameterValue(value: unknown): ParameterValue {
  return value === null || typeof value === 'string' || Array.isArray(value) ? value : JSON.stringify(value);
}
