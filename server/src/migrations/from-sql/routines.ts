// Functions, procedures and aggregates.

import type { Name } from '../../catalog/names.js';
import type {
  AlterFunction,
  CreateFunction,
  Operation,
  Parameter,
  RoutineKind,
  RoutineReference,
  RoutineSetting,
  RoutineTraits,
} from '../../catalog/operation.js';
import type { TypeName } from '../../catalog/types.js';
import { nodeRange } from '../../syntax/sql/node-span.js';
import {
  type AlterFunctionStmt,
  type AlterObjectDependsStmt,
  allOf,
  asNode,
  type CreateFunctionStmt,
  constantOf,
  type DefElem,
  type DefineStmt,
  type FunctionParameter,
  type Node,
  type ObjectWithArgs,
  qualified,
  stringOf,
  stringsOf,
  type VariableSetStmt,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  groupAt,
  keywordSpan,
  nameAt,
  nextAtSameDepth,
  type Range,
  spanOf,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { other } from './other.js';
import { expressionIn, typeFrom, wholeSpan } from './reading.js';
import { readsOf } from './reads.js';

/** What a function is of which nothing is said. */
const PLAIN: RoutineTraits = {
  volatility: 'volatile',
  strict: false,
  securityDefiner: false,
  leakproof: false,
  parallel: 'unsafe',
  settings: [],
};

export function createFunction(of: TokenText, statement: CreateFunctionStmt): CreateFunction {
  const options = allOf(statement.options, 'DefElem');
  const routine = statement.is_procedure === true ? 'procedure' : 'function';
  const parameters = allOf(statement.parameters, 'FunctionParameter').map((parameter) =>
    parameterFrom(of, parameter),
  );
  const inSql = statement.sql_body;
  const language = stringOf(optionNamed(options, 'language')?.arg);
  const { set } = changesOf(options);
  return {
    ...PLAIN,
    ...changesOf(options).traits,
    settings: set,
    span: wholeSpan(of),
    keyword: keywordOf(of, 'create', 'or', 'replace', 'function', 'procedure'),
    kind: 'create-function',
    function: routineName(of, statement.funcname, routine),
    routine,
    orReplace: statement.replace ?? false,
    parameters,
    returns: returnedBy(of, statement, parameters),
    returnsSet: statement.returnType?.setof ?? false,
    language: (language ?? 'sql').toLowerCase(),
    body: inSql === undefined ? bodyOf(options) : sqlBody(of),
    reads: inSql === undefined ? [] : readsOf(of, inSql),
    calls: [],
    finalFunction: null,
  };
}

/** CREATE AGGREGATE. */
export function createAggregate(of: TokenText, statement: DefineStmt): CreateFunction {
  const [list] = statement.args ?? [];
  const parameters = allOf(asNode(list, 'List')?.items, 'FunctionParameter').map((parameter) =>
    parameterFrom(of, parameter),
  );
  const definition = allOf(statement.definition, 'DefElem');
  // Before argument lists the type stood among the options.
  const base = asNode(optionNamed(definition, 'basetype')?.arg, 'TypeName');
  const old: Parameter[] =
    statement.oldstyle === true && base !== null && stringsOf(base.names).at(-1) !== 'any'
      ? [{ name: null, mode: 'in', type: typeFrom(base, wholeSpan(of)), default: null }]
      : [];
  const behind = [
    'sfunc',
    'finalfunc',
    'combinefunc',
    'serialfunc',
    'deserialfunc',
    'msfunc',
    'minvfunc',
    'mfinalfunc',
  ];
  return {
    ...PLAIN,
    volatility: 'immutable',
    parallel: parallelOf(optionNamed(definition, 'parallel')?.arg),
    span: wholeSpan(of),
    keyword: keywordOf(of, 'create', 'or', 'replace', 'aggregate'),
    kind: 'create-function',
    function: routineName(of, statement.defnames, 'aggregate'),
    routine: 'aggregate',
    orReplace: statement.replace ?? false,
    parameters: [...parameters, ...old],
    returns: typeOption(of, definition, 'stype'),
    returnsSet: false,
    language: 'internal',
    body: statement.oldstyle === true ? null : aggregateBody(of),
    reads: [],
    calls: behind.flatMap((option) => functionOption(of, definition, option) ?? []),
    finalFunction: functionOption(of, definition, 'finalfunc'),
  };
}

/** Names of functions look like types to the grammar. */
function functionOption(of: TokenText, options: readonly DefElem[], name: string): Name | null {
  const type = asNode(optionNamed(options, name)?.arg, 'TypeName');
  return type === null ? null : { ...qualified(stringsOf(type.names)), span: wholeSpan(of) };
}

/** What stands in the brackets after those of the arguments. */
function aggregateBody(of: TokenText): string | null {
  const groups: Range[] = [];
  for (let at = 0; at < of.tokens.length; at = nextAtSameDepth(of, at)) {
    const group = groupAt(of, at);
    if (group !== null) groups.push(group);
  }
  const last = groups.length < 2 ? undefined : groups.at(-1);
  if (last === undefined) return null;
  const { start, end } = spanOf(of, last);
  return of.text.slice(start, end);
}

function typeOption(of: TokenText, options: readonly DefElem[], name: string): TypeName | null {
  const type = asNode(optionNamed(options, name)?.arg, 'TypeName');
  return type === null ? null : typeFrom(type, wholeSpan(of));
}

/** What ALTER FUNCTION, PROCEDURE and ROUTINE say of its traits. */
export function alterFunction(of: TokenText, statement: AlterFunctionStmt): Operation {
  const { traits, set, reset } = changesOf(allOf(statement.actions, 'DefElem'));
  const reference = routineReference(of, statement.func, statement.objtype);
  return alteration(of, reference, { kind: 'traits', traits, set, reset });
}

/** ALTER FUNCTION … DEPENDS ON EXTENSION; of anything else nothing is held. */
export function alterDepends(of: TokenText, statement: AlterObjectDependsStmt): Operation {
  const object = asNode(statement.object, 'ObjectWithArgs');
  if (object === null) return other(of, 'AlterObjectDependsStmt');
  return alteration(of, routineReference(of, object, statement.objectType), {
    kind: 'depends-on-extension',
    extension: statement.extname?.sval ?? '',
    depends: statement.remove !== true,
  });
}

export function alteration(
  of: TokenText,
  reference: RoutineReference,
  action: AlterFunction['action'],
): AlterFunction {
  return { span: wholeSpan(of), keyword: keywordOf(of), kind: 'alter-function', ...reference, action };
}

/** The routine that ALTER and DROP name. */
export function routineReference(
  of: TokenText,
  object: ObjectWithArgs | undefined,
  kind: string | undefined,
): RoutineReference {
  const word = WORDS[kind ?? ''] ?? 'routine';
  const given = object?.args_unspecified === true ? null : inputsOf(of, object);
  return { function: routineName(of, object?.objname, word), arguments: given, routine: word };
}

const WORDS: Readonly<Record<string, RoutineKind | 'routine'>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_ROUTINE: 'routine',
};

