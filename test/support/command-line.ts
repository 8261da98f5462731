// Calls of the command line in this process, in an empty folder of its own. What they need beside them comes from dist/.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NO_COLOURS } from '../../server/src/hosts/cli/output.js';
import { run } from '../../server/src/hosts/cli/run.js';

const assets = join(import.meta.dirname, '../../dist');

export interface Called {
  readonly status: number;
  /** Standard output. */
  readonly output: string;
  /** Standard error. */
  readonly complaints: string;
  /** Both, as a terminal shows them. */
  readonly text: string;
}

export interface CallOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Fires as Ctrl+C does while a call waits. */
  readonly interrupted?: AbortSignal;
}

export interface Shell {
  /** Absolute, without symbolic links. */
  readonly folder: string;
  plumbline(words: readonly string[], options?: CallOptions): Promise<Called>;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Does the work with a folder that holds the files as the current one, and deletes it. */
export async function inFolder<T>(files: Files, work: (shell: Shell) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-cli-')));
  const before = process.cwd();
  writeFiles(folder, files);
  process.chdir(folder);
  try {
    return await work({ folder, plumbline: call });
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

async function call(
  words: readonly string[],
  { environment = {}, interrupted = new AbortController().signal }: CallOptions = {},
): Promise<Called> {
  const output: string[] = [];
  const complaints: string[] = [];
  const text: string[] = [];
  const status = await run(words, {
    output: {
      write: (part) => text.push(part) + output.push(part),
      complain: (part) => text.push(part) + complaints.push(part),
      colours: NO_COLOURS,
    },
    assets,
    environment,
    interruptible: (work) => work(interrupted),
    serve: async () => 0,
  });
  return { status, output: output.join(''), complaints: complaints.join(''), text: text.join('') };
}
