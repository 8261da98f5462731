// A real PostgreSQL for tests: started when the first suite asks for it, shared by all, stopped when mocha ends.

import { type Major, type RealServer, startRealServer, stopRealServers } from './server-process.js';

export type { Major, RealServer };

/**
 * To be called in a `describe`: starts the server before its tests, or skips them with a message where no binary is.
 * @returns gives the server; only to be called from tests and hooks
 */
export function useRealServer(major: Major = 18): () => RealServer {
  let server: RealServer | null = null;
  before(`PostgreSQL ${major}`, async function () {
    this.timeout(120_000);
    server = await startRealServer(major);
    if (server === null) {
      console.log(
        `      skipped: no PostgreSQL ${major} for ${process.platform}-${process.arch} is installed`,
      );
      this.skip();
    }
  });
  return () => {
    if (server === null) throw new Error('the server is there only while tests run');
    return server;
  };
}

after('stop PostgreSQL', async function () {
  this.timeout(120_000);
  await stopRealServers();
});
