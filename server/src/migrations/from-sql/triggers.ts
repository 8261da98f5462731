// Triggers, event triggers and rules.

import type {
  ChangeEventTrigger,
  ChangeRule,
  CreateTrigger,
  TriggerEvent,
  TriggerState,
} from '../../catalog/operation.js';
import {
  type AlterEventTrigStmt,
  allOf,
  type CreateEventTrigStmt,
  type CreateTrigStmt,
  qualified,
  type RuleStmt,
  stringsOf,
} from '../../syntax/sql/nodes.js';
import {
  findWords,
  firstLineOf,
  groupAt,
  identifierAt,
  keywordSpan,
  type TokenText,
  wholeRange,
} from '../../syntax/sql/segments.js';
import { expressionIn, local, nameFrom, relationAt, wholeSpan } from './reading.js';

/** Bits of `CreateTrigStmt.events`: TRIGGER_TYPE_INSERT and its kin in pg_trigger.h. */
const EVENTS: readonly (readonly [number, TriggerEvent])[] = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
];

export function createTrigger(of: TokenText, statement: CreateTrigStmt): CreateTrigger {
  const at = findWords(of, wholeRange(of), 'trigger');
  const events = statement.events ?? 0;
  const timing = statement.timing ?? 0;
  const when = findWords(of, wholeRange(of), 'when');
  const condition = when < 0 ? null : groupAt(of, when + 1);
  const transitions = allOf(statement.transitionRels, 'TriggerTransition');
  return {
    span: wholeSpan(of),
    keyword: keywordSpan(of, 0, 'create', 'or', 'replace', 'constraint', 'trigger'),
    kind: 'create-trigger',
    table: relationAt(of, statement.relation),
    trigger: local(identifierAt(of, at + 1), statement.trigname ?? '', wholeSpan(of)),
    orReplace: statement.replace ?? false,
    constraint: statement.isconstraint ?? false,
    timing: timing === 2 ? 'before' : timing === 64 ? 'instead of' : 'after',
    events: EVENTS.flatMap(([bit, event]) => ((events & bit) === 0 ? [] : [event])),
    columns: stringsOf(statement.columns),
    forEachRow: statement.row ?? false,
    when:
      statement.whenClause === undefined || condition === null
        ? null
        : expressionIn(of, statement.whenClause, condition),
    function: functionName(of, statement.funcname),
    arguments: stringsOf(statement.args),
    deferrable: statement.deferrable ?? false,
    initiallyDeferred: statement.initdeferred ?? false,
    oldTable: transitions.find(({ isNew }) => isNew !== true)?.name ?? null,
    newTable: transitions.find(({ isNew }) => isNew === true)?.name ?? null,
  };
}

/** It stands last, with its arguments. */
function functionName(of: TokenText, parts: CreateTrigStmt['funcname']) {
  const { schema, name } = qualified(stringsOf(parts));
  const whole = wholeRange(of);
  const at = Math.max(
    findWords(of, whole, 'execute', 'function'),
    findWords(of, whole, 'execute', 'procedure'),
  );
  return { schema, name, span: at < 0 ? wholeSpan(of) : nameFrom(of, at + 2, name).span };
}

export function createEventTrigger(of: TokenText, statement: CreateEventTrigStmt): ChangeEventTrigger {
  return eventTrigger(of, statement.trigname, {
    kind: 'create',
    event: statement.eventname ?? '',
    function: functionName(of, statement.funcname),
  });
}

const STATE_LETTERS: Readonly<Record<string, TriggerState>> = {
  O: 'origin',
  D: 'disabled',
  R: 'replica',
  A: 'always',
};

export function alterEventTrigger(of: TokenText, statement: AlterEventTrigStmt): ChangeEventTrigger {
  const state = STATE_LETTERS[statement.tgenabled ?? 'O'] ?? 'origin';
  return eventTrigger(of, statement.trigname, { kind: 'set-state', state });
}

export function eventTrigger(
  of: TokenText,
  name: string | undefined,
  action: ChangeEventTrigger['action'],
): ChangeEventTrigger {
  return {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: Math.min(3, of.tokens.length) }),
    kind: 'change-event-trigger',
    trigger: local(identifierAt(of, 3), name ?? '', wholeSpan(of)),
    action,
  };
}

/** CREATE RULE. Its actions lock what they write. */
export function createRule(of: TokenText, statement: RuleStmt): ChangeRule {
  const { relation, actions } = statement;
  const written = [
    ...allOf(actions, 'InsertStmt').map((action) => action.relation),
    ...allOf(actions, 'UpdateStmt').map((action) => action.relation),
    ...allOf(actions, 'DeleteStmt').map((action) => action.relation),
  ];
  const writes = written
    .flatMap((one) => (one === undefined ? [] : [relationAt(of, one)]))
    // In an action, OLD and NEW look like tables.
    .filter(({ schema, name }) => schema !== null || (name !== 'old' && name !== 'new'));
  const at = findWords(of, wholeRange(of), 'rule');
  return {
    span: wholeSpan(of),
    keyword: firstLineOf(of, { from: 0, to: Math.min(2, of.tokens.length) }),
    kind: 'change-rule',
    table: relationAt(of, relation),
    rule: local(identifierAt(of, at + 1), statement.rulename ?? '', wholeSpan(of)),
    action: { kind: 'create', orReplace: statement.replace ?? false, writes },
  };
}
