// Expressions as SQL for people to read and run.

/** Without its comments. */
export function onOneLine(text: string): string {
  return text
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
