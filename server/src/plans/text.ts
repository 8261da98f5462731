// Plans in EXPLAIN's text format, as people keep and paste them, as the value that EXPLAIN (FORMAT JSON) gives of the same
// plan: so `parsePlan` reads both. Pure; made for the output of PostgreSQL 12 to 18.
// What surprises: only indentation tells whose child a node is, text leaves out what is zero or false, and a literal in
// a condition may hold line breaks, or look like a node.

import type { Raw } from './reader.js';
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
import { plainLines, type TextLine } from './text-source.js';

export interface PlanInText {
  /** As EXPLAIN (FORMAT JSON) would have given it; `null` where the indentation is lost, and with it the tree. */
  readonly json: readonly [Raw] | null;
  /** 0-based, of the text: where its root stands. */
  readonly line: number;
}

/** Every plan of the text, in order. */
export function plansInText(text: string): readonly PlanInText[] {
  const lines = plainLines(text);
  const plans: PlanInText[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (line === undefined || !isRoot(line)) {
      at++;
      continue;
    }
    const reading = new Reading(lines, at);
    plans.push({ json: reading.json(), line: line.number });
    at = reading.at;
  }
  return plans;
}

/** Lines of one value; a quote that nothing closes would take the rest of a text. */
const LONGEST_VALUE = 200;

const ARROW = /^->\s*/;
const PROPERTY = /^([A-Z][^:]*):(?:\s+(.*))?$/s;

function isRoot({ text }: TextLine): boolean {
  const heading = headingOf(text.replace(ARROW, ''));
  return heading !== null && (heading.measured || heading.known);
}

type Node = Record<string, unknown>;

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
  private readonly path: { readonly node: Node; readonly column: number }[];
  private readonly nodes: Node[];
  /** The lines that say by what a node groups; there are several with GROUPING SETS. */
  private readonly groupings = new Map<Node, Raw[]>();
  private group: Group | null = null;
  private subplan: { readonly name: string; readonly column: number } | null = null;
  private readonly column: number;
  private readonly startsInside: boolean;
  /** Arrows stand where they cannot say whose child a node is. */
  private lostItsTree = false;

  /** @param start a line that is the root of a plan */
  constructor(
    private readonly lines: readonly TextLine[],
    start: number,
  ) {
    this.at = start;
    this.column = lines[start]?.column ?? 0;
    this.startsInside = ARROW.test(lines[start]?.text ?? '');
    const heading = headingOf(this.headingText());
    this.root = { ...heading?.raw };
    this.path = [{ node: this.root, column: -1 }];
    this.nodes = [this.root];
    while (this.takeLine());
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
    return [{ Plan: this.root, ...this.statement }];
  }

  /** Whether the line is part of the plan. */
  private takeLine(): boolean {
    const line = this.lines[this.at];
    if (line === undefined) return false;
    if (this.group !== null && line.column <= this.group.column) this.group = null;
    if (ARROW.test(line.text)) return this.takeNode(line);
    if (isSubplanHeading(line.text)) {
      this.subplan = { name: line.text, column: line.column };
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
    if (!this.isNext(line) || next === undefined || next.number > line.number + 1) return false;
    if (!ARROW.test(next.text) || next.column <= this.column) return false;
    const node = this.path.at(-1)?.node ?? this.root;
    node['Not Read'] = [node['Not Read'], line.text].filter((text) => text !== undefined).join('\n');
    this.at++;
    return true;
  }

  private isNext({ number }: TextLine): boolean {
    return number <= (this.lines[this.at - 1]?.number ?? 0) + 1;
  }

  private takeNode(line: TextLine): boolean {
    const at = this.at;
    const text = this.headingText();
    // Of extensions there are nodes without measures among others: `Task`.
    const raw = headingOf(text)?.raw ?? (/^[A-Z][\w ]*$/.test(text) ? { 'Node Type': text } : null);
    // Beside the root stands the next part of a plan that was copied from its middle.
    if (raw === null || (this.startsInside && this.column > 0 && line.column <= this.column)) {
      this.at = at;
      return false;
    }
    if (line.column <= this.column) this.lostItsTree = true;
    const name = this.subplan?.name ?? null;
    const column = this.subplan?.column ?? line.column;
    while (this.path.length > 1 && (this.path.at(-1)?.column ?? -1) >= column) this.path.pop();
    const parent = this.path.at(-1)?.node ?? this.root;
    const siblings = (parent.Plans ?? []) as Node[];
    const node: Node = {
      ...raw,
      'Parent Relationship': roleOf(parent, siblings, name),
      ...(name === null ? {} : { 'Subplan Name': name }),
    };
    parent.Plans = [...siblings, node];
    this.nodes.push(node);
    this.path.push({ node, column: line.column });
    this.subplan = null;
    this.group = null;
    return true;
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
    if (!isBelow && !this.isNext(line)) return false;
    this.at++;
    const value = this.wholeValue(start);
    if (this.group !== null) Object.assign(this.group.into, this.group.read(key, value));
    else if (!this.takeStatementProperty(key, value, line.column)) {
      if (isBelow) this.takeNodeProperty(key, value, line.column);
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
      if (isNode || (open === 'parenthesis' && PROPERTY.test(next.text))) return value;
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

  private takeNodeProperty(key: string, value: string, column: number): void {
    const node = this.path.at(-1)?.node ?? this.root;
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
