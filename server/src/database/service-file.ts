// libpq's connection service file (manual, section 34.17): `[name]` and below it `host=…` and so on.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './password-file.js';

/** The parameters of a service, as the file has them; `null` when no file has it. The user's own file comes first. */
export function serviceNamed(
  name: string,
  { PGSERVICEFILE, PGSYSCONFDIR, APPDATA, HOME }: Environment,
): Readonly<Record<string, string>> | null {
  const own =
    process.platform === 'win32'
      ? APPDATA && join(APPDATA, 'postgresql', '.pg_service.conf')
      : HOME && join(HOME, '.pg_service.conf');
  for (const path of [PGSERVICEFILE || own, PGSYSCONFDIR && join(PGSYSCONFDIR, 'pg_service.conf')]) {
    if (!path) continue;
    try {
      const found = serviceIn(readFileSync(path, 'utf8'), name);
      if (found !== null) return found;
    } catch {
      // Neither file has to be there.
    }
  }
  return null;
}

/** The first of that name in the text of a file, or `null`. */
export function serviceIn(text: string, name: string): Readonly<Record<string, string>> | null {
  let found: Record<string, string> | null = null;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (found !== null) return found;
      if (line === `[${name}]`) found = {};
      continue;
    }
    const equals = line.indexOf('=');
    if (found !== null && equals > 0) found[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return found;
}
