// Migrations while they are typed: whatever stands there, nothing fails and every place lies in the file.

import assert from 'node:assert/strict';
import { ectoMigrationIn } from '../../server/src/migrations/from-ecto.js';
import { elixirParser, sqlParser } from '../support/parsers.js';
import { recorded, sourceOf } from '../truth/ecto-dsl/recorded.js';

/** Every span of the value lies in a text of that length. */
function checkSpans(value: unknown, length: number, seen: string): void {
  if (Array.isArray(value)) {
    for (const item of value) checkSpans(item, length, seen);
  } else if (typeof value === 'object' && value !== null) {
    if (
      'start' in value &&
      'end' in value &&
      typeof value.start === 'number' &&
      typeof value.end === 'number'
    ) {
      assert.ok(
        0 <= value.start && value.start <= value.end && value.end <= length,
        `${seen}: ${JSON.stringify(value)}`,
      );
    }
    for (const [key, part] of Object.entries(value))
      if (key !== 'mentions') checkSpans(part, length, `${seen}.${key}`);
  }
}

function check(text: string): void {
  for (const direction of ['up', 'down'] as const) {
    const migration = ectoMigrationIn(elixirParser.parse(text), null, sqlParser, { direction });
    for (const { operations, span } of migration?.statements ?? [])
      checkSpans({ operations, span }, text.length, text);
    checkSpans([migration?.problems, migration?.raises], text.length, text);
  }
}

describe('damaged migrations', () => {
  const texts = recorded().migrations.map(sourceOf);

  it('may end anywhere', () => {
    for (const text of texts) {
      for (let end = text.indexOf('change'); end < text.length; end += 17) check(text.slice(0, end));
    }
  });

  it('may lack any word', () => {
    for (const text of texts) {
      const words = [...text.matchAll(/\w+|[^\s\w]/g)];
      for (let index = 8; index < words.length; index += 5) {
        const { 0: word = '', index: at = 0 } = words[index] ?? {};
        check(text.slice(0, at) + text.slice(at + word.length));
      }
    }
  });
});