/** OUT parameters may be written, and mean nothing (of a procedure they count since PostgreSQL 14). */
function inputsOf(of: TokenText, object: ObjectWithArgs | undefined): readonly TypeName[] {
  const parameters = allOf(object?.objfuncargs, 'FunctionParameter');
  if (parameters.length > 0) {
    return parameters
      .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE')
      .map(({ argType }) => typeFrom(argType, wholeSpan(of)));
  }
  return allOf(object?.objargs, 'TypeName').map((type) => typeFrom(type, wholeSpan(of)));
}

/** The name with its place, which is before the first brackets. */
function routineName(of: TokenText, parts: readonly Node[] | undefined, word: string) {
  const at = findWords(of, wholeRange(of), word);
  const from = findWords(of, { from: at + 1, to: at + 3 }, 'if', 'exists') === at + 1 ? at + 3 : at + 1;
  const { schema, name } = qualified(stringsOf(parts));
  const found = at < 0 ? null : nameAt(of, from);
  return { schema, name, span: found?.name === name ? found.span : wholeSpan(of) };
}

function keywordOf(of: TokenText, ...words: readonly string[]) {
  const keyword = keywordSpan(of, 0, ...words);
  return keyword.end > keyword.start
    ? keyword
    : firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) });
}

const MODES: Readonly<Record<string, Parameter['mode']>> = {
  FUNC_PARAM_OUT: 'out',
  FUNC_PARAM_INOUT: 'inout',
  FUNC_PARAM_VARIADIC: 'variadic',
  FUNC_PARAM_TABLE: 'table',
};

