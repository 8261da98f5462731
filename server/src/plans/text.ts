// Plans in EXPLAIN's text format, as people keep and paste them, as the value that EXPLAIN (FORMAT JSON) gives of the same
// plan: so `parsePlan` reads both. Pure; made for the output of PostgreSQL 12 to 18.
// What surprises: only indentation tells whose child a node is, text leaves out what is zero or false, and a literal in
// a condition may hold line breaks, or look like a node.

import { isKnownType } from './node-types.js';
import { MISSING } from './plan.js';
import type { Raw } from './raw.js';
import {
  headingOf,
  isOpen,
  isSubplanHeading,
  jitPart,
  listOf,
  measuresOf,
  propertyOf,
  settingsOf,
  triggerOf,
  ZERO_BUFFERS,
  zeroTimes,
} from './text-line.js';
import { plainLines, TAB_WIDTHS, type TextLine } from './text-lines.js';

export interface PlanInText {
  /** As EXPLAIN (FORMAT JSON) would have given it; `null` where the indentation is lost, and with it the tree. */
  readonly json: readonly [Raw] | null;
  /** 0-based, of the text: where its root stands. */
  readonly line: number;
}

/**
 * Every plan of the text, in order.
 * @param hasEnd whether the times of the statement stand below a plan that was measured; a log does not have them
 */
export function plansInText(text: string, hasEnd = true): readonly PlanInText[] {
  const widths = text.includes('\t') ? TAB_WIDTHS : TAB_WIDTHS.slice(0, 1);
  const readings = widths.map((width) => readingsOf(text, width, hasEnd));
  // Tabs have the width with which the lines stand where EXPLAIN puts them.
  const read = readings.find((one) => one.every(({ isAligned }) => isAligned)) ?? readings[0] ?? [];
  return read.map(({ json, line }) => ({ json, line }));
}

function readingsOf(text: string, tabWidth: number, hasEnd: boolean) {
  const lines = plainLines(text, tabWidth);
  const plans: (PlanInText & { readonly isAligned: boolean })[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (line === undefined || !isRoot(line)) {
      at++;
      continue;
    }
    const reading = new Reading(lines, at, hasEnd);
    reading.compareCount(lines[reading.at - 1]?.count ?? null);
    plans.push({ json: reading.json(), line: line.number, isAligned: reading.isAligned });
    at = reading.at;
  }
  return plans;
}

/** Lines of one value; a quote that nothing closes would take the rest of a text. */
const LONGEST_VALUE = 200;

