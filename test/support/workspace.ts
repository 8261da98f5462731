// A workspace in memory, from a list of files.

import type { Config } from '../../server/src/lint/config.js';
import { DEFAULT_CONFIG } from '../../server/src/lint/config.js';
import { RULE_IDS } from '../../server/src/lint/rule-ids.js';
import { createWorkspace, type Workspace } from '../../server/src/lint/workspace.js';
import { sourceFile } from '../../server/src/text/source-file.js';
import { parsers } from './parsers.js';

export const ROOT = '/workspace';

export interface MemoryFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** @param projects folders of projects within the root, relative to it */
export function memoryWorkspace(
  files: readonly MemoryFile[],
  config: Partial<Config> = {},
  projects: readonly string[] = [],
): Workspace {
  return createWorkspace(
    {
      root: ROOT,
      parsers,
      ruleIds: RULE_IDS,
      projectRoots: [ROOT, ...projects.map((folder) => `${ROOT}/${folder}`)],
      defaults: { ...DEFAULT_CONFIG, ...config },
    },
    files.map(({ path, text }) => sourceFile(`${ROOT}/${path}`, text)),
  );
}
