// Which node of a plan answers to which of another plan of the same statement.
// What surprises: children are matched whatever their order, since a planner swaps the sides of joins; nodes may be missing
// in between, as a Sort or a Gather comes and goes; and a relation that is read elsewhere in the tree has moved.

import { nodeTarget, nodeTitle } from './names.js';
import { isJoin } from './node-types.js';
import type { Plan, PlanNode } from './plan.js';
import { purposeLines } from './work.js';

/** A node of both trees together. */
export interface Pair {
  readonly before: PlanNode | null;
  readonly after: PlanNode | null;
  readonly moved: boolean;
  readonly children: readonly Pair[];
}

/** All nodes of both, each once. */
export function alignedPlans(before: Plan, after: Plan): Pair {
  return withMoves(new Alignment().aligned(before.root, after.root));
}

/** What keeping a pair of nodes together is worth; below 0 they are no pair. */
const NO_PAIR = -1;
/**
 * What it costs that only one side has a node: so little that it is better to go on below it, save for a join, since a
 * relation that is joined elsewhere is found again by itself.
 */
function gapOf(node: PlanNode): number {
  return isJoin(node) ? 3 : 0.1;
}

/** Of more children than this, only those are looked at that read the same relations. */
const FEW = 8;

class Alignment {
  private readonly best = new Map<PlanNode, Map<PlanNode, number>>();
  private readonly relations = new Map<PlanNode, ReadonlySet<string>>();
  private readonly shapes = new Map<PlanNode, string>();

  aligned(before: PlanNode, after: PlanNode): Pair {
    const score = this.score(before, after);
    if (score === this.paired(before, after)) return this.pair(before, after);
    const child = best(this.related(before.children, after), (one) => this.score(one, after));
    if (child !== null && score === this.score(child, after) - gapOf(before)) {
      const children = before.children.map((one) =>
        one === child ? this.aligned(one, after) : only(one, 'before'),
      );
      return { before, after: null, moved: false, children };
    }
    const other = best(this.related(after.children, before), (one) => this.score(before, one));
    if (other !== null && score === this.score(before, other) - gapOf(after)) {
      const children = after.children.map((one) =>
        one === other ? this.aligned(before, one) : only(one, 'after'),
      );
      return { before: null, after, moved: false, children };
    }
    // Nothing in common: both are shown, one below the other.
    return {
      before,
      after: null,
      moved: false,
      children: [...before.children.map((one) => only(one, 'before')), only(after, 'after')],
    };
  }

  private pair(before: PlanNode, after: PlanNode): Pair {
    const matches = this.matches(before, after);
    const partners = new Map(matches.map(([old, now]) => [now, old]));
    const gone = before.children.filter((child) => !matches.some(([old]) => old === child));
    const children = after.children.map((child) => {
      const partner = partners.get(child);
      return partner === undefined ? only(child, 'after') : this.aligned(partner, child);
    });
    return {
      before,
      after,
      moved: false,
      children: [...children, ...gone.map((child) => only(child, 'before'))],
    };
  }

  /** How well the trees below both go together. */
  private score(before: PlanNode, after: PlanNode): number {
    const known = this.best.get(before)?.get(after);
    if (known !== undefined) return known;
    const scores = this.best.get(before) ?? new Map<PlanNode, number>();
    this.best.set(before, scores);
    const paired = this.paired(before, after);
    let score = paired;
    // Where both trees are the same there is nothing better to find.
    if (this.shape(before) !== this.shape(after)) {
      for (const child of this.related(before.children, after)) {
        score = Math.max(score, this.score(child, after) - gapOf(before));
      }
      for (const child of this.related(after.children, before)) {
        score = Math.max(score, this.score(before, child) - gapOf(after));
      }
    }
    scores.set(after, score);
    return score;
  }

  private paired(before: PlanNode, after: PlanNode): number {
    const own = this.likeness(before, after);
    if (own === NO_PAIR) return NO_PAIR;
    return this.matches(before, after).reduce((sum, [, , score]) => sum + score, own);
  }

  /** Children that go together, each with one at most; the best first. */
  private matches(before: PlanNode, after: PlanNode): readonly (readonly [PlanNode, PlanNode, number])[] {
    const candidates = before.children.flatMap((old) =>
      this.related(after.children, old).map((now) => [old, now, this.score(old, now)] as const),
    );
    const taken = new Set<PlanNode>();
    return candidates
      .filter(([, , score]) => score > 0)
      .sort((a, b) => b[2] - a[2])
      .filter(([old, now]) => {
        if (taken.has(old) || taken.has(now)) return false;
        taken.add(old).add(now);
        return true;
      });
  }

  private related(children: readonly PlanNode[], other: PlanNode): readonly PlanNode[] {
    if (children.length <= FEW) return children;
    const relations = this.relationsOf(other);
    return children.filter((child) => [...this.relationsOf(child)].some((name) => relations.has(name)));
  }

