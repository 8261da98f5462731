// plumbline statistics export | script

import { promises as fs } from 'node:fs';
import type { StatisticsAccount } from '../../../catalog/statistics.js';
import { connectionSettings } from '../../../database/connection.js';
import { exportStatistics } from '../../../database/statistics/export.js';
import { statisticsScript } from '../../../database/statistics/script.js';
import { statisticsReport } from '../../../features/statistics-report.js';
import { readStatistics } from '../../../lint/statistics-file.js';
import { reason } from '../../files.js';
import type { Arguments } from '../arguments.js';
import type { World } from '../world.js';

/** What the shell gives for a program that Ctrl+C ended. */
const INTERRUPTED = 130;
const FAILED = 2;

/** Gives the exit status. */
export async function statistics(args: Arguments, world: World): Promise<number> {
  const wanted = { redacted: args.redact, keep: args.keep };
  if (args.paths[0] === 'script') return print(statisticsScript(wanted), args, world);

  const { output, environment, interruptible } = world;
  // An empty variable counts as one that is not set, as for libpq.
  const url = args.database ?? (environment.DATABASE_URL || undefined);
  if (url === undefined && !environment.PGHOST && !environment.PGDATABASE) {
    output.complain('Whose statistics? Name the database with --database URL, DATABASE_URL or PG*.\n');
    return FAILED;
  }
  const settings = connectionSettings({ url }, environment);
  const result =
    settings.kind === 'settings'
      ? await interruptible((signal) => exportStatistics(settings, environment, wanted, signal))
      : settings;
  if (result.kind !== 'exported') {
    const { message, whatToDo } = result;
    output.complain(`${message}${whatToDo === '' ? '' : `\n${whatToDo}`}\n`);
    return result.kind === 'cancelled' ? INTERRUPTED : FAILED;
  }
  const { statistics } = readStatistics(result.text);
  const unknown = args.keep.filter((column) => !isColumnIn(statistics.holds, column));
  for (const column of unknown) output.complain(`--keep: nothing is known of values of ${column}.\n`);
  output.complain(`${[...statisticsReport(result.name, statistics), statistics.holds.summary].join('\n')}\n`);
  return print(result.text, args, world);
}

function isColumnIn({ values }: StatisticsAccount, column: string): boolean {
  return [...values].some(([table, columns]) => columns.some((name) => `${table}.${name}` === column));
}

async function print(text: string, { out }: Arguments, { output }: World): Promise<number> {
  if (out === null) {
    output.write(text);
    return 0;
  }
  try {
    await fs.writeFile(out, text);
    output.complain(`Written to ${out}.\n`);
    return 0;
  } catch (error) {
    output.complain(`${out} cannot be written: ${reason(error)}.\n`);
    return FAILED;
  }
}
