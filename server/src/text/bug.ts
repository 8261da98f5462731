// Our own mistakes have a name: `bug`. Loud in tests, logged and survived in the product.

export type BugReporter = (message: string, details: unknown) => void;

let report: BugReporter = (message, details) => {
  throw new Error(`bug: ${message} ${safeJson(details)}`);
};

/** Hosts of the product call this once at start; until then a bug throws. Gives the reporter before. */
export function reportBugsTo(reporter: BugReporter): BugReporter {
  const before = report;
  report = reporter;
  return before;
}

/** Says that Plumbline itself is wrong here. Never for wrong input of the user. */
export function bug(message: string, details: unknown = null): void {
  report(message, details);
}

function safeJson(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return String(value);
  }
}
