// The text of a plumbline.jsonc. What is wrong in it is a problem at its place; the rest of it holds.

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Problem } from '../syntax/problem.js';
import { isRecord } from '../text/is-record.js';
import { didYouMean } from '../text/similar.js';
import type { Span } from '../text/span.js';
import { CONFIG_FILE_SHAPE, type Config, DEFAULT_CONFIG, defaultsOf, type Shape } from './config.js';

/** A file that `extends` names. */
export interface Extended {
  /** As written: relative to the folder of the file that names it. */
  readonly path: string;
  readonly span: Span;
}

export interface ReadConfig {
  readonly config: Config;
  readonly extends: readonly Extended[];
  readonly problems: readonly Problem[];
}

/**
 * @param ruleIds the ids that `rules` may name
 * @param base what holds where the text says nothing
 */
export function readConfig(
  text: string,
  ruleIds: ReadonlySet<string>,
  base: Config = DEFAULT_CONFIG,
): ReadConfig {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const problems = errors.map((error) =>
    problem(
      { start: error.offset, end: error.offset + Math.max(error.length, 1) },
      `This is not JSON: ${spaced(printParseErrorCode(error.error))}.`,
    ),
  );
  if (tree === undefined) return { config: base, extends: [], problems };
  const valid = check(tree, CONFIG_FILE_SHAPE, [], problems, ruleIds);
  const { $schema, extends: _, ...said } = isRecord(valid) ? valid : {};
  const config = onTopOf(base, said, CONFIG_FILE_SHAPE) as Config;
  return { config, extends: extendedBy(tree), problems };
}

function extendedBy(tree: Node): readonly Extended[] {
  const node = findNodeAtLocation(tree, ['extends']);
  const named = node?.type === 'array' ? (node.children ?? []) : node === undefined ? [] : [node];
  return named.flatMap(({ type, value, offset, length }) =>
    type === 'string' ? [{ path: String(value), span: { start: offset, end: offset + length } }] : [],
  );
}

/** What is said, on top of what holds already. */
function onTopOf(base: unknown, value: unknown, shape: Shape): unknown {
  if (shape.kind !== 'object' && shape.kind !== 'record') return value;
  if (!isRecord(value)) return base;
  const below = isRecord(base) ? base : {};
  const own = Object.entries(value).map(([key, said]) => {
    // Of an entry of a record all is said at once.
    const property = shape.kind === 'object' ? shape.properties[key] : undefined;
    const [before] = [below[key]];
    if (property === undefined) return [key, said];
    const list = property.adds && Array.isArray(before) && Array.isArray(said) ? [...before, ...said] : null;
    return [key, list ?? onTopOf(before, said, property.shape)];
  });
  return { ...below, ...Object.fromEntries(own) };
}

/** The valid part of a value; what is not valid is left out and said in `problems`. */
function check(
  node: Node,
  shape: Shape,
  path: readonly string[],
  problems: Problem[],
  ruleIds: ReadonlySet<string>,
): unknown {
  const at = { start: node.offset, end: node.offset + node.length };
  const name = path.length === 0 ? 'The configuration' : `"${path.join('.')}"`;
  const wrong = (expected: string): undefined => {
    problems.push(problem(at, `${name} must be ${expected}.`));
    return undefined;
  };
  switch (shape.kind) {
    case 'string':
      if (node.type !== 'string') return wrong('a text');
      if (shape.values !== undefined && !shape.values.includes(node.value)) {
        return wrong(`one of ${shape.values.map((value) => `"${value}"`).join(', ')}`);
      }
      return node.value;
    case 'number': {
      if (node.type !== 'number' || !Number.isInteger(node.value)) return wrong('a whole number');
      const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = shape;
      if (node.value >= minimum && node.value <= maximum) return node.value;
      return wrong(shape.maximum === undefined ? `at least ${minimum}` : `between ${minimum} and ${maximum}`);
    }
    case 'boolean':
      return node.type === 'boolean' ? node.value : wrong('true or false');
    case 'list': {
      // One value stands for a list of one.
      if (node.type !== 'array') return single(check(node, shape.of, path, problems, ruleIds), shape.of);
      return (node.children ?? []).flatMap((child, index) =>
        single(check(child, shape.of, [...path, String(index)], problems, ruleIds), shape.of),
      );
    }
    case 'record':
    case 'object': {
      if (node.type !== 'object') return wrong('an object');
      const valid = checkEntries(node, shape, path, problems, ruleIds);
      const missing =
        shape.kind === 'object'
          ? Object.keys(shape.properties).filter(
              (key) => shape.properties[key]?.required && !hasKey(node, key),
            )
          : [];
      for (const key of missing) problems.push(problem(at, `${name} must say "${key}".`));
      return missing.length > 0 ? undefined : valid;
    }
  }
}

function checkEntries(
  node: Node,
  shape: Extract<Shape, { kind: 'record' | 'object' }>,
  path: readonly string[],
  problems: Problem[],
  ruleIds: ReadonlySet<string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const entry of node.children ?? []) {
    const [key, value] = entry.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const keySpan = { start: key.offset, end: key.offset + key.length };
    const inner = shape.kind === 'record' ? shape.of : shape.properties[name]?.shape;
    if (inner === undefined) {
      const known = shape.kind === 'object' ? Object.keys(shape.properties) : [];
      problems.push(
        problem(keySpan, `There is no setting "${[...path, name].join('.')}".${didYouMean(name, known)}`),
      );
      continue;
    }
    if (shape.kind === 'record' && shape.keys === 'rules' && !ruleIds.has(name)) {
      problems.push(problem(keySpan, `There is no rule "${name}".${didYouMean(name, [...ruleIds])}`));
      continue;
    }
    const checked = check(value, inner, [...path, name], problems, ruleIds);
    if (checked !== undefined) result[name] = shape.kind === 'record' ? complete(checked, inner) : checked;
  }
  return result;
}

function hasKey(node: Node, key: string): boolean {
  return (node.children ?? []).some((entry) => entry.children?.[0]?.value === key);
}

function single(value: unknown, shape: Shape): unknown[] {
  return value === undefined ? [] : [complete(value, shape)];
}

/** An entry of a list or a record is said in one place, so that what is not said there is as by default. */
function complete(value: unknown, shape: Shape): unknown {
  return shape.kind === 'object' && isRecord(value) ? { ...defaultsOf(shape), ...value } : value;
}

function problem(span: Span, message: string): Problem {
  return { kind: 'problem', span, message };
}

function spaced(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
