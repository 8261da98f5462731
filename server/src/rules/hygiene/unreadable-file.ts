import { rule } from '../rule.js';

export default rule({
  id: 'unreadable-file',
  severity: 'error',
  isFixed: true,
  docs: {
    what: 'A file or folder that cannot be read.',
    why: 'What it holds was not checked, and a migration that is missing leaves the schema that all others are checked against incomplete.',
    instead: 'Give the right to read it, or leave it out by checking other paths.',
    unless: 'Never silent: the check ends with status 2 while something could not be read.',
    references: [],
  },
  examples: { bad: [], good: [] },
  // Raised where files are read.
  on: [],
  check: () => [],
});
