// Looks on at a statement that runs outside a transaction, where nothing can be read from inside: other sessions hold locks that
// it has to wait for, one after the other, and each time that it waits its locks are read.

import { Client } from 'pg';

/** Lock modes by relation. */
export type SeenLocks = Readonly<Record<string, readonly string[]>>;

/** Sessions that are in its way until they are let go, by their processes. */
class Blockers {
  private readonly held = new Map<number, Client>();

  private constructor(private readonly url: string) {}

  /** One that keeps a snapshot, and two for each relation: one that conflicts with itself, one that only ACCESS EXCLUSIVE waits for. */
  static async on(url: string, relations: readonly string[]): Promise<Blockers> {
    const blockers = new Blockers(url);
    for (const relation of relations) {
      await blockers.hold(`LOCK TABLE ONLY ${relation} IN SHARE UPDATE EXCLUSIVE MODE`);
      await blockers.hold(`LOCK TABLE ONLY ${relation} IN ACCESS SHARE MODE`);
    }
    await blockers.hold('SELECT count(*) FROM pg_class', 'BEGIN ISOLATION LEVEL REPEATABLE READ');
    return blockers;
  }

  private async hold(sql: string, begin = 'BEGIN'): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await client.query(begin);
    await client.query(sql);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    this.held.set(rows[0]?.pid ?? 0, client);
  }

  async letGo(pid: number): Promise<void> {
    const client = this.held.get(pid);
    this.held.delete(pid);
    await client?.end();
  }

  async letAllGo(): Promise<void> {
    for (const pid of [...this.held.keys()]) await this.letGo(pid);
  }
}

interface LockRow {
  readonly relation: string | null;
  readonly mode: string;
  readonly granted: boolean;
  readonly isIndex: boolean;
}

const LOCKS_OF = `
  SELECT n.nspname || '.' || c.relname AS relation, l.mode, l.granted, coalesce(c.relkind IN ('i', 'I'), false) AS "isIndex"
  FROM pg_locks l
  LEFT JOIN pg_class c ON c.oid = l.relation AND c.oid >= 16384
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_'
  WHERE l.pid = $1`;

const RELATIONS = `
  SELECT n.nspname || '.' || c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'`;

/**
 * The locks that the session of that process takes on tables and partitions while it runs; AccessShareLock is left out.
 * @param run sends the statement
 */
export async function witness<T>(
  url: string,
  pid: number,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly locks: SeenLocks }> {
  const watcher = new Client({ connectionString: url });
  await watcher.connect();
  const { rows } = await watcher.query<{ name: string }>(RELATIONS);
  const blockers = await Blockers.on(
    url,
    rows.map(({ name }) => name),
  );
  const seen = new Map<string, Set<string>>();
  let isDone = false;
  const running = run().finally(() => {
    isDone = true;
  });
  try {
    while (!isDone) {
      const { rows: locks } = await watcher.query<LockRow>(LOCKS_OF, [pid]);
      if (locks.every(({ granted }) => granted)) continue;
      for (const { relation, mode, isIndex } of locks) {
        if (relation === null || isIndex || mode === 'AccessShareLock') continue;
        seen.set(relation, (seen.get(relation) ?? new Set()).add(mode));
      }
      const { rows: inTheWay } = await watcher.query<{ pid: number }>(
        'SELECT unnest(pg_blocking_pids($1)) AS pid',
        [pid],
      );
      for (const blocker of inTheWay) await blockers.letGo(blocker.pid);
    }
    const result = await running;
    return { result, locks: Object.fromEntries([...seen].map(([name, modes]) => [name, [...modes]])) };
  } finally {
    await blockers.letAllGo();
    await watcher.end();
  }
}
