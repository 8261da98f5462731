// What could not be read, as findings.

import type { PlacedFinding } from '../lint/lint.js';
import unreadableFile from '../rules/hygiene/unreadable-file.js';
import type { Unreadable } from './files.js';

export function unreadableFinding({ path, message, offset }: Unreadable): PlacedFinding {
  return {
    rule: unreadableFile.id,
    severity: 'error',
    path,
    span: offset === null ? { start: 0, end: 0 } : { start: offset, end: offset + 1 },
    message,
    related: [],
    fixes: [],
  };
}
