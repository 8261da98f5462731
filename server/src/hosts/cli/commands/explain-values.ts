// The values that --values gives, put in the order of a query's parameters.

import type { ParameterValue } from '../../../database/database.js';
import type { ExplainTarget } from '../../../features/explain-target.js';
import { count } from '../../../text/words.js';
import type { GivenValues } from '../values.js';

/** Why they do not fit, for people. */
export interface WrongValues {
  readonly message: string;
  readonly whatToDo: string;
}

/** `$1` first. Names are those of the parameters, or what an Ecto query pins, with its `^` or without: `$1`, `1`, `org.id`. */
export function valuesFor(
  { parameters, parameterNames = [] }: ExplainTarget,
  given: GivenValues,
): readonly ParameterValue[] | WrongValues {
  const whatToDo =
    parameters === 0 ? 'Leave out --values.' : `Its parameters: ${listOf(parameters, parameterNames)}.`;
  const has = parameters === 0 ? 'no parameters' : count(parameters, 'parameter');
  if (given.kind === 'list') {
    const { values } = given;
    if (values.length === parameters) return values;
    const were = values.length === 1 ? 'was' : 'were';
    return { message: `The query has ${has}, and ${count(values.length, 'value')} ${were} given.`, whatToDo };
  }
  const values: ParameterValue[] = [];
  const used = new Set<string>();
  const missing: string[] = [];
  for (let number = 1; number <= parameters; number++) {
    const written = parameterNames[number - 1];
    const names = [`$${number}`, `${number}`, ...(written === undefined ? [] : [written, `^${written}`])];
    const name = names.find((one) => given.values.has(one));
    if (name === undefined) missing.push(`$${number}`);
    else {
      used.add(name);
      values.push(given.values.get(name) ?? null);
    }
  }
  const unknown = [...given.values.keys()].find((name) => !used.has(name));
  if (unknown !== undefined) return { message: `The query has no parameter "${unknown}".`, whatToDo };
  if (missing.length === 0) return values;
  return { message: `No value was given for ${missing.join(', ')}.`, whatToDo };
}

/** `$1 = org.id, $2` */
function listOf(parameters: number, names: readonly string[]): string {
  return Array.from({ length: parameters }, (_, index) => {
    const name = names[index]?.replace(/\s+/g, ' ');
    return name === undefined || name === `$${index + 1}` ? `$${index + 1}` : `$${index + 1} = ${name}`;
  }).join(', ');
}
