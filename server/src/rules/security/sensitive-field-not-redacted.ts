import type { Field } from '../../ecto/model.js';
import { isCalledDerivedSecret, isCalledSecret } from '../../queries/column-names.js';
import { elixir, rule } from '../rule.js';

export default rule({
  id: 'sensitive-field-not-redacted',
  severity: 'info',
  docs: {
    what: 'A field of a schema is called like a secret and is shown whenever its struct is inspected.',
    why: 'Structs end up in logs, in crash reports and in error trackers: an exception prints its arguments. With `redact: true` Ecto shows `**redacted**` in its place, in changesets too.',
    instead: 'Add `redact: true` to the field.',
    unless:
      'Silent where the module says by itself what is shown (`@derive {Inspect, …}`, `@schema_redact`, an implementation of Inspect), for fields of types that hold no text (times, booleans, numbers, enums) and for ids. A hint for hashes and tokens.',
    references: ['https://hexdocs.pm/ecto/Ecto.Schema.html#module-redacting-fields'],
  },
  examples: {
    bad: [
      elixir`
        defmodule Shop.User do
          use Ecto.Schema

          schema "users" do
            field :email, :string
            field :password, :string, virtual: true
                  ^^^^^^^^^ info sensitive-field-not-redacted
          end
        end
      `,
    ],
    good: [
      elixir`
        defmodule Shop.User do
          use Ecto.Schema

          schema "users" do
            field :email, :string
            field :password, :string, virtual: true, redact: true
            field :password_changed_at, :utc_datetime
          end
        end
      `,
    ],
  },
  covers: ['sensitive-field-not-redacted'],
  on: ['schema'],

  *check({ fields, hidesFields }) {
    if (hidesFields) return;
    for (const field of fields) {
      const { name, nameSpan, optionsAt } = field;
      if (
        field.from !== 'field' ||
        field.redacted === true ||
        !(isCalledSecret(name) || isCalledDerivedSecret(name)) ||
        !holdsText(field)
      )
        continue;
      yield {
        at: nameSpan,
        ...(DERIVED.test(name) ? { severity: 'hint' } : {}),
        message: `"${name}" is shown in logs and crash reports whenever its struct is inspected. Add redact: true.`,
        fixes:
          optionsAt === undefined
            ? []
            : [
                {
                  title: `Redact ${name}`,
                  safety: 'safe',
                  edit: (editor) =>
                    editor.writeCode([
                      { span: { start: optionsAt, end: optionsAt }, text: ', redact: true' },
                    ]),
                },
              ],
      };
    }
  },
});

/** Nobody reads the secret itself from these, or not for long. */
const DERIVED = /hash|digest|encrypted|token/;

function holdsText({ type }: Field): boolean {
  return type === null || !/boolean|date|time|integer|Enum|decimal|float|uuid|binary_id|^:id$/.test(type);
}
