// The checks that tools for PostgreSQL migrations have between them, from catalogue.md. A rule says which of them it answers
// (`covers`).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CataloguedCheck {
  readonly id: string;
  /** The section that it stands in. */
  readonly group: string;
  readonly what: string;
  /** What we think of it; `off` is for those who ask for it. */
  readonly severity: string;
  /** Tools that have it, wholly or in part; empty when none does. */
  readonly tools: string;
  /** Why no rule answers it; empty when one does. */
  readonly notOurs: string;
}

export const CATALOGUE: readonly CataloguedCheck[] = readFileSync(
  join(import.meta.dirname, 'catalogue.md'),
  'utf8',
)
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const [group = '', ...lines] = section.split('\n');
    const rows = lines.filter((line) => line.startsWith('| ')).slice(2);
    return rows.map((row) => {
      const [id = '', what = '', severity = '', tools = '', notOurs = ''] = row
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim());
      return { id, group, what, severity, tools, notOurs };
    });
  });
