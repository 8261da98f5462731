// Functions, procedures and triggers as SQL.

import { literal } from '../../text/quoted.js';
import type { Catalog, EventTrigger, FunctionFacts, Trigger } from '../catalog.js';
import { quoteName } from '../keywords.js';
import type { Reference } from '../names.js';
import type { Parameter, TriggerState } from '../operation.js';
import { formatType } from '../types.js';
import { type Named, qualified } from './names.js';
import { columnList } from './sql-table.js';

/** `name(integer, text)`, as ALTER and COMMENT name it. */
export function signature(routine: FunctionFacts): string {
  const inputs = routine.parameters.filter(
    ({ mode }) => mode !== 'table' && (mode !== 'out' || routine.routine === 'procedure'),
  );
  const types = inputs.map(({ type }) => formatType(type)).join(', ');
  return `${qualified(routine)}(${routine.routine === 'aggregate' && types === '' ? '*' : types})`;
}

/** A whole statement without the semicolon; `null` when the catalog does not hold what it would have to say. */
export function routineDefinition(routine: FunctionFacts): string | null {
  const { language, body } = routine;
  if (body === null) return null;
  if (routine.routine === 'aggregate')
    return `CREATE AGGREGATE ${qualified(routine)}(${aggregated(routine)}) (${body})`;
  if (language === 'c' || language === 'internal') return null;
  const head = `CREATE ${routine.routine.toUpperCase()} ${qualified(routine)}(${routine.parameters
    .filter(({ mode }) => mode !== 'table')
    .map(parameter)
    .join(', ')})`;
  const lines = [head, ...returnsClause(routine), `LANGUAGE ${quoteName(language)}`, ...traits(routine)];
  return [...lines, bodyText(language, body)].join('\n');
}

function aggregated({ parameters }: FunctionFacts): string {
  return parameters.length === 0 ? '*' : parameters.map(parameter).join(', ');
}

/** ALTER … DEPENDS ON EXTENSION, without semicolons. */
export function routineExtensions(routine: FunctionFacts): readonly string[] {
  const words = `ALTER ${routine.routine.toUpperCase()} ${signature(routine)} DEPENDS ON EXTENSION`;
  return routine.extensions.map((name) => `${words} ${quoteName(name)}`);
}

function parameter({ mode, name, type, default: value }: Parameter): string {
  return [
    ...(mode === 'in' ? [] : [mode.toUpperCase()]),
    ...(name === null ? [] : [quoteName(name)]),
    formatType(type),
    ...(value === null ? [] : [`DEFAULT ${value.text}`]),
  ].join(' ');
}

function returnsClause({ routine, returns, returnsSet, parameters }: FunctionFacts): readonly string[] {
  if (routine !== 'function') return [];
  const columns = parameters.filter(({ mode }) => mode === 'table');
  if (columns.length > 0) {
    return [
      `RETURNS TABLE (${columns.map(({ name, type }) => `${quoteName(name ?? '')} ${formatType(type)}`).join(', ')})`,
    ];
  }
  if (returns === null) return returnsSet ? ['RETURNS SETOF record'] : [];
  return [`RETURNS ${returnsSet ? 'SETOF ' : ''}${formatType(returns)}`];
}

function traits(routine: FunctionFacts): readonly string[] {
  const { volatility, strict, securityDefiner, leakproof, parallel, settings } = routine;
  const words = [
    volatility !== 'volatile' && volatility.toUpperCase(),
    leakproof && 'LEAKPROOF',
    strict && 'STRICT',
    securityDefiner && 'SECURITY DEFINER',
    parallel !== 'unsafe' && `PARALLEL ${parallel.toUpperCase()}`,
  ].filter((word) => word !== false);
  const set = settings.flatMap(({ name, value }) =>
    value === null ? [] : [`SET ${settingName(name)} TO ${settingValue(name, value)}`],
  );
  return [...(words.length === 0 ? [] : [words.join(' ')]), ...set];
}

