// Memory for one query: how to ask for it, in SQL and in Ecto.

const MOST_MB = 1024;

/** `null` for more than anybody should give to one query. */
export function workMem(
  bytes: number,
): { readonly sql: string; readonly ecto: string; readonly size: string } | null {
  const needed = bytes / (1024 * 1024);
  const megabytes = 2 ** Math.max(3, Math.ceil(Math.log2(needed)));
  if (megabytes > MOST_MB) return null;
  const size = `${megabytes}MB`;
  return {
    size,
    sql: `SET LOCAL work_mem = '${size}';  -- in the transaction of the query`,
    ecto: `Repo.transaction(fn ->\n  Repo.query!("SET LOCAL work_mem = '${size}'")\n  Repo.all(query)\nend)`,
  };
}