function parameterFrom(of: TokenText, { name, argType, mode, defexpr }: FunctionParameter): Parameter {
  const range = defexpr === undefined ? null : nodeRange(of, defexpr);
  return {
    name: name ?? null,
    mode: MODES[mode ?? ''] ?? 'in',
    type: typeFrom(argType, wholeSpan(of)),
    default: defexpr === undefined || range === null ? null : expressionIn(of, defexpr, range),
  };
}

/** Where OUT parameters or RETURNS TABLE say what is returned, the grammar's type is what follows from them. */
function returnedBy(
  of: TokenText,
  { returnType, is_procedure }: CreateFunctionStmt,
  parameters: readonly Parameter[],
): TypeName | null {
  const hasTable = parameters.some(({ mode }) => mode === 'table');
  if (returnType === undefined || hasTable || is_procedure === true) return null;
  return typeFrom(returnType, wholeSpan(of));
}

function optionNamed(options: readonly DefElem[], name: string): DefElem | undefined {
  return options.find(({ defname }) => defname === name);
}

/** Of a function in C: the file and the name in it. */
function bodyOf(options: readonly DefElem[]): string | null {
  const given = optionNamed(options, 'as')?.arg;
  if (given === undefined) return null;
  return stringsOf(asNode(given, 'List')?.items).join('\n');
}

/** What stands from BEGIN ATOMIC or RETURN on. */
function sqlBody(of: TokenText): string {
  const whole = wholeRange(of);
  const atomic = findWords(of, whole, 'begin', 'atomic');
  const at = atomic < 0 ? findWords(of, whole, 'return') : atomic;
  return of.text.slice(of.tokens[at]?.span.start ?? 0, of.tokens.at(-1)?.span.end);
}

/** In CREATE AGGREGATE the word looks like a type to the grammar. */
function parallelOf(node: Node | undefined): RoutineTraits['parallel'] {
  const word = stringOf(node) ?? stringsOf(asNode(node, 'TypeName')?.names).at(-1);
  return word === 'safe' || word === 'restricted' ? word : 'unsafe';
}

interface Changes {
  readonly traits: Partial<Omit<RoutineTraits, 'settings'>>;
  readonly set: readonly RoutineSetting[];
  readonly reset: readonly string[] | null;
}

function changesOf(options: readonly DefElem[]): Changes {
  const traits: { -readonly [K in keyof Changes['traits']]: Changes['traits'][K] } = {};
  const set: RoutineSetting[] = [];
  let reset: string[] | null = [];
  for (const { defname, arg } of options) {
    const isOn = asNode(arg, 'Boolean')?.boolval ?? false;
    const word = stringOf(arg);
    switch (defname) {
      case 'volatility':
        traits.volatility = word === 'stable' || word === 'immutable' ? word : 'volatile';
        break;
      case 'strict':
        traits.strict = isOn;
        break;
      case 'security':
        traits.securityDefiner = isOn;
        break;
      case 'leakproof':
        traits.leakproof = isOn;
        break;
      case 'parallel':
        traits.parallel = parallelOf(arg);
        break;
      case 'set': {
        const setting = asNode(arg, 'VariableSetStmt');
        if (setting?.kind === 'VAR_RESET_ALL') reset = null;
        else if (setting?.kind === 'VAR_RESET' || setting?.kind === 'VAR_SET_DEFAULT') {
          reset?.push(SPELLED[(setting.name ?? '').toLowerCase()] ?? setting.name ?? '');
        } else if (setting !== null) set.push(settingFrom(setting));
        break;
      }
    }
  }
  return { traits, set, reset };
}

/** The parameters whose names the server spells with capitals. */
const SPELLED: Readonly<Record<string, string>> = {
  datestyle: 'DateStyle',
  intervalstyle: 'IntervalStyle',
  timezone: 'TimeZone',
};

/** As pg_proc.proconfig holds it: lists of names are quoted where they have to be (flatten_set_variable_args in guc_funcs.c). */
function settingFrom({ kind, name: written = '', args }: VariableSetStmt): RoutineSetting {
  const name = SPELLED[written.toLowerCase()] ?? written.toLowerCase();
  if (kind === 'VAR_SET_CURRENT') return { name, value: null };
  const isNames = /^(?:search_path|local_preload_libraries|session_preload_libraries|temp_tablespaces)$/.test(
    name,
  );
  const values = (args ?? []).map((arg) => {
    const constant = constantOf(arg);
    const value = 'value' in constant ? String(constant.value) : '';
    return isNames && !/^[a-z_][a-z0-9_]*$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  });
  return { name, value: values.join(', ') };
}