function settingName(name: string): string {
  return name.split('.').map(quoteName).join('.');
}

/** Lists of names are held with the quotes that they need. */
function settingValue(name: string, value: string): string {
  if (!LISTS.has(name)) return literal(value);
  // No name is empty, and so is the list.
  return value === '' || value === '""' ? "''" : value;
}

const LISTS: ReadonlySet<string> = new Set([
  'search_path',
  'local_preload_libraries',
  'session_preload_libraries',
  'temp_tablespaces',
]);

/** A body in SQL stands as it is; any other is text, between dollars that it does not hold. */
function bodyText(language: string, body: string): string {
  if (language === 'sql' && /^\s*(?:BEGIN\s+ATOMIC|RETURN)\b/i.test(body)) return body.trim();
  let tag = '$$';
  for (let count = 0; body.includes(tag) || body.endsWith('$'); count += 1) {
    tag = `$body${count === 0 ? '' : count}$`;
    if (!body.includes(tag)) break;
  }
  return `AS ${tag}${body}${tag}`;
}

/** The function by its present name, where we know which it is. */
export function calledBy(
  { functions }: Catalog,
  { functionId, function: written }: Trigger | EventTrigger,
): Reference {
  if (functionId === null) return written;
  const found = [...functions.values()].flat().find(({ id }) => id === functionId);
  return found === undefined ? written : { schema: found.schema, name: found.name };
}

/** A whole statement without the semicolon. */
export function triggerDefinition(relation: Named, trigger: Trigger, call: Reference): string {
  const { constraint, timing, events, columns, oldTable, newTable, when } = trigger;
  const on = events.map((event) =>
    event === 'update' && columns.length > 0 ? `UPDATE OF ${columnList(columns)}` : event.toUpperCase(),
  );
  const deferral = trigger.deferrable
    ? ` DEFERRABLE${trigger.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
    : '';
  const tables = [
    oldTable !== null && `OLD TABLE AS ${quoteName(oldTable)}`,
    newTable !== null && `NEW TABLE AS ${quoteName(newTable)}`,
  ].filter((part) => part !== false);
  const name =
    call.schema === null ? quoteName(call.name) : qualified({ schema: call.schema, name: call.name });
  return [
    `CREATE ${constraint ? 'CONSTRAINT ' : ''}TRIGGER ${quoteName(trigger.name)} ${timing.toUpperCase()} ${on.join(' OR ')}`,
    ` ON ${qualified(relation)}${deferral}`,
    tables.length === 0 ? '' : ` REFERENCING ${tables.join(' ')}`,
    ` FOR EACH ${trigger.forEachRow ? 'ROW' : 'STATEMENT'}`,
    when === null ? '' : ` WHEN (${when.text})`,
    ` EXECUTE FUNCTION ${name}(${trigger.arguments.map(literal).join(', ')})`,
  ].join('');
}

const STATES: Readonly<Record<TriggerState, string>> = {
  origin: 'ENABLE',
  disabled: 'DISABLE',
  replica: 'ENABLE REPLICA',
  always: 'ENABLE ALWAYS',
};

/**
 * `null` for the state that a trigger has without a word.
 * @param always true where it has another state without a word
 */
export function triggerState(relation: Named, { name, state }: Trigger, always = false): string | null {
  if (state === 'origin' && !always) return null;
  return `ALTER TABLE ${qualified(relation)} ${STATES[state]} TRIGGER ${quoteName(name)}`;
}

export function eventTriggerDefinition(
  { name, event, state }: EventTrigger,
  call: Reference,
): readonly string[] {
  const procedure =
    call.schema === null ? quoteName(call.name) : qualified({ schema: call.schema, name: call.name });
  const create = `CREATE EVENT TRIGGER ${quoteName(name)} ON ${event} EXECUTE FUNCTION ${procedure}()`;
  return state === 'origin' ? [create] : [create, `ALTER EVENT TRIGGER ${quoteName(name)} ${STATES[state]}`];
}
