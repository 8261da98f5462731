// plumbline statistics export | script

import { promises as fs } from 'node:fs';
import { exportStatistics } from '../../../database/statistics/export.js';
import { statisticsScript } from '../../../database/statistics/script.js';
import { statisticsReport } from '../../../features/statistics-report.js';
import { readStatistics } from '../../../lint/statistics-file.js';
import { reason } from '../../files.js';
import type { Arguments } from '../arguments.js';
import { databaseMeantHere, namesDatabase } from '../databases.js';
import { complain, complainOfFailure, FAILED } from '../failures.js';
import { statusWith } from '../faults.js';
import type { World } from '../world.js';

/** Gives the exit status. */
export async function statistics(args: Arguments, world: World): Promise<number> {
  const wanted = { redacted: args.redact, keep: args.keep };
  if (args.paths[0] === 'script') return print(statisticsScript(wanted), args, world);

  const { output, environment, interruptible } = world;
  if (!namesDatabase(args, environment)) {
    return complain(
      output,
      'Whose statistics?',
      'Name the database with --database, by a URL or as a connection of plumbline.jsonc, or with DATABASE_URL or PG*.',
    );
  }
  const { settings, faults } = await databaseMeantHere(args, world);
  const result =
    settings.kind === 'settings'
      ? await interruptible((signal) => exportStatistics(settings, environment, wanted, signal))
      : settings;
  if (result.kind !== 'exported') return complainOfFailure(output, result);
  const { statistics } = readStatistics(result.text);
  const report = statisticsReport(result.name, statistics, args.keep);
  output.complain(`${[...report, statistics.holds.summary].join('\n')}\n`);
  return statusWith(faults, await print(result.text, args, world));
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
