// Comments by which migration tools steer, and commands of psql. They are not mere comments: they end the statement before
// them, which then needs no `;`, and divide a file into the script that goes up and the one that goes down.
//
// goose: https://pressly.github.io/goose/documentation/annotations/, dbmate: https://github.com/amacneil/dbmate#migration-options,
// sql-migrate: https://github.com/rubenv/sql-migrate#writing-migrations

import type { Directive } from './statement.js';

export interface DirectiveText {
  readonly kind: Directive['kind'];
  readonly text: string;
}

const STEERING = /^--\s*(?:\+(goose|migrate)\b|migrate:)(.*)$/is;

/** What a line comment says to a migration tool; `null` for an ordinary comment. */
export function directiveOf(comment: string): DirectiveText | null {
  const match = STEERING.exec(comment);
  if (match === null) return null;
  const tool = match[1]?.toLowerCase();
  const text = (match[2] ?? '').trim().replace(/\s+/g, ' ').toLowerCase();
  if (tool === undefined) return /^(up|down)\b/.test(text) ? { kind: 'dbmate', text } : null;
  return { kind: tool === 'goose' ? 'goose' : 'sql-migrate', text };
}

/** The script that begins at the directive; `null` when it does not divide. */
export function sectionFrom(directive: DirectiveText): 'up' | 'down' | null {
  if (directive.kind === 'psql') return null;
  return /^up\b/.test(directive.text) ? 'up' : /^down\b/.test(directive.text) ? 'down' : null;
}
