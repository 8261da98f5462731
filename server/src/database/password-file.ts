// Passwords from libpq's password file (manual, section 34.16): `host:port:database:user:password`, first match wins.
// pg could do it, but will not much longer, and warns when it does.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface PasswordQuestion {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The password of the first line that fits, or `null`. A file that others may read is ignored, as libpq does. */
export async function passwordFromFile(
  question: PasswordQuestion,
  environment: Environment,
): Promise<string | null> {
  const path = passwordFile(environment);
  if (path === null) return null;
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) return null;
    return passwordIn(await readFile(path, 'utf8'), question);
  } catch {
    // No such file is the usual case; one that cannot be read has no password for us either.
    return null;
  }
}

/** The password of the first line of a password file that fits, or `null`. */
export function passwordIn(text: string, question: PasswordQuestion): string | null {
  const isSocket = question.host.startsWith('/');
  const wanted = [
    isSocket ? 'localhost' : question.host,
    String(question.port),
    question.database,
    question.user,
  ];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4];
    if (password === undefined) continue;
    if (wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) return password;
  }
  return null;
}

/** Fields are parted by `:`; `\:` and `\\` stand for themselves. */
function fieldsOf(line: string): readonly string[] {
  const fields = [''];
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === ':') fields.push('');
    else
      fields[fields.length - 1] += character === '\\' && i + 1 < line.length ? line.charAt(++i) : character;
  }
  return fields;
}

function passwordFile(environment: Environment): string | null {
  const { PGPASSFILE, APPDATA, HOME } = environment;
  if (PGPASSFILE) return PGPASSFILE;
  if (process.platform === 'win32') return APPDATA ? join(APPDATA, 'postgresql', 'pgpass.conf') : null;
  return HOME ? join(HOME, '.pgpass') : null;
}
