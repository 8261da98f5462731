// Oban: which number each of its releases goes to, and what brings it there. https://hexdocs.pm/oban/Oban.Migration.html

import { isAtLeast, majorAndMinor } from '../surroundings.js';
import { OBAN_VERSIONS } from './oban-versions.js';
import type { VersionedLibrary } from './versioned.js';

/** The first release of Oban with each newest number. */
const NEWEST: readonly (readonly [minor: number, version: number])[] = [
  [21, 14],
  [20, 13],
  [17, 12],
  [11, 11],
];

/** The last minor release of Oban 2 that we have read. */
const LAST_READ = 23;

export const OBAN: VersionedLibrary = {
  label: 'Oban',
  name: 'oban_jobs',
  package: 'oban',
  tables: ['oban_jobs', 'oban_peers'],
  newest(locked) {
    const version = NEWEST.find(([minor]) => isAtLeast(locked, 2, minor))?.[1];
    const certain = version !== undefined && !isAtLeast(locked, 2, LAST_READ + 1);
    return { version: version ?? OBAN_VERSIONS.length, certain };
  },
  // Before 2.11 some numbers meant other statements.
  isKnown: (locked) => locked === null || (isAtLeast(locked, 2, 11) && majorAndMinor(locked)?.major === 2),
  statements(version, direction, { schema, locked, flag }) {
    const settings = {
      schema: `"${schema}"`,
      createSchema: flag('create_schema', schema !== 'public'),
      unlogged: flag('unlogged', true),
      suspended: locked === null || isAtLeast(locked, 2, 21),
      shortTags: locked !== null && (!isAtLeast(locked, 2, 18) || locked === '2.18.0'),
    };
    return OBAN_VERSIONS[version - 1]?.[direction](settings) ?? [];
  },
  note: (version, schema) =>
    version === 0 ? [] : [`COMMENT ON TABLE "${schema}".oban_jobs IS '${version}'`],
};
