import { rule } from '../rule.js';

export default rule({
  id: 'configuration',
  severity: 'error',
  isFixed: true,
  docs: {
    what: 'A `plumbline.jsonc` that cannot be read, a setting in it that does not exist or has a value that it cannot have, or one that names a folder or migration that is not there.',
    why: 'A setting that is misspelt is a setting that does not hold: the check is not the one that was asked for. All else in the file holds.',
    instead: 'Mend it where it is marked.',
    unless: 'Never silent: the check ends with status 2 while the configuration is wrong.',
    references: [],
  },
  examples: { bad: [], good: [] },
  // Raised where configuration files are read.
  on: [],
  check: () => [],
});