const ARROW = /^->\s*/;
const UNCLOSED = /\([^()]*$/;
const END = /^(?:Planning|Execution) Time: [\d.]+ ms$/i;
const PROPERTY = /^([A-Z][^:]*):(?:\s+(.*))?$/s;

function isRoot({ text }: TextLine): boolean {
  const heading = headingOf(text.replace(ARROW, ''));
  return heading !== null && (heading.measured || heading.known);
}

type Node = Record<string, unknown>;

interface Place {
  readonly node: Node;
  /** Of its arrow. */
  readonly column: number;
  /** Where EXPLAIN puts what belongs to it: its lines, and the arrows of its children. */
  inside: number;
}

/** From the arrow of a node to what belongs to it, and from the root or a heading of subplans. */
const STEP = 6;
const HALF_STEP = 2;
/** Mail and grids may take a space away. */
const SLACK = 1;

/** What deeper indented lines belong to, up to the next one that is not. */
interface Group {
  readonly into: Node;
  /** Of the line that opened it. */
  readonly column: number;
  readonly read: (key: string, value: string) => Raw;
}

class Reading {
  /** The next line; behind the plan when it has been read. */
  at: number;
  private readonly root: Node;
  private readonly statement: Node = {};
  /** From the root to the node read last, with the columns of their arrows. */
  private readonly path: Place[];
  private readonly nodes: Node[];
  /** The lines that say by what a node groups; there are several with GROUPING SETS. */
  private readonly groupings = new Map<Node, Raw[]>();
  private readonly keys = new Map<Node, Set<string>>();
  private group: Group | null = null;
  private subplan: { readonly name: string; readonly column: number } | null = null;
  private readonly column: number;
  private readonly startsInside: boolean;
  /** Arrows stand where they cannot say whose child a node is. */
  private lostItsTree = false;
  /** The first line that does not stand where EXPLAIN would have put it. */
  private misplaced: TextLine | null = null;
  /** What is missing, in sentences. */
  private readonly missing: string[] = [];

  /** @param start a line that is the root of a plan */
  constructor(
    private readonly lines: readonly TextLine[],
    private readonly start: number,
    private readonly hasEnd: boolean,
  ) {
    this.at = start;
    this.column = lines[start]?.column ?? 0;
    this.startsInside = ARROW.test(lines[start]?.text ?? '');
    const text = this.headingText();
    const heading = headingOf(text);
    this.root = { ...heading?.raw };
    this.path = [{ node: this.root, column: -1, inside: this.startOf(start) }];
    this.nodes = [this.root];
    if (this.startsInside) this.missing.push('What stands above its first line is missing.');
    const root = lines[start];
    if (root !== undefined && UNCLOSED.test(text)) this.cutOff(root);
    while (this.takeLine());
    if (this.subplan !== null) this.missing.push(`The ${this.subplan.name} is missing.`);
  }

  get isAligned(): boolean {
    return this.misplaced === null;
  }

  /** @param rows how many lines the plan has where it is whole, or `null` */
  compareCount(rows: number | null): void {
    const here = this.at - this.start;
    if (rows !== null && here < rows) this.missing.push(`The table had ${rows} lines, and ${here} are here.`);
  }

  /** Where what belongs to the root begins. Its own spaces may be lost where a text was copied from its first letter on. */
  private startOf(start: number): number {
    if (this.startsInside) return this.column + STEP;
    const next = this.lines[this.at];
    const inside = this.column + HALF_STEP;
    if (next === undefined || next.column <= inside + SLACK) return inside;
    const lost = next.column - inside;
    // As far as a whole level: then it may be that the next node is missing, unless the end stands as far to the right.
    const isSure =
      lost < STEP || this.lines.slice(start).some((line) => line.column === lost && END.test(line.text));
    return isSure ? next.column : inside;
  }

  json(): PlanInText['json'] {
    if (this.lostItsTree) return null;
    for (const [node, sets] of this.groupings) {
      const [first] = sets;
      const isPlain = sets.length === 1 && first !== undefined && 'Group Keys' in first;
      if (isPlain) node['Group Key'] = (first['Group Keys'] as readonly unknown[])[0];
      else node['Grouping Sets'] = sets;
    }
    // Text names the table of a trigger only where several are changed.
    const [changed, ...others] = this.nodes.filter((node) => node['Node Type'] === 'ModifyTable');
    const triggers = this.statement.Triggers as readonly Node[] | undefined;
    if (triggers !== undefined && changed !== undefined && others.length === 0) {
      const Relation = changed['Relation Name'];
      this.statement.Triggers = triggers.map((trigger) => ({ Relation, ...trigger }));
    }
    // Text leaves out zeros: where one node has buffers, they were counted for all.
    const counted = this.nodes.some((node) => 'Shared Hit Blocks' in node);
    const zeros = { ...(counted ? ZERO_BUFFERS : {}), ...zeroTimes(this.nodes) };
    for (const node of this.nodes) Object.assign(node, { ...zeros, ...node });
    return [{ Plan: this.root, ...this.statement, ...this.lacks() }];
  }

  /** What the lines themselves show to be missing. */
  private lacks(): Raw {
    const isTimed = 'Actual Loops' in this.root;
    const isCosted = 'Total Cost' in this.root;
    const bare = this.nodes.filter(
      (node) => (isCosted && !('Total Cost' in node)) || (isTimed && !('Actual Loops' in node)),
    );
    const cut = bare.find((node) => isKnownType(String(node['Node Type'])) || node === this.nodes.at(-1));
    const sentences = [
      ...this.missing,
      ...(this.misplaced === null
        ? []
        : [`Above line ${this.misplaced.number + 1} a line is missing, or its indentation is lost.`]),
      ...(cut === undefined ? [] : [`The line of the ${cut['Node Type']} is cut off.`]),
      ...(this.hasEnd && isTimed && !('Execution Time' in this.statement)
        ? ['There is no Execution Time at its end, so lines may be missing there.']
        : []),
    ];
    return sentences.length === 0 ? {} : { [MISSING]: sentences };
  }

  private cutOff({ number }: TextLine): void {
    this.missing.push(`Line ${number + 1} is cut off.`);
  }

  private expectAt(line: TextLine, column: number): boolean {
    const isThere = Math.abs(line.column - column) <= SLACK;
    if (!isThere) this.misplaced ??= line;
    return isThere;
  }

  /** Whether the line is part of the plan. */
  private takeLine(): boolean {
    const line = this.lines[this.at];
    if (line === undefined) return false;
    if (this.group !== null && line.column <= this.group.column) this.group = null;
    if (ARROW.test(line.text)) return this.takeNode(line);
    if (isSubplanHeading(line.text)) {
      this.subplan = { name: line.text, column: line.column };
      this.leave(line.column);
      this.expectAt(line, this.path.at(-1)?.inside ?? 0);
      this.at++;
      return true;
    }
    // The next of several plans.
    if (headingOf(line.text)?.measured === true) return false;
    return this.takeTargetTable(line.text) || this.takeProperty(line) || this.passOver(line);
  }

  /** A line that nobody can place, between others of the plan. */
  private passOver(line: TextLine): boolean {
    const next = this.lines[this.at + 1];
    if (!line.follows || next === undefined || !next.follows) return false;
    if (!ARROW.test(next.text) || next.column <= this.column) return false;
    const node = this.path.at(-1)?.node ?? this.root;
    notRead(node, line.text);
    this.at++;
    return true;
  }

  /** EXPLAIN says each thing of a node once, save for what it groups by and its workers. */
  private isTwice(node: Node, key: string): boolean {
    if (/^(?:Group|Hash|Sort) Key$/.test(key)) return false;
    const keys = this.keys.get(node) ?? new Set();
    this.keys.set(node, keys);
    if (keys.has(key)) return true;
    keys.add(key);
    return false;
  }

  private takeNode(line: TextLine): boolean {
    const at = this.at;
    const text = this.headingText();
    // Of extensions there are nodes without measures among others: `Task`.
    const raw = headingOf(text)?.raw ?? (/^[A-Z][\w ]*$/.test(text) ? { 'Node Type': text } : null);
    // Beside the root stands the next part of a plan that was copied from its middle.
    if (raw === null || (this.startsInside && this.column > 0 && line.column <= this.column)) {
      this.at = at;
      if (raw === null && line.follows) this.cutOff(line);
      return false;
    }
    if (UNCLOSED.test(text)) this.cutOff(line);
    if (line.column <= this.column) this.lostItsTree = true;
    const name = this.subplan?.name ?? null;
    const column = this.subplan?.column ?? line.column;
    this.leave(column);
    const parent = this.path.at(-1)?.node ?? this.root;
    this.expectAt(line, this.subplan === null ? (this.path.at(-1)?.inside ?? 0) : column + HALF_STEP);
    const siblings = (parent.Plans ?? []) as Node[];
    const node: Node = {
      ...raw,
      'Parent Relationship': roleOf(parent, siblings, name),
      ...(name === null ? {} : { 'Subplan Name': name }),
    };
    parent.Plans = [...siblings, node];
    this.nodes.push(node);
    this.path.push({ node, column: line.column, inside: line.column + STEP });
    this.subplan = null;
    this.group = null;
    return true;
  }

  /** Goes up to the node that what stands at the column belongs to. */
  private leave(column: number): void {
    while (this.path.length > 1 && (this.path.at(-1)?.column ?? -1) >= column) this.path.pop();
  }

  /** The text of the node at this line, put together where mail has broken it, without its arrow. */
  private headingText(): string {
    let text = this.lines[this.at++]?.text.replace(ARROW, '') ?? '';
    for (;;) {
      const next = this.lines[this.at]?.text ?? '';
      const isBroken = /\((?:cost=|actual )[^)]*$/.test(text) || /^\((?:cost=|actual |never exec)/.test(next);
      if (!isBroken || next === '') return text;
      text = `${text} ${next}`;
      this.at++;
    }
  }

  /** A partition that a statement changes, on a line of its own. */
  private takeTargetTable(text: string): boolean {
    const node = this.path.at(-1)?.node;
    if (node?.['Node Type'] !== 'ModifyTable' || text.includes(': ')) return false;
    const heading = headingOf(text);
    if (heading?.raw['Node Type'] !== 'ModifyTable') return false;
    const { 'Relation Name': name, Schema, Alias } = heading.raw;
    const table = { 'Relation Name': name, ...(Schema === undefined ? {} : { Schema }), Alias };
    node['Target Tables'] = added(node['Target Tables'], table);
    this.at++;
    return true;
  }

  private takeProperty(line: TextLine): boolean {
    const [, key, start = ''] = PROPERTY.exec(line.text) ?? [];
    if (key === undefined) return false;
    const isBelow = line.column > this.column;
    // What people write behind a plan may have a colon, too.
    if (!isBelow && !line.follows) return false;
    this.at++;
    const value = this.wholeValue(start);
    if (this.group !== null) Object.assign(this.group.into, this.group.read(key, value));
    else if (!this.takeStatementProperty(key, value, line.column)) {
      if (isBelow) this.takeNodeProperty(key, value, line);
      else this.statement[key] = value;
    }
    return true;
  }

  /** A value goes on in the next lines while a literal or a parenthesis is open. */
  private wholeValue(start: string): string {
    let value = start;
    const end = this.at + LONGEST_VALUE;
    for (;;) {
      const open = isOpen(value);
      const next = this.lines[this.at];
      if (open === null || next === undefined || this.at === end) return value;
      // What was cut off does not swallow the rest.
      const isNode = headingOf(next.text.replace(ARROW, ''))?.measured === true;
      if (isNode || END.test(next.text) || (open === 'parenthesis' && PROPERTY.test(next.text))) return value;
      value +=
        open === 'literal'
          ? `\n${' '.repeat(Math.max(0, next.column - this.column))}${next.text}`
          : ` ${next.text}`;
      this.at++;
    }
  }

  /** What is said of the whole statement, behind the last node. */
  private takeStatementProperty(key: string, value: string, column: number): boolean {
    const { statement } = this;
    const time = /^(?:(Planning|Execution) time|Total runtime)$/i.exec(key);
    if (time !== null) {
      statement[time[1] === 'Planning' ? 'Planning Time' : 'Execution Time'] = Number.parseFloat(value);
    } else if (key === 'Planning' || key === 'JIT' || key === 'Serialization') {
      const into: Node = key === 'Serialization' ? { ...propertyOf(key, value, '') } : {};
      statement[key] = into;
      const read = (name: string, text: string) => propertyOf(name, text, '');
      this.group = { into, column, read: key === 'JIT' ? jitPart : read };
    } else if (key === 'Settings') {
      statement.Settings = settingsOf(value);
    } else if (key.startsWith('Trigger ')) {
      statement.Triggers = added(statement.Triggers, triggerOf(key, value));
    } else if (key === 'Query Identifier') {
      statement[key] = value;
    } else {
      return false;
    }
    return true;
  }

  private takeNodeProperty(key: string, value: string, line: TextLine): void {
    const { column } = line;
    const place = this.path.at(-1);
    const node = place?.node ?? this.root;
    // Where the line of a node is lost, what stood below it is not the node's above.
    if (!this.expectAt(line, place?.inside ?? 0) || this.isTwice(node, key)) {
      this.misplaced ??= line;
      notRead(node, line.text);
      return;
    }
    const type = String(node['Node Type']);
    const worker = /^Worker (\d+)$/.exec(key);
    if (worker !== null) {
      const into: Node = { 'Worker Number': Number(worker[1]), ...measuresOf(value) };
      node.Workers = added(node.Workers, into);
      const read = (name: string, text: string) => propertyOf(name, text, type);
      const [, first, rest = ''] = PROPERTY.exec(value) ?? [];
      if (first !== undefined) Object.assign(into, read(first, rest));
      this.group = { into, column, read };
    } else if (key === 'Group Key' || key === 'Hash Key' || (key === 'Sort Key' && type === 'Aggregate')) {
      this.takeGrouping(node, key, listOf(value));
    } else {
      Object.assign(node, propertyOf(key, value, type));
    }
  }

  /** A sort, and the groupings that go by its order, are one set. */
  private takeGrouping(node: Node, key: string, list: readonly string[]): void {
    const sets = this.groupings.get(node) ?? [];
    this.groupings.set(node, sets);
    const last = sets.at(-1);
    const keys = list.length === 1 && list[0] === '()' ? [] : list;
    const name = `${key}s`;
    if (key === 'Sort Key') sets.push({ 'Sort Key': list });
    else if (key === 'Group Key' && last !== undefined && !('Hash Keys' in last)) {
      sets[sets.length - 1] = { ...last, [name]: added(last[name], keys) };
    } else sets.push({ [name]: [keys] });
  }
}

function notRead(node: Node, text: string): void {
  node['Not Read'] = [node['Not Read'], text].filter((part) => part !== undefined).join('\n');
}

function added(list: unknown, item: unknown): readonly unknown[] {
  return [...(Array.isArray(list) ? list : []), item];
}

const MEMBERS: ReadonlySet<unknown> = new Set(['Append', 'Merge Append', 'BitmapAnd', 'BitmapOr']);

/** What the JSON would call a node's relation to its parent. */
function roleOf(parent: Node, siblings: readonly Node[], subplan: string | null): string {
  if (subplan !== null) return subplan.startsWith('SubPlan') ? 'SubPlan' : 'InitPlan';
  if (MEMBERS.has(parent['Node Type'])) return 'Member';
  if (parent['Node Type'] === 'Subquery Scan') return 'Subquery';
  return siblings.some((one) => one['Parent Relationship'] === 'Outer') ? 'Inner' : 'Outer';
}
