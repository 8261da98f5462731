// Names and texts between the quotes of SQL, for everybody who writes SQL. Whether a name needs them is not asked here.

/** `"…"`, whatever the name. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'…'`, or `E'…'` where there is a backslash, as `quote_literal` writes it: whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  const doubled = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${doubled.replaceAll('\\', '\\\\')}` : doubled;
}
