// Makes the embedded server see files as large as production's, without a byte of them: its file system keeps how long a
// file is apart from what is in it, and the planner asks for the length alone. Only for a server that plans and never runs
// anything: pages that are not there are read as empty ones, and there may be millions of them.

import { MOST_PAGES } from '../../catalog/statistics.js';

/** PostgreSQL's page, in bytes. */
export const BLOCK = 8192;

/** A relation's file ends at 1 GB and goes on in `.1`, `.2` and so on. */
const BLOCKS_IN_SEGMENT = 131_072;

const DATA_FOLDER = '/pglite/data';

/** What is used of Emscripten's file system in memory. `usedBytes` is the length that the server sees. */
export interface MemoryFileSystem {
  analyzePath(path: string): { readonly exists: boolean };
  lookupPath(path: string): { readonly node: MemoryFile };
  writeFile(path: string, data: Uint8Array): void;
}

interface MemoryFile {
  usedBytes: number;
  contents: Uint8Array;
  /** Shared by all files. */
  readonly stream_ops: { read: Read };
}

type Read = (
  stream: { readonly node: MemoryFile },
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => number;

/** The files of relations; each is named as `pg_relation_filepath` names it: `base/5/16384`. */
export class RelationFiles {
  /** What each file was before it was first faked, so that it can be made so again. */
  private readonly before = new Map<string, number>();

  private readsBeyond = false;

  constructor(private readonly files: MemoryFileSystem) {}

  /** How many blocks the server sees. */
  blocks(path: string): number {
    let blocks = 0;
    for (let segment = 0; this.has(path, segment); segment++) blocks += this.file(path, segment).usedBytes;
    return blocks / BLOCK;
  }

  /** How many blocks there were before anything was faked. */
  realBlocks(path: string): number {
    return this.before.get(path) ?? this.blocks(path);
  }

  /** Lets the server see that many blocks. Pages in its memory stay: see {@link forgetPages}. */
  setBlocks(path: string, blocks: number): void {
    if (!this.before.has(path)) this.before.set(path, this.blocks(path));
    this.readBeyond(path);
    let left = Math.min(MOST_PAGES, Math.max(0, Math.ceil(blocks)));
    for (let segment = 0; left > 0 || this.has(path, segment); segment++) {
      const here = Math.min(left, BLOCKS_IN_SEGMENT);
      this.file(path, segment).usedBytes = here * BLOCK;
      left -= here;
    }
  }

  /** The first page, or `null` when there is none. */
  firstPage(path: string): Uint8Array | null {
    const { contents, usedBytes } = this.file(path, 0);
    return usedBytes >= BLOCK && contents.length >= BLOCK ? contents.slice(0, BLOCK) : null;
  }

  /** Puts pages at the beginning of a file, which is then at least as long. */
  writeFirstPages(path: string, pages: readonly Uint8Array[]): void {
    const blocks = Math.max(this.blocks(path), pages.length);
    const file = this.file(path, 0);
    const kept = file.contents.subarray(0, Math.min(file.contents.length, file.usedBytes));
    const contents = new Uint8Array(Math.max(kept.length, pages.length * BLOCK));
    contents.set(kept);
    pages.forEach((page, index) => {
      contents.set(page, index * BLOCK);
    });
    file.contents = contents;
    this.setBlocks(path, blocks);
  }

  /** Without this a page that is not there is whatever page the server had in the same place of its memory before. */
  private readBeyond(path: string): void {
    if (this.readsBeyond) return;
    this.readsBeyond = true;
    const operations = this.file(path, 0).stream_ops;
    const { read } = operations;
    operations.read = (stream, buffer, offset, length, position) => {
      const count = read(stream, buffer, offset, length, position);
      const there = Math.max(0, stream.node.contents.length - position);
      if (there < count) buffer.fill(0, offset + there, offset + count);
      return count;
    };
  }

  private has(path: string, segment: number): boolean {
    return this.files.analyzePath(nameOf(path, segment)).exists;
  }

  private file(path: string, segment: number): MemoryFile {
    const name = nameOf(path, segment);
    if (!this.has(path, segment)) this.files.writeFile(name, new Uint8Array(0));
    return this.files.lookupPath(name).node;
  }
}

function nameOf(path: string, segment: number): string {
  return `${DATA_FOLDER}/${path}${segment === 0 ? '' : `.${segment}`}`;
}
