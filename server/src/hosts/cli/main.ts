// The command line's process. The only place that reads the arguments, prints, or sets the exit status.

import { reason } from '../files.js';
import { coloursFor } from './output.js';
import { run } from './run.js';
import type { World } from './world.js';

const assets = import.meta.dirname;

const world: World = {
  output: {
    write: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    colours: coloursFor(process.stdout.isTTY === true, process.env),
  },
  assets,
  environment: process.env,
  async interruptible(work) {
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.once('SIGINT', interrupt);
    try {
      return await work(stop.signal);
    } finally {
      process.off('SIGINT', interrupt);
    }
  },
  async serve() {
    // The server is a bundle of its own, which starts when it is loaded.
    await import(`${assets}/server.cjs`);
    return new Promise(() => {});
  },
};

let unwritten = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has gone, as `head` does, wants no more of the text; the work and its exit status stay the same.
  if (error.code === 'EPIPE' || unwritten) return;
  unwritten = true;
  process.exitCode = 2;
  process.stderr.write(`The output cannot be written: ${reason(error)}.\n`);
});
process.stderr.on('error', () => {
  // There is nowhere left to say it.
});

run(process.argv.slice(2), world).then(
  (status) => {
    process.exitCode = unwritten ? 2 : status;
  },
  (error: unknown) => {
    process.stderr.write(`Plumbline failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  },
);
