// A parser's tree as columns of numbers, in the order of its text: the children of node `n` start at `n + 1`.
// One instance is filled again for each text, so that reading many files allocates nothing here.

import type { Span } from '../../text/span.js';

const missing = 1;
const damaged = 2;

export class FlatTree {
  /** Number of nodes; node 0 is the root. */
  count = 0;
  /** Comments in order, as node numbers. */
  readonly comments: number[] = [];
  /** How many things the parser made up or could not place: `ERROR`s and missing tokens. */
  damage = 0;

  private symbols: Uint16Array;
  private starts: Int32Array;
  private ends: Int32Array;
  private nexts: Int32Array;
  private flags: Uint8Array;
  private readonly errorSymbol: number;
  private readonly commentSymbol: number;

  /**
   * @param types names of the parser's symbols; any other symbol is an `ERROR`
   * @param room for that many nodes before it has to grow
   */
  constructor(
    private readonly types: readonly string[],
    room = 1024,
  ) {
    this.errorSymbol = types.length;
    this.commentSymbol = types.indexOf('comment');
    this.symbols = new Uint16Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
    this.nexts = new Int32Array(room);
    this.flags = new Uint8Array(room);
  }

  clear(): void {
    this.count = 0;
    this.damage = 0;
    this.comments.length = 0;
  }

  /** Adds a node whose children follow; {@link close} ends it. */
  open(symbol: number, start: number, end: number, isMissing: boolean): number {
    const node = this.count++;
    if (node === this.symbols.length) this.grow();
    const known = Math.min(symbol, this.errorSymbol);
    this.symbols[node] = known;
    this.starts[node] = start;
    this.ends[node] = end;
    this.flags[node] = isMissing ? missing : 0;
    if (isMissing || known === this.errorSymbol) this.damage += 1;
    if (known === this.commentSymbol) this.comments.push(node);
    return node;
  }

  /** @param damageBefore the value of {@link damage} before the node was opened */
  close(node: number, damageBefore: number): void {
    this.nexts[node] = this.count;
    if (this.damage > damageBefore) this.flags[node] = (this.flags[node] as number) | damaged;
  }

  /** `call`, `identifier`, …; a token's type is its text: `do`, `(`. */
  type(node: number): string {
    return this.types[this.symbols[node] as number] ?? 'ERROR';
  }

  start(node: number): number {
    return this.starts[node] as number;
  }

  end(node: number): number {
    return this.ends[node] as number;
  }

  /** The node after this one and all that is in it: the next sibling, if the parent has one. */
  next(node: number): number {
    return this.nexts[node] as number;
  }

  span(node: number): Span {
    return { start: this.starts[node] as number, end: this.ends[node] as number };
  }

  isMissing(node: number): boolean {
    return ((this.flags[node] as number) & missing) !== 0;
  }

  /** True when the node is damage or has damage in it. */
  isDamaged(node: number): boolean {
    return ((this.flags[node] as number) & damaged) !== 0;
  }

  /** Whether one of the siblings from node `from` to before node `to` is an `ERROR`. */
  hasError(from: number, to: number): boolean {
    if (this.damage === 0) return false;
    for (let node = from; node < to; node = this.next(node)) {
      if (this.symbols[node] === this.errorSymbol) return true;
    }
    return false;
  }

  /** @param leaves nodes without children, in order, that are errors although the parser did not see it */
  markErrors(leaves: readonly number[]): void {
    let following = 0;
    for (let node = 0; node < this.count && following < leaves.length; node += 1) {
      const leaf = leaves[following] as number;
      if (this.next(node) > leaf) this.flags[node] = (this.flags[node] as number) | damaged;
      if (node < leaf) continue;
      this.symbols[leaf] = this.errorSymbol;
      this.damage += 1;
      following += 1;
    }
  }

  /** How much could not be placed: tokens that were made up, and pieces that lie in an `ERROR`. */
  lost(): number {
    let lost = this.damage;
    for (let node = 0; node < this.count; node += 1) {
      if (this.symbols[node] !== this.errorSymbol) continue;
      for (let child = node + 1; child < this.next(node); child = this.next(child)) lost += 1;
    }
    return lost;
  }

  /** A copy with every place put through `to`, for a tree of a text that was changed before it was parsed. */
  moved(to: (offset: number) => number): FlatTree {
    const copy = this.copy();
    for (let node = 0; node < copy.count; node += 1) {
      copy.starts[node] = to(this.starts[node] as number);
      copy.ends[node] = to(this.ends[node] as number);
    }
    return copy;
  }

  copy(): FlatTree {
    const copy = new FlatTree(this.types, this.count);
    copy.take(this, 0, this.count, 0, 0);
    copy.damage = this.damage;
    return copy;
  }

  /**
   * A healthy tree in which the children of another one's root stand in the place of some siblings.
   *
   * @param from the first node that is replaced
   * @param to the first node after those that are
   * @param start where the text of `part` starts in the new text
   * @param growth by how much the new text is longer than that of this tree
   */
  withPart(from: number, to: number, part: FlatTree, start: number, growth: number): FlatTree {
    const added = part.count - 1 - (to - from);
    const result = new FlatTree(this.types, this.count + added);
    result.take(this, 0, from, 0, 0);
    for (let outer = 0; outer < from; outer += 1) {
      if (this.next(outer) <= from) continue;
      result.ends[outer] = this.end(outer) + growth;
      result.nexts[outer] = this.next(outer) + added;
    }
    result.take(part, 1, part.count, start, from - 1);
    result.take(this, to, this.count, growth, added);
    return result;
  }

  /** Adds a run of another tree's nodes. */
  private take(from: FlatTree, first: number, end: number, offset: number, shift: number): void {
    for (let node = first; node < end; node += 1) {
      const to = this.count++;
      const symbol = from.symbols[node] as number;
      this.symbols[to] = symbol;
      this.starts[to] = (from.starts[node] as number) + offset;
      this.ends[to] = (from.ends[node] as number) + offset;
      this.nexts[to] = (from.nexts[node] as number) + shift;
      this.flags[to] = from.flags[node] as number;
      if (symbol === this.commentSymbol) this.comments.push(to);
    }
  }

  private grow(): void {
    const size = this.symbols.length * 2;
    this.symbols = enlarged(this.symbols, new Uint16Array(size));
    this.starts = enlarged(this.starts, new Int32Array(size));
    this.ends = enlarged(this.ends, new Int32Array(size));
    this.nexts = enlarged(this.nexts, new Int32Array(size));
    this.flags = enlarged(this.flags, new Uint8Array(size));
  }
}

function enlarged<T extends Uint8Array | Uint16Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
