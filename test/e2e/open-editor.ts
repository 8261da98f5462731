// For people: VS Code in a browser, with the extension as it was built last. A reload of the page takes a new build.
//
//   npm run editor [-- FOLDER] [--port N]        FOLDER: examples/shop unless said

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Editor } from './editor.js';
import { root } from './target.js';

const { values, positionals } = parseArgs({
  options: { port: { type: 'string' } },
  allowPositionals: true,
});
const folder = resolve(root, positionals[0] ?? 'examples/shop');
const editor = await Editor.start(values.port ? { port: Number(values.port) } : {});
console.log(`${editor.address(folder, { extension: root })}\n\nCtrl+C ends it.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await editor.stop();
    process.exit();
  });
}
