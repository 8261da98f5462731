// Replayed databases kept as files, so that the next start need not replay. A file's name says what it holds: the hash of
// the empty database and of every statement. Whatever is wrong with a file, it is as if it were not there.

import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assumption } from './database.js';
import type { SkippedIndex } from './replay.js';

/** What a database holds, and how it came to. */
export interface Replica {
  /** A hash for each group of statements that it holds, each also of all before it. */
  readonly chain: readonly string[];
  /** Indexes count over all groups. */
  readonly skipped: readonly SkippedIndex[];
  readonly assumptions: readonly Assumption[];
  /** When a statement was first left out because it did not end or broke the server, in ms of the epoch; `null`: none was. */
  readonly stoppedAt: number | null;
}

export interface StoredReplica extends Replica {
  /** The packed data folder. */
  readonly dump: Uint8Array;
}

/** Some branches of some projects; each is one to a few megabytes. */
const KEPT = 12;
const FORMAT = 2;
/** What was too slow once may not be on another day. */
const STOPPED_FOR = 24 * 60 * 60 * 1000;

/** The stored replica that holds most of the beginning of a chain, or `null`. */
export async function findReplica(folder: string, chain: readonly string[]): Promise<StoredReplica | null> {
  try {
    const names = new Set(await readdir(folder));
    for (let length = chain.length; length > 0; length--) {
      const name = chain[length - 1] ?? '';
      if (!names.has(`${name}.json`) || !names.has(`${name}.tar.gz`)) continue;
      const { format, ...replica } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
      if (format !== FORMAT || Date.now() - (replica.stoppedAt ?? Date.now()) > STOPPED_FOR) continue;
      const dump = await readFile(join(folder, `${name}.tar.gz`));
      const now = new Date();
      await utimes(join(folder, `${name}.json`), now, now);
      return { ...replica, dump };
    }
  } catch {
    // No such folder yet, or no right to it.
  }
  return null;
}

export async function storeReplica(folder: string, { dump, ...replica }: StoredReplica): Promise<void> {
  const name = replica.chain.at(-1);
  if (name === undefined) return;
  try {
    await mkdir(folder, { recursive: true });
    // What is read is complete: first the data, then what says that there is some, each under its name only when whole.
    await write(join(folder, `${name}.tar.gz`), dump);
    await write(join(folder, `${name}.json`), JSON.stringify({ format: FORMAT, ...replica }));
    await prune(folder);
  } catch {
    // A cache that cannot be written costs only time.
  }
}

async function write(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  if (names.length <= KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of aged.slice(KEPT)) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, name.replace('.json', '.tar.gz')), { force: true });
  }
}
