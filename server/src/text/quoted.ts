// A name between the quotes of SQL, for everybody who writes SQL. Whether a name needs them is not asked here.

/** `"…"`, whatever the name. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
