// Comments by which migration tools steer, and commands of psql. They are not mere comments: they end the statement before
// them, which then needs no `;`, and divide a file into the script that goes up and the one that goes down.
//
// goose: https://pressly.github.io/goose/documentation/annotations/, dbmate: https://github.com/amacneil/dbmate#migration-options,
// sql-migrate: https://github.com/rubenv/sql-migrate#writing-migrations
// node-pg-migrate: https://github.com/salsita/node-pg-migrate, src/sqlMigration.ts
// Liquibase: https://github.com/liquibase/liquibase, AbstractFormattedChangeLogParser.java
// Drizzle: https://github.com/drizzle-team/drizzle-orm, drizzle-orm/src/migrator.ts. Atlas: https://atlasgo.io/versioned/checks

import type { Directive } from './statement.js';

export interface DirectiveText {
  readonly kind: Directive['kind'];
  readonly text: string;
}

const STEERING = /^--\s*(?:\+(goose|migrate)\b|migrate:)(.*)$/is;

/** A directive that may follow a statement on its line; the others begin theirs. */
const BREAKPOINT = '--> statement-breakpoint';

const NODE_PG_MIGRATE = /^--[\s-]*(up|down)\s+migration\b/i;
const CHANGESET = /^--\s*(changeset\s+(?:"[^"]+"|[^:\s][^:]*):\s*\S.*)$/is;
/** The parts of an archive, which Atlas takes a file for that begins with `-- atlas:txtar`. */
const ARCHIVED = /^--\s(?:[\w-]+\/)*(checks|migration|down)[\w-]*\.sql\s--\s*$/i;

/**
 * What a line comment says to a migration tool; `null` for an ordinary comment.
 * @param beginsLine false where a statement stands before it on its line
 */
export function directiveOf(comment: string, beginsLine = true): DirectiveText | null {
  if (comment.startsWith(BREAKPOINT)) return { kind: 'drizzle', text: 'statement-breakpoint' };
  return beginsLine ? (steeringOf(comment) ?? dividingOf(comment)) : null;
}

function dividingOf(comment: string): DirectiveText | null {
  const way = NODE_PG_MIGRATE.exec(comment)?.[1];
  if (way !== undefined) return { kind: 'node-pg-migrate', text: way.toLowerCase() };
  const changeset = CHANGESET.exec(comment)?.[1];
  if (changeset !== undefined) return { kind: 'liquibase', text: changeset.trim().replace(/\s+/g, ' ') };
  const part = ARCHIVED.exec(comment)?.[1]?.toLowerCase();
  return part === undefined ? null : { kind: 'atlas', text: part === 'down' ? 'down' : 'up' };
}

function steeringOf(comment: string): DirectiveText | null {
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
