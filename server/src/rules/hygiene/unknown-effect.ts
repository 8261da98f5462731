import { migration, rule } from '../rule.js';

export default rule({
  id: 'unknown-effect',
  severity: 'hint',
  docs: {
    what: 'A part of a migration that cannot be read without running it.',
    why: 'What it changes is not known, so everything that it may have touched counts as unknown from here on, and rules that would need to know stay silent. This says what could not be read; it does not say that anything is wrong.',
    instead: 'Where you can, write it so that it can be read: literal names, static SQL.',
    unless: 'Changes of rows alone are not reported: they do not change the schema.',
    references: [],
  },
  examples: {
    bad: [
      migration`
        execute "alter table #{table_name()} add column note text"
        ^^^^^^^ unknown-effect
      `,
    ],
    good: [migration`execute "alter table users add column note text", "alter table users drop column note"`],
  },
  covers: ['untracked-dynamic-sql', 'sql-in-execute-not-checked'],
  aliases: ['unchecked-do-block'],
  on: ['unknown'],

  *check(operation) {
    if (operation.touches.kind === 'rows') return;
    yield {
      at: operation.keyword,
      message: `What this changes is not known: ${operation.reason}. From here on, rules that would need to know it stay silent.`,
    };
  },
});