  private likeness(before: PlanNode, after: PlanNode): number {
    if (kindOfSubplan(before) !== kindOfSubplan(after)) return NO_PAIR;
    const [old, now] = [subjectOf(before), subjectOf(after)];
    const sameType = before.type === after.type;
    if (old !== null || now !== null) {
      if (old !== now) return NO_PAIR;
      return 8 + (sameType ? 2 : 0) + (before.index === after.index ? 1 : 0);
    }
    if (isJoin(before) && isJoin(after)) {
      const [left, right] = [this.relationsOf(before), this.relationsOf(after)];
      const common = [...left].filter((name) => right.has(name)).length;
      return 2 + (sameType ? 1 : 0) + (4 * common) / Math.max(left.size, right.size, 1);
    }
    return sameType || SIBLINGS.some((types) => types.has(before.type) && types.has(after.type))
      ? 3
      : NO_PAIR;
  }

  private relationsOf(node: PlanNode): ReadonlySet<string> {
    const known = this.relations.get(node);
    if (known !== undefined) return known;
    const subject = subjectOf(node);
    const names = new Set([
      ...(subject === null ? [] : [subject]),
      ...node.children.flatMap((child) => [...this.relationsOf(child)]),
    ]);
    this.relations.set(node, names);
    return names;
  }

  /** What is done in the tree below a node, without numbers. */
  private shape(node: PlanNode): string {
    const known = this.shapes.get(node);
    if (known !== undefined) return known;
    const shape = `${operationOf(node)}(${node.children.map((child) => this.shape(child)).join()})`;
    this.shapes.set(node, shape);
    return shape;
  }
}

function best(nodes: readonly PlanNode[], score: (node: PlanNode) => number): PlanNode | null {
  return nodes.reduce<PlanNode | null>(
    (found, node) => (found === null || score(node) > score(found) ? node : found),
    null,
  );
}

function only(node: PlanNode, side: 'before' | 'after'): Pair {
  const children = node.children.map((child) => only(child, side));
  return { before: null, after: null, [side]: node, moved: false, children };
}

/** Nodes that do the same work in another way. */
const SIBLINGS: readonly ReadonlySet<string>[] = [
  new Set(['Sort', 'Incremental Sort']),
  new Set(['Gather', 'Gather Merge']),
  new Set(['Append', 'Merge Append']),
  new Set(['Aggregate', 'Group', 'Unique']),
  new Set(['BitmapAnd', 'BitmapOr']),
  new Set(['Materialize', 'Memoize']),
];

function kindOfSubplan({ subplan }: PlanNode): string {
  return subplan?.startsWith('CTE ') ? subplan : (subplan?.split(' ')[0] ?? '');
}

/** What a node reads; `null` for one that works on the rows of others. */
export function subjectOf({
  type,
  relation,
  alias,
  cte,
  functionName,
  index,
  operation,
}: PlanNode): string | null {
  const name =
    relation?.name ?? cte ?? functionName ?? (type === 'Bitmap Index Scan' ? `index ${index}` : null);
  if (name === null && alias === null) return null;
  return `${operation ?? ''} ${name ?? ''} ${alias ?? name}`;
}

/** A relation that has no partner where it stands, and one elsewhere. */
function withMoves(root: Pair): Pair {
  const lonely = (side: 'before' | 'after') => {
    const other = side === 'before' ? 'after' : 'before';
    const found = new Map<string, PlanNode>();
    const visit = (pair: Pair) => {
      const node = pair[side];
      const subject = node === null ? null : subjectOf(node);
      if (node !== null && pair[other] === null && subject !== null) found.set(subject, node);
      pair.children.forEach(visit);
    };
    visit(root);
    return found;
  };
  const [gone, come] = [lonely('before'), lonely('after')];
  const moved = new Map(
    [...come].flatMap(([subject, node]) => (gone.has(subject) ? [[node, gone.get(subject)]] : [])) as [
      PlanNode,
      PlanNode,
    ][],
  );
  const left = new Set(moved.values());
  const resolved = (pair: Pair): readonly Pair[] => {
    const children = pair.children.flatMap(resolved);
    if (pair.before !== null && pair.after === null && left.has(pair.before)) return children;
    const from = pair.after === null ? undefined : moved.get(pair.after);
    return [
      from === undefined || pair.before !== null
        ? { ...pair, children }
        : { ...pair, before: from, moved: true, children },
    ];
  };
  const [first = root, ...others] = resolved(root);
  return others.length === 0 ? first : { ...first, children: [...first.children, ...others] };
}

function operationOf(node: PlanNode): string {
  return [nodeTitle(node), nodeTarget(node), node.subplan, ...purposeLines(node)].join('|');
}
