// What `import.meta.url` becomes in the CommonJS bundles (see build.mjs); left out of those that do not ask for it.

import { pathToFileURL } from 'node:url';

export const importMetaUrl = /* @__PURE__ */ (() => pathToFileURL(__filename).href)();
