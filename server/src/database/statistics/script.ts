// The export for someone else to run: a script for psql that only reads, and prints the file.

import { EXPORT_SETTINGS, statisticsQuery, type Wanted } from './query.js';

/** `psql -X -f` of it prints the file of statistics, whatever the output settings of psql are. */
export function statisticsScript(wanted: Wanted): string {
  return `-- Statistics of a PostgreSQL database (12 to 18) for Plumbline: sizes, row counts and what ANALYZE found.
-- It only reads the system catalogs, and no table. Run it with psql as a role that may read the tables:
--   psql -X -f statistics.sql "postgres://user@host/database" > statistics.json
-- What then is in the file stands in it under "holds". Values of rows: ${WORDS[wanted.redacted]}.
${wanted.keep.map((column) => `-- Asked for besides: values of ${column.replace(/\s+/g, ' ')}.\n`).join('')}
\\set QUIET on
\\set ON_ERROR_STOP on
\\encoding UTF8
\\timing off
\\pset pager off
\\pset format unaligned
\\pset tuples_only on
\\pset expanded off

BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
${EXPORT_SETTINGS.map((setting) => `${setting};\n`).join('')}
${statisticsQuery(wanted)};

ROLLBACK;
`;
}

const WORDS = {
  none: 'of all columns (the most common ones, and bounds of histograms)',
  text: 'only of numbers, booleans, dates, times, uuids and enums (the most common ones, and bounds of histograms)',
  all: 'none',
};
