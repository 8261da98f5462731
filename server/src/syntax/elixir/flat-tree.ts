// A parser's tree as columns of numbers, in the order of its text: the children of node `n` start at `n + 1`.
// One instance is filled again for each text, so that indexing many files allocates nothing here.

import type { Span } from '../../text/span.js';

const missing = 1;
const damaged = 2;

export class FlatTree {
  /** Number of nodes; node 0 is the root. */
  count = 0;
  /** Comments in order, as node numbers. */
  readonly comments: number[] = [];
  /** Nodes that the parser made up or could not place: `ERROR` and missing tokens. */
  damage = 0;

  private symbols = new Uint16Array(1024);
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
  private nexts = new Int32Array(1024);
  private flags = new Uint8Array(1024);
  private readonly errorSymbol: number;
  private readonly commentSymbol: number;

  /** @param types names of the parser's symbols; one more than these is the symbol of `ERROR` */
  constructor(private readonly types: readonly string[]) {
    this.errorSymbol = types.length;
    this.types = [...types, 'ERROR'];
    this.commentSymbol = types.indexOf('comment');
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
    return this.types[this.symbols[node] as number] as string;
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

  /** Puts every place through `to`, for a tree of a text that was changed before it was parsed. */
  moveOffsets(to: (offset: number) => number): void {
    for (let node = 0; node < this.count; node += 1) {
      this.starts[node] = to(this.starts[node] as number);
      this.ends[node] = to(this.ends[node] as number);
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
