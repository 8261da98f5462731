// What a call of the command line needs of the process around it.

import type { Output } from './output.js';

export interface World {
  readonly output: Output;
  /** The folder of the bundle, where the files that it needs at run time are. */
  readonly assets: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gives work that waits a signal that fires at the first Ctrl+C; the second ends the process as ever. */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs the language server, which ends the process when it is done. */
  serve(): Promise<number>;
}
