import { migration, rule } from '../rule.js';

export default rule({
  id: 'repo-call-in-change',
  severity: 'warning',
  docs: {
    what: 'A call of the Repo in `change/0` that changes rows.',
    why: 'On a rollback Ecto runs `change/0` again and turns its commands round. The Repo is no command: what it did on the way up it does once more, before anything is undone.',
    instead:
      'Write `up/0` and `down/0`, or hand the call to `execute` as a function, with another one for the way down.',
    unless:
      'Silent about calls that only read, about those that the way down does not reach, as under `if direction() == :up` and below `flush()`, which raises there, and inside functions given to `execute`.',
    references: ['https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-executing-and-flushing'],
  },
  examples: {
    bad: [
      migration`
        repo().update_all("users", set: [status: "new"])
               ^^^^^^^^^^ repo-call-in-change: rollback
      `,
    ],
    good: [
      migration`
        execute(fn -> repo().update_all("users", set: [status: "new"]) end, fn -> :ok end)
      `,
    ],
  },
  covers: ['repo-call-without-flush', 'irreversible-change'],
  on: ['ecto-migration'],

  *check({ repoCallsBack }) {
    for (const { call } of repoCallsBack) {
      yield {
        at: call.word,
        message:
          'This runs on a rollback as well: change/0 runs again then, and only its commands are turned round.',
        fixes: [
          {
            title: 'Let it wait its turn, on the way up alone',
            safety: 'needs-review',
            edit: (editor) => editor.runOnTheWayUp(call.span),
          },
        ],
      };
    }
  },
});
